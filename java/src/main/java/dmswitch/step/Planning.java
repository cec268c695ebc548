package dmswitch.step;

import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.Optional;

/** Plans a switch while another one may be in progress. */
final class Planning {
  private Planning() {}

  static String onTo(Planner.Result result) {
    return "continues with it to another new server, "
        + result.planOrThrow().newServer().address()
        + ", for which every check passes";
  }

  /** Where a switch is planned again: in the inventory of the one that is open. */
  static ClusterAccess accessOf(Request request, Optional<Journal> begun) {
    if (begun.flatMap(Journal::plan).isEmpty()) {
      return ClusterAccess.of(request);
    }
    ClusterAccess access = ClusterAccess.ofAnyWorker(request);
    // Refuses another one before any check.
    access.ansible().inventory();
    return access;
  }

  /**
   * Returns what to say of a relay that an unfinished switch has paused and nobody has resumed
   * since.
   */
  static Optional<String> wayBack(Journal journal, Planner.Result result) {
    return journal
        .plan()
        .filter(
            plan ->
                journal.relayPausedByUs() && !result.relayRuns() && !plan.relay().pausedBefore())
        .map(plan -> WayBack.ofPausedRelay(plan, journal));
  }

  static Problem refusal(Planner.Result result, Optional<String> wayBack) {
    Problem problem = result.report().problem().orElseThrow();
    // What that check wants comes before any way back.
    return result.report().forbidsResuming()
        ? problem
        : wayBack.map(problem::andNext).orElse(problem);
  }

  /** Returns the plan to the other server that is asked for. */
  static Planner.Result planOther(OpenSwitch open, Plan from) {
    Planner.Result result = new Planner(open.access(), Optional.of(from)).planOtherServer(from);
    result.plan().ifPresent(to -> LeftBehind.require(open, to));
    return result;
  }

  /** Returns whether relay has left the sub dir of the plan, for the server that was planned. */
  static boolean isMoved(OpenSwitch open, Plan from) {
    return !from.relay().subDir().equals(open.plan().relay().subDir());
  }

  static Planner.Result plan(ClusterAccess access, Optional<Journal> begun) {
    boolean pausedByUs = begun.map(journal -> journal.relayPausedByUs()).orElse(false);
    return new Planner(access, pausedByUs ? begun.flatMap(Journal::plan) : Optional.empty())
        .plan(begun.flatMap(Journal::plan), pausedByUs);
  }
}
