package dmswitch.step;

import dmswitch.access.ClusterAccess;
import dmswitch.host.PortProbe;
import dmswitch.journal.Journal;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;

/**
 * Checks whether the old server of a switch that continues still answers as it did when the plan
 * was made. It may have died since, and queries to a silent server hang, so the steps have to know.
 */
final class OldServerNow {
  private OldServerNow() {}

  /** Looks, and writes into the plan what has changed; returns the plan that holds. */
  static Plan look(ClusterAccess access, Plan plan, Journal journal) {
    OldServerState now;
    try {
      now = state(access, plan);
    } catch (Problem unseen) {
      // The worker's host cannot be reached: the step that needs it reports that.
      return plan;
    }
    if (now == plan.oldServer().state()) {
      return plan;
    }
    Plan changed = plan.oldServerIn(now);
    journal.change(
        Step.OLD_SERVER_SEEN,
        Json.object().put("from", plan.oldServer().state().word()).put("to", now.word()),
        changed);
    return changed;
  }

  /**
   * Returns what is seen at its address now.
   *
   * @throws Problem (cannot tell) when the worker's host cannot be reached
   */
  static OldServerState state(ClusterAccess access, Plan plan) {
    PortProbe probe =
        access.hosts().mysqlPortFromWorker(plan.oldServer().host(), plan.oldServer().port());
    if (probe.state() != PortProbe.State.OPEN) {
      return OldServerState.ofClosed(probe.state());
    }
    return access
        .mysql()
        .upstream(plan.oldServer())
        .uuid()
        .map(
            uuid ->
                uuid.equalsIgnoreCase(plan.oldServer().uuid())
                    ? OldServerState.OPEN
                    : OldServerState.REPLACED)
        .orElse(OldServerState.UNSEEN);
  }
}
