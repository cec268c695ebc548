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
 * Which way the looks at a worker's host go. The start of ansible costs more than all the rest, so
 * the looks after the first do without it: where the script has reported that it runs in the {@link
 * Surroundings} of this process, it is run here; where ansible has gone by plain ssh, they go the
 * same {@link SshWay}, through the connection that ansible has left open. What that does not
 * answer, ansible is asked again, and from then on. Looks of several threads follow each other, so
 * that the first one tells the others their way.
 */
final class LookWay {
  /** What this process goes in place of a way that gave it no answer. */
  private static final Map<SshWay, SshWay> INSTEAD = new ConcurrentHashMap<>();

  private final DmAnsible dmAnsible;
  private final String alias;
  private final HostCalls calls;
  private boolean local;
  private boolean inThisNetwork;
  private SshWay ssh;

  /** Whether it may still come out that ssh leads there. */
  private boolean learning;

  /**
   * @param surroundings as {@link #surroundings()} has said, to another process maybe
   * @param ssh as {@link #ssh()} has said
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
   * Returns those of this process, if a look has shown that ansible has the same there; else empty.
   */
  synchronized String surroundings() {
    return local ? Surroundings.ofThisProcess().map(JsonNode::toString).orElse("") : "";
  }

  /** Returns the way by ssh that the next looks go. */
  synchronized SshWay ssh() {
    return ssh;
  }

  /**
   * Returns whether a look has shown that addresses mean there what they mean to this process, its
   * loopback included.
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

  /** Empty where that is no way: then it is not gone again. */
  private Optional<JsonNode> lookBySsh(List<Map<String, Object>> requests, String wanted) {
    SshWay kept = ssh;
    Program.Result result = calls.run(requests, calls.bySsh("by ssh", ssh));
    if (HostCalls.hasNotBegun(result) && !kept.isOnItsOwn()) {
      // Such as one over a connection that ansible has left open and that is stuck.
      ssh = kept.onItsOwn();
      result = calls.run(requests, calls.bySsh("by ssh on its own connection", ssh));
    }
    if (result.timedOut() && !HostCalls.hasNotBegun(result)) {
      // Ansible would wait as long for what it reads.
      throw calls.unreached("ssh to the host of " + alias, result, wanted);
    }
    Optional<JsonNode> answers = HostCalls.answer(result);
    if (answers.filter(all -> ssh.leadsTo(seen(all))).isEmpty()) {
      Trace.say(
          "ssh to the host of "
              + alias
              + (answers.isPresent()
                  ? " led elsewhere than ansible had"
                  : " gave no answer: it " + AnsibleOutput.ending(result))
              + "; by ansible from now on");
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
    // With that it tells how it goes there.
    Program.Result result = calls.run(requests, calls.byVerboseAnsible());
    Optional<List<String>> command = SshCommand.in(result);
    command.ifPresent(calls::rememberSsh);
    // What is in a detail alone is no answer.
    Program.Result said = AnsibleOutput.withoutDetails(result);
    Optional<JsonNode> answers = HostCalls.answer(said);
    if (answers.isEmpty() && (said.timedOut() || AnsibleOutput.saysWhy(said))) {
      throw calls.unreached(said, wanted);
    }
    learning = false;
    if (answers.isEmpty()) {
      // So that what it says is what it always says.
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
