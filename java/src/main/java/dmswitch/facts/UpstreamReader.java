package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.access.UpstreamLogin;
import dmswitch.check.Facts;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.Look;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads who answers at the worker's present upstream address. */
final class UpstreamReader {
  private final ClusterAccess access;
  private final Optional<Plan> begun;
  private final HostLook hostLook;
  private final Supplier<RelayView> relay;
  private final Lazy<PortProbe> port = new Lazy<>(this::probeOldServer);

  /**
   * @param begun the plan of a switch that has stopped its tasks
   * @param relay where relay is
   */
  UpstreamReader(
      ClusterAccess access, Optional<Plan> begun, HostLook hostLook, Supplier<RelayView> relay) {
    this.access = access;
    this.begun = begun;
    this.hostLook = hostLook;
    this.relay = relay;
  }

  Facts.Upstream facts() {
    return new Facts.Upstream(port, new Lazy<>(this::askUuid));
  }

  /** Returns whether nothing comes back from it, so that a query to it may hang. */
  boolean isSilent() {
    return port.get().mayHang();
  }

  /** Returns whether a MySQL server greets there. */
  boolean isOpen() {
    return port.get().state() == PortProbe.State.OPEN;
  }

  /**
   * Returns what the worker runs with: its present upstream, even if the inventory was edited
   * since.
   */
  private WorkerToml running() {
    return hostLook.deployedToml().get().toml();
  }

  /** An earlier run may have edited the inventory: then the worker runs with another address. */
  private PortProbe probeOldServer() {
    if (begun.isPresent()) {
      // By now the worker's configuration may name the new server.
      return access
          .hosts()
          .mysqlPortFromWorker(begun.get().oldServer().host(), begun.get().oldServer().port());
    }
    WorkerToml running = running();
    WorkerToml present = access.ansible().survey().toml();
    return Address.isSame(running.host(), running.port(), present.host(), present.port())
        ? hostLook.presentPort()
        : access.hosts().mysqlPortFromWorker(running.host(), running.port());
  }

  private Optional<String> askUuid() {
    UpstreamLogin upstream =
        begun
            .map(plan -> access.mysql().upstream(plan.oldServer()))
            .orElseGet(
                () ->
                    access.mysql().upstream(running().host(), running().port(), running().user()));
    if (upstream.uuid().isEmpty() && upstream.answers()) {
      throw Problem.cannotTell(
              "the server at the worker's upstream address accepts no login: " + upstream.detail(),
              "its server_uuid",
              "fix the error above, then run again")
          .namingRerun();
    }
    if (begun.isEmpty()
        && upstream.uuid().filter(this::isNotRelays).isPresent()
        && runsOlderConfiguration()) {
      throw Problem.cannotTell(
          "dm-worker.toml was written after the worker was started: the worker still reads another"
              + " server, whose address is not known",
          "the address from which the worker reads",
          "run the switch, which restarts the worker on its configuration");
    }
    return upstream.uuid();
  }

  private boolean isNotRelays(String uuid) {
    try {
      return !relay.get().subDir().isOf(uuid);
    } catch (Problem unknown) {
      // That refuses on its own.
      return false;
    }
  }

  /** Of a roll that had no effect: its address says nothing about who is read. */
  private boolean runsOlderConfiguration() {
    WorkerDeployment deployment = access.ansible().survey().deployment();
    return !access.request().modes().behindVip()
        && access
            .hosts()
            .workerHost()
            .see(Look.writtenSinceStart(deployment.tomlPath(), deployment.port()))
            .orElse(false);
  }
}
