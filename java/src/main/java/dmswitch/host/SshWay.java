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
 * The way to a worker's host by ssh, as ansible has gone it, for looks without the start of
 * ansible. It is taken only where it leads to what ansible has seen there, and as long as nothing
 * has changed that says how ansible logs in.
 *
 * @param command ssh with ansible's own options, up to the host; empty: only ansible leads there
 * @param surroundings what ansible has seen there: the machine by its boot, its namespaces, the
 *     user
 * @param settings digest of what ansible reads before it logs in, but for the upstream's address
 *     and all passwords
 */
public record SshWay(List<String> command, String surroundings, String settings) {
  /** Whole, as ansible makes it, and without a pattern of ssh. */
  private static final Pattern CONTROL_PATH =
      Pattern.compile("ControlPath=\"?(/[^%\"]+)\"?", Pattern.CASE_INSENSITIVE);

  private static final List<String> OWN = List.of("-S", "none");

  /** Only ansible leads there. */
  public static final SshWay NONE = new SshWay(List.of(), "", "");

  public SshWay {
    command = List.copyOf(command);
  }

  boolean isKnown() {
    return !command.isEmpty();
  }

  /** Returns whether it has led to what ansible has seen. */
  boolean leadsTo(JsonNode seen) {
    return surroundings.equals(Surroundings.text(seen));
  }

  /**
   * Returns the whole command that runs another one there, with its input; it never asks for
   * anything.
   */
  List<String> commandFor(String remote) {
    // Of options that are given twice the first one counts.
    List<String> all = new ArrayList<>(List.of(command.get(0), "-T", "-o", "BatchMode=yes"));
    all.addAll(command.subList(1, command.size() - 1));
    all.addAll(List.of("-o", "ConnectTimeout=10", command.get(command.size() - 1), remote));
    return all;
  }

  /** Returns the same on its own connection: a last -S wins over every ControlPath. */
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
   * Returns the call of a shell that ends the connection that ansible keeps open, even where that
   * one does not answer any more; empty where its path is not known.
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

  /** This one if nothing was changed since. */
  SshWay ifStill(DmAnsible dmAnsible, String alias) {
    return isKnown() && LoginSettings.digest(dmAnsible, alias).filter(settings::equals).isPresent()
        ? this
        : NONE;
  }
}
