package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.check.Sightings;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.DeployedToml;
import dmswitch.host.Look;
import dmswitch.host.PortProbe;
import dmswitch.host.WorkerHost;
import dmswitch.program.Lazy;
import dmswitch.request.Request;
import java.util.function.Supplier;

/** What one call of ansible sees of the worker's host, of those that take a second or more. */
final class HostLook {
  private final ClusterAccess access;
  private final NewServerReader newServer;
  private final Lazy<Answers> answers = new Lazy<>(this::look);
  private final Lazy<DeployedToml> deployedToml =
      new Lazy<>(() -> answers.get().deployedToml().get());

  HostLook(ClusterAccess access, NewServerReader newServer) {
    this.access = access;
    this.newServer = newServer;
  }

  private record Answers(
      Supplier<DeployedToml> deployedToml,
      Supplier<PortProbe> presentPort,
      Supplier<PortProbe> newPort,
      Lazy<Sightings> sightings) {}

  private Answers look() {
    Request.NewServer to = access.request().newServer();
    WorkerToml present = access.ansible().survey().toml();
    WorkerHost.Together looks = access.hosts().workerHost().together();
    Supplier<DeployedToml> toml = looks.add(Look.deployedToml(access.ansible().survey()));
    Supplier<PortProbe> presentPort =
        looks.add(ClusterHosts.mysqlPort(present.host(), present.port()));
    Supplier<PortProbe> newPort = looks.add(ClusterHosts.mysqlPort(to.host(), to.port()));
    Lazy<Sightings> sightings = new Lazy<>(() -> newServer.sightingsAround(looks::take));
    sightings.ask();
    return new Answers(toml, presentPort, newPort, sightings);
  }

  /** Returns the call itself, to be asked for ahead. */
  Lazy<?> call() {
    return answers;
  }

  /** Returns the dm-worker.toml that the worker runs with. */
  Lazy<DeployedToml> deployedToml() {
    return deployedToml;
  }

  /** Returns whether a MySQL server greets at the upstream's address of the inventory. */
  PortProbe presentPort() {
    return answers.get().presentPort().get();
  }

  /** Returns whether a MySQL server greets at the new address. */
  PortProbe newPort() {
    return answers.get().newPort().get();
  }

  /** Returns the servers behind the new address, before and after. */
  Sightings sightings() {
    return answers.get().sightings().get();
  }
}
