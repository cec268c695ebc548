package dmswitch.facts;

import dmswitch.access.FreshConnections;
import dmswitch.access.MySqlServers;
import dmswitch.access.NewServerSightings;
import dmswitch.check.Facts;
import dmswitch.check.Sightings;
import dmswitch.mysql.Server;
import dmswitch.program.Lazy;

/** Reads the facts of the new server. */
final class NewServerReader implements AutoCloseable {
  private final MySqlServers mysql;
  private final NewServerSightings sightings;
  private final Lazy<Server> server;

  NewServerReader(MySqlServers mysql, NewServerSightings sightings) {
    this.mysql = mysql;
    this.sightings = sightings;
    this.server = new Lazy<>(mysql::newServer);
  }

  /** Returns the server, logged in to once. */
  Lazy<Server> server() {
    return server;
  }

  Facts.NewServer facts(HostLook hostLook) {
    return new Facts.NewServer(
        new Lazy<>(hostLook::newPort),
        server,
        new Lazy<>(() -> server.get().facts()),
        new Lazy<>(hostLook::sightings),
        new Lazy<>(sightings::lookFromMaster),
        new Lazy<>(mysql::otherConnections));
  }

  /** Looks which servers the new address reaches, before and after its host is looked at. */
  Sightings sightingsAround(Runnable look) {
    server.get();
    NewServerSightings.Reached before = sightings.look(FreshConnections.IN_A_ROW);
    look.run();
    return new Sightings(before.seen(), sightings.seen(1).get(0), before.closed());
  }

  @Override
  public void close() {
    if (server.isKnown()) {
      server.get().close();
    }
  }
}
