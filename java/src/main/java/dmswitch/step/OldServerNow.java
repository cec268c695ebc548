package dmswitch.step;

import dmswitch.dmansible.PortProbe;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.Locale;

/**
 * Checks whether the old server of a switch that continues still answers as it did when the plan
 * was made. It may have died since, and queries to a silent server hang, so the steps have to know.
 */
final class OldServerNow {
  private OldServerNow() {}

  /** Looks, and writes into the plan what has changed; returns the plan that holds. */
  static Plan look(ClusterAccess access, Plan plan, Journal journal) {
    String now;
    try {
      now = answers(access, plan);
    } catch (Problem unseen) {
      // The worker's host cannot be reached: the step that needs it reports that.
      return plan;
    }
    if (now.equals(plan.oldServer().answers())) {
      return plan;
    }
    Plan changed = plan.oldServerAnswers(now);
    journal.change(
        Step.OLD_SERVER_SEEN,
        Json.object().put("from", plan.oldServer().answers()).put("to", now),
        changed);
    return changed;
  }

  /**
   * Returns what is seen at its address now, as {@link Plan.OldServer} has it.
   *
   * @throws Problem (cannot tell) when the worker's host cannot be reached
   */
  static String answers(ClusterAccess access, Plan plan) {
    PortProbe probe =
        access.hosts().mysqlPortFromWorker(plan.oldServer().host(), plan.oldServer().port());
    if (probe.state() != PortProbe.State.OPEN) {
      return probe.state().name().toLowerCase(Locale.ROOT);
    }
    return access
        .mysql()
        .upstream(plan.oldServer())
        .uuid()
        .map(uuid -> uuid.equalsIgnoreCase(plan.oldServer().uuid()) ? "open" : "replaced")
        .orElse("unseen");
  }
}
