package dmswitch.access;

import dmswitch.check.DmMasterView;
import dmswitch.check.Sightings;
import dmswitch.dmansible.Cluster;
import dmswitch.host.PortProbe;
import dmswitch.host.WorkerHost;
import dmswitch.mysql.Address;
import dmswitch.mysql.Attempt;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.Server;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks which servers fresh connections to the new server's address reach. */
public class NewServerSightings {
  private final MySqlServers mysql;
  private final WorkerAnsible ansible;
  private final ClusterHosts hosts;

  public NewServerSightings(MySqlServers mysql, WorkerAnsible ansible, ClusterHosts hosts) {
    this.mysql = mysql;
    this.ansible = ansible;
    this.hosts = hosts;
  }

  /**
   * The servers that fresh connections to the new address have reached.
   *
   * @param seen one for each connection
   * @param closed the addresses of its name at which no server is to be seen
   */
  public record Reached(List<Sighting> seen, List<Sightings.Closed> closed) {}

  /** As {@link #look}, without the addresses at which nothing listens. */
  public List<Sighting> seen(int times) {
    return look(times).seen();
  }

  /**
   * Looks which servers fresh connections to the new address reach. An address of its name that
   * does not answer now may lead to another server later, to which relay would reconnect without
   * looking at its uuid.
   *
   * @param times how many in a row, to each address that the name has here
   * @throws Problem (cannot tell) when none of the addresses, or not every connection to one of
   *     them, accepts the login; but one that plainly has no listener, and an IPv6 address where
   *     this machine has no IPv6, are passed over
   */
  public Reached look(int times) {
    Endpoint endpoint = mysql.newEndpoint();
    List<Sighting> seen = new ArrayList<>();
    List<Sightings.Closed> closed = new ArrayList<>();
    List<Problem> failures = new ArrayList<>();
    Optional<Problem> unseen = Optional.empty();
    for (InetAddress address : addresses(endpoint.host())) {
      for (int i = 0; i < times; i++) {
        Attempt attempt = mysql.attemptNewServer(address);
        if (attempt instanceof Attempt.Failed failed) {
          if (!failed.reason().meansNoServer()) {
            throw failed.problem();
          }
          failures.add(failed.problem());
          Optional<Sightings.Why> why =
              i == 0 ? whyClosed(address, failed.reason()) : Optional.empty();
          why.ifPresent(each -> closed.add(new Sightings.Closed(address.getHostAddress(), each)));
          if (why.isEmpty() && unseen.isEmpty()) {
            unseen = Optional.of(unseen(endpoint, address, failed.reason()));
          }
          break;
        }
        try (Server server = ((Attempt.Connected) attempt).server()) {
          seen.add(server.sighting().at(address.getHostAddress()));
        }
      }
    }
    if (seen.isEmpty()) {
      throw failures.get(0);
    }
    if (unseen.isPresent()) {
      throw unseen.get();
    }
    return new Reached(seen, closed);
  }

  private Optional<Sightings.Why> whyClosed(InetAddress address, Attempt.Reason reason) {
    if (reason == Attempt.Reason.REFUSED) {
      return Optional.of(Sightings.Why.REFUSED);
    }
    return reason == Attempt.Reason.NO_ROUTE
            && address instanceof Inet6Address
            && !hasIpv6(address.isLoopbackAddress())
        ? Optional.of(Sightings.Why.NO_IPV6)
        : Optional.empty();
  }

  /** Returns whether this machine has an IPv6 address beyond its own links, or IPv6's loopback. */
  boolean hasIpv6(boolean loopback) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet6Address.class::isInstance)
          .anyMatch(own -> !own.isLinkLocalAddress() && own.isLoopbackAddress() == loopback);
    } catch (SocketException unknown) {
      return true;
    }
  }

  private static Problem unseen(Endpoint endpoint, InetAddress address, Attempt.Reason reason) {
    return Problem.cannotTell(
            endpoint.host()
                + " resolves to several addresses, and no server is reachable at "
                + Address.of(address.getHostAddress(), endpoint.port())
                + ": "
                + switch (reason) {
                  case HUNG_UP -> "it accepts connections and closes them before the login";
                  case NO_ROUTE -> "there is no route to it";
                  case REFUSED -> "it refuses connections now, but accepted them a moment ago";
                  default ->
                      "nothing answers there within " + MySqlServers.LIMIT.toSeconds() + " s";
                },
            "the server at each of its addresses: relay may reconnect to any of them, and"
                + " stores events of another server as if they came from the first",
            "start that server, or remove the address from the name (DNS, /etc/hosts), or name the"
                + " new server by its own address; then run again")
        .namingRerun();
  }

  /** Returns every address that a name has here. */
  List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(Address.bare(host)));
    } catch (UnknownHostException e) {
      throw Problem.cannotTell(
          "the host name " + host + " cannot be resolved here",
          "a name or address of the MySQL server",
          "correct the name, or add it to DNS or /etc/hosts",
          e);
    }
  }

  /**
   * Sees the new server from dm-master's host, in a separate call of ansible.
   *
   * @return empty where dm-master is on the worker's host, by its address: that sees the same
   * @throws Problem (refused) when the inventory has not exactly one dm-master; (cannot tell) when
   *     its host cannot be reached
   */
  public Optional<DmMasterView> lookFromMaster() {
    List<Cluster.Host> masters = ansible.survey().cluster().masters();
    if (masters.size() != 1) {
      throw WorkerAnsible.noMaster();
    }
    Cluster.Host master = masters.get(0);
    if (Address.isSameHost(master.host(), ansible.survey().deployment().host())) {
      return Optional.empty();
    }
    WorkerHost host = hosts.host(master.alias());
    Sighting before = seen(1).get(0);
    Endpoint endpoint = mysql.newEndpoint();
    PortProbe newPort = host.see(ClusterHosts.mysqlPort(endpoint.host(), endpoint.port()));
    return Optional.of(
        new DmMasterView(master.host(), host.isInThisNetwork(), newPort, before, seen(1).get(0)));
  }
}
