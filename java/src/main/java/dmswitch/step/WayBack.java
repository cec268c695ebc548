package dmswitch.step;

import dmswitch.journal.Journal;
import dmswitch.journal.Plan;

/** Instructions for a relay that a switch has paused and could not resume. */
final class WayBack {
  private WayBack() {}

  /** Returns what the operator may do by hand, by rules 8 and 11. */
  static String ofPausedRelay(Plan plan, Journal journal) {
    String resume = "resume-relay -w " + plan.dmWorker().address();
    if (!OpenSwitch.abortPossible(plan, journal)) {
      return "relay of this worker is still Paused by this switch, in a file that begins with a"
          + " hole: do not resume it or restart the worker (DM could cut the file); the switch can"
          + " only continue to the new server";
    }
    return "relay of this worker is still Paused by this switch; to abandon the switch, make sure"
        + " that"
        + " the old server "
        + plan.oldServer().uuid()
        + " and no other answers at "
        + plan.oldServer().address()
        + " (SELECT @@server_uuid), then: "
        + resume;
  }
}
