package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.OperatorCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ssh command with which ansible reached a worker's host, for looks without starting ansible.
 * It is used only if it reaches the surroundings that ansible has seen, and as long as nothing
 * changes that determines how ansible logs in.
 *
 * @param command ssh with ansible's own options, up to the host; empty if only ansible can reach it
 * @param surroundings what ansible has seen there: the boot of the machine, its namespaces, and the
 *     user
 * @param settings a digest of what ansible reads before it logs in, without the upstream's address
 *     and all passwords
 */
public record SshWay(List<String> command, String surroundings, String settings) {
  /** A complete path, as ansible creates it, without ssh's percent patterns. */
  private static final Pattern CONTROL_PATH =
      Pattern.compile("ControlPath=\"?(/[^%\"]+)\"?", Pattern.CASE_INSENSITIVE);

  private static final List<String> OWN = List.of("-S", "none");

  /** Only ansible can reach the host. */
  public static final SshWay NONE = new SshWay(List.of(), "", "");

  public SshWay {
    command = List.copyOf(command);
  }

  boolean isKnown() {
    return !command.isEmpty();
  }

  /** Returns whether an answer came from the surroundings that ansible has seen. */
  boolean leadsTo(JsonNode seen) {
    return surroundings.equals(Surroundings.text(seen));
  }

  /**
   * Returns the complete command that runs another command there with its input. It never prompts.
   */
  List<String> commandFor(String remote) {
    // If an option is given twice, the first one counts.
    List<String> all = new ArrayList<>(List.of(command.get(0), "-T", "-o", "BatchMode=yes"));
    all.addAll(command.subList(1, command.size() - 1));
    all.addAll(List.of("-o", "ConnectTimeout=10", command.get(command.size() - 1), remote));
    return all;
  }

  /** Returns the same way on its own connection: a last -S overrides every ControlPath. */
  SshWay onItsOwn() {
    List<String> own = new ArrayList<>(command.subList(0, command.size() - 1));
    own.addAll(OWN);
    own.add(command.get(command.size() - 1));
    return new SshWay(own, surroundings, settings);
  }

  boolean isOnItsOwn() {
    int host = command.size() - 1;
    return host > OWN.size() && command.subList(host - OWN.size(), host).equals(OWN);
  }

  /**
   * Returns a shell command that ends the connection that ansible keeps open, even if that
   * connection no longer responds; empty if its path is not known.
   */
  static Optional<String> endOfConnection(List<String> command, String alias) {
    return controlPath(command)
        .map(OperatorCalls::quoted)
        .map(path -> "timeout 10 ssh -O exit -S " + path + " " + alias + "; rm -f " + path);
  }

  private static Optional<String> controlPath(List<String> command) {
    return command.stream()
        .map(CONTROL_PATH::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /** Returns this way if nothing has changed since. */
  SshWay ifStill(DmAnsible dmAnsible, String alias) {
    return isKnown() && LoginSettings.digest(dmAnsible, alias).filter(settings::equals).isPresent()
        ? this
        : NONE;
  }
}
