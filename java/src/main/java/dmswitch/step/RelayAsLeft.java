package dmswitch.step;

import dmswitch.dmansible.PortProbe;
import dmswitch.journal.Plan;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;

/**
 * The state of relay in a switch that has stopped its tasks. The worker may be down, and may have
 * the configuration of either server.
 */
final class RelayAsLeft {
  private RelayAsLeft() {}

  /**
   * Queries the worker. If that could hang on either server, or the worker is down, reads
   * relay.meta instead.
   *
   * @throws Problem (cannot tell) when the worker runs and does not answer, or relay.meta cannot be
   *     read
   */
  static RelayView look(ClusterAccess access, Plan plan) {
    if (access
            .hosts()
            .mysqlPortFromWorker(plan.oldServer().host(), plan.oldServer().port())
            .mayHang()
        || access
            .hosts()
            .mysqlPortFromWorker(plan.newServer().host(), plan.newServer().port())
            .mayHang()) {
      return ofMeta(access, plan);
    }
    try {
      return RelayView.ofStatus(access.dm(), plan.workerAddress());
    } catch (Problem noAnswer) {
      if (WorkerPort.look(access.hosts(), plan).state() == PortProbe.State.REFUSED) {
        return ofMeta(access, plan);
      }
      throw noAnswer;
    }
  }

  /**
   * As {@link #look}, in the switch itself: whether the old server is silent is in its plan, so
   * nothing is probed where the worker answers.
   *
   * @throws Problem (cannot tell) when the worker does not answer and is not seen to be down
   */
  static RelayView ofSwitch(OpenSwitch open) {
    if (open.plan().behindVip() || (open.plan().oldServer().silent() && open.isBeforeRoll())) {
      return open.relay();
    }
    try {
      return RelayView.ofStatus(open.access().dm(), open.plan().workerAddress());
    } catch (Problem unanswered) {
      WorkerPort.requireRefused(open, unanswered);
      return RelayView.ofMeta(open.relayDirectory());
    }
  }

  private static RelayView ofMeta(ClusterAccess access, Plan plan) {
    return RelayView.ofMeta(access.hosts().relayDirectory(plan.relayDir()));
  }
}
