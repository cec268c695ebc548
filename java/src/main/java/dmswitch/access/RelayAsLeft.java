package dmswitch.access;

import dmswitch.host.PortProbe;
import dmswitch.journal.Plan;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;

/**
 * Where relay of a switch stands that has stopped its tasks: the worker may be down, and may have
 * the configuration of either server.
 */
public final class RelayAsLeft {
  private RelayAsLeft() {}

  /**
   * Asks the worker; where that could hang on either server, or the worker is down, relay.meta
   * tells.
   *
   * @throws Problem (cannot tell) when the worker runs and does not answer, or relay.meta cannot be
   *     read
   */
  public static RelayView look(ClusterAccess access, Plan plan) {
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
      return RelayView.ofStatus(access.dm(), plan.dmWorker().address());
    } catch (Problem noAnswer) {
      if (access.hosts().workerPort(plan.dmWorker().address()).state() == PortProbe.State.REFUSED) {
        return ofMeta(access, plan);
      }
      throw noAnswer;
    }
  }

  private static RelayView ofMeta(ClusterAccess access, Plan plan) {
    return RelayView.ofMeta(access.hosts().relayDirectory(plan.dmWorker().relayDir()));
  }
}
