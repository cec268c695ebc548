package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.AnsibleOutput;
import dmswitch.dmansible.DmAnsible;
import dmswitch.program.Program;
import dmswitch.program.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chooses the way of the looks at a worker's host. Starting ansible takes longer than everything
 * else, so looks after the first one avoid it. If the script has reported that it runs in the
 * {@link Surroundings} of this process, it runs here. If ansible used plain ssh, later looks use
 * the same {@link SshWay}, through the connection that ansible has left open. If that gives no
 * answer, this look and all later ones go through ansible. Looks of several threads run one after
 * the other, so that the first one determines the way for the others.
 */
final class LookWay {
  /** The ways that this process uses instead of one that gave no answer. */
  private static final Map<SshWay, SshWay> INSTEAD = new ConcurrentHashMap<>();

  private final DmAnsible dmAnsible;
  private final String alias;
  private final HostCalls calls;
  private boolean local;
  private boolean inThisNetwork;
  private SshWay ssh;

  /** Whether ssh may still turn out to reach the host. */
  private boolean learning;

  /**
   * @param surroundings the result of {@link #surroundings()}, possibly from another process
   * @param ssh the result of {@link #ssh()}
   */
  LookWay(DmAnsible dmAnsible, String alias, String surroundings, SshWay ssh, HostCalls calls) {
    this.dmAnsible = dmAnsible;
    this.alias = alias;
    this.calls = calls;
    calls.rememberSsh(ssh.command());
    this.local =
        Surroundings.ofThisProcess().map(JsonNode::toString).equals(Optional.of(surroundings));
    this.inThisNetwork = local;
    SshWay way = INSTEAD.getOrDefault(ssh, ssh);
    this.learning = way.isKnown() || !ssh.isKnown();
    this.ssh = local ? SshWay.NONE : way.ifStill(dmAnsible, alias);
  }

  /**
   * Returns the surroundings of this process, if a look has shown that ansible has the same ones
   * there; otherwise empty.
   */
  synchronized String surroundings() {
    return local ? Surroundings.ofThisProcess().map(JsonNode::toString).orElse("") : "";
  }

  /** Returns the ssh command that the next looks use. */
  synchronized SshWay ssh() {
    return ssh;
  }

  /**
   * Returns whether a look has shown that addresses, including loopback, mean the same there as in
   * this process.
   */
  synchronized boolean isInThisNetwork() {
    return inThisNetwork;
  }

  synchronized JsonNode look(List<Map<String, Object>> requests, String wanted) {
    if (local) {
      return calls.ask(requests, wanted, calls.here());
    }
    List<Map<String, Object>> more = new ArrayList<>(requests);
    more.add(Map.of("op", "surroundings"));
    Optional<JsonNode> bySsh = ssh.isKnown() ? lookBySsh(more, wanted) : Optional.empty();
    JsonNode answers = bySsh.orElseGet(() -> lookByAnsible(more, wanted));
    JsonNode seen = seen(answers);
    Optional<JsonNode> here = Surroundings.ofThisProcess();
    local = here.filter(seen::equals).isPresent();
    inThisNetwork = here.filter(own -> Surroundings.shareNetwork(own, seen)).isPresent();
    return answers;
  }

  private static JsonNode seen(JsonNode answers) {
    return answers.path(answers.size() - 1).path("ok");
  }

  /** Returns the answers; empty if the way does not work, which is then not tried again. */
  private Optional<JsonNode> lookBySsh(List<Map<String, Object>> requests, String wanted) {
    SshWay kept = ssh;
    Program.Result result = calls.run(requests, calls.bySsh("by ssh", ssh));
    if (HostCalls.hasNotBegun(result) && !kept.isOnItsOwn()) {
      // For example, if the connection that ansible has left open is stuck.
      ssh = kept.onItsOwn();
      result = calls.run(requests, calls.bySsh("by ssh on its own connection", ssh));
    }
    if (result.timedOut() && !HostCalls.hasNotBegun(result)) {
      // The script itself was slow, and ansible would wait as long.
      throw calls.unreached("ssh to the host of " + alias, result, wanted);
    }
    Optional<JsonNode> answers = HostCalls.answer(result);
    if (answers.filter(all -> ssh.leadsTo(seen(all))).isEmpty()) {
      Trace.say(
          "ssh to the host of "
              + alias
              + (answers.isPresent()
                  ? " did not reach the machine and user that ansible has seen"
                  : " gave no answer: it " + AnsibleOutput.ending(result))
              + "; using ansible from now on");
      giveUp(ssh, SshWay.NONE);
      giveUp(kept, SshWay.NONE);
      ssh = SshWay.NONE;
      learning = false;
      return Optional.empty();
    }
    if (!ssh.equals(kept)) {
      giveUp(kept, ssh);
      Trace.say(
          "the connection to the host of "
              + alias
              + " that ansible keeps open does not answer"
              + SshWay.endOfConnection(kept.command(), alias)
                  .map(call -> "; it ends by: " + call)
                  .orElse(""));
    }
    return answers;
  }

  private static void giveUp(SshWay way, SshWay instead) {
    INSTEAD.replaceAll((from, to) -> to.equals(way) ? instead : to);
    INSTEAD.put(way, instead);
  }

  private JsonNode lookByAnsible(List<Map<String, Object>> requests, String wanted) {
    if (!learning) {
      return calls.ask(requests, wanted, calls.byAnsible());
    }
    Optional<String> settings = LoginSettings.digest(dmAnsible, alias);
    // With -vvv, the output shows how ansible logs in.
    Program.Result result = calls.run(requests, calls.byVerboseAnsible());
    Optional<List<String>> command = SshCommand.in(result);
    command.ifPresent(calls::rememberSsh);
    // Text that only a detail of -vvv contains is not an answer.
    Program.Result said = AnsibleOutput.withoutDetails(result);
    Optional<JsonNode> answers = HostCalls.answer(said);
    if (answers.isEmpty() && (said.timedOut() || AnsibleOutput.saysWhy(said))) {
      throw calls.unreached(said, wanted);
    }
    learning = false;
    if (answers.isEmpty()) {
      // So that the output has its usual form.
      return calls.ask(requests, wanted, calls.byAnsible());
    }
    ssh =
        settings
            .flatMap(digest -> command.map(found -> ssh(found, answers.get(), digest)))
            .orElse(SshWay.NONE);
    return answers.get();
  }

  private static SshWay ssh(List<String> command, JsonNode answers, String settings) {
    JsonNode seen = seen(answers);
    return seen.isObject() ? new SshWay(command, Surroundings.text(seen), settings) : SshWay.NONE;
  }
}
