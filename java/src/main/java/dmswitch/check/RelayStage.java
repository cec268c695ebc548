package dmswitch.check;

import dmswitch.dmansible.RelayHead;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/** Relay is Running, or Paused by a lost upstream, or by an earlier run of ours. */
final class RelayStage implements Check {
  @Override
  public String name() {
    return "relay_stage";
  }

  @Override
  public Finding judge(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (relay.stage().isEmpty()) {
      return Finding.passed("relay is not asked: no packet comes back from the old server");
    }
    if (relay.isRunning()) {
      return Finding.passed("relay is Running");
    }
    if (relay.isPaused() && relay.errors().isEmpty() && facts.relay().pausedByUs()) {
      return Finding.passed("relay is Paused, by an earlier run of this playbook");
    }
    if (relay.isPaused() && !facts.oldServerAlive()) {
      return Finding.passed("relay is Paused, and its upstream is lost");
    }
    if (relay.isPaused() && relay.errors().isEmpty()) {
      return Finding.refused(
          "relay is Paused by somebody",
          "relay Running, or Paused by a lost upstream",
          "find out why it was paused; " + resumed(facts));
    }
    return Finding.refused(
        "relay is " + relay.stage().get() + ": " + String.join("; ", relay.errors()),
        "relay Running, or Paused by a lost upstream",
        "the old server answers now; if the error still holds, fix its cause there; "
            + resumed(facts));
  }

  /**
   * How relay comes to run again: not by resume-relay where DM could cut its file (rule 8), nor
   * before rows that it lets DM read again cannot double.
   */
  private static String resumed(Facts facts) {
    Optional<RelayHead> head;
    List<Table> endangered;
    try {
      head = facts.relay().head().get();
      endangered = CleanFence.endangered(facts);
    } catch (Problem unknown) {
      return "do not resume relay before this can be looked at: " + unknown.found();
    }
    if (head.filter(Hole::isRisky).isPresent()) {
      return "do not resume relay or restart this worker: the current relay file begins with a hole"
          + " of "
          + (head.get().biggestHole() >> 20)
          + " MB and DM could cut it to nothing; no safe command is known while this server is"
          + " the upstream";
    }
    return endangered.isEmpty()
        ? "resume-relay -w, then run again"
        : "first what half_transaction wants, then resume-relay -w, then run again";
  }
}
