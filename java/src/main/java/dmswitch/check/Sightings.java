package dmswitch.check;

import dmswitch.mysql.Address;
import dmswitch.mysql.Sighting;
import java.util.List;
import java.util.stream.Stream;

/**
 * The servers that fresh connections to the new server's address reached, before and after the
 * worker's host connected to it.
 *
 * @param before several connections to each address that its name has
 * @param after one connection
 * @param closed the addresses at which no server is reachable
 */
public record Sightings(List<Sighting> before, Sighting after, List<Closed> closed) {
  public Sightings {
    before = List.copyOf(before);
    closed = List.copyOf(closed);
  }

  /**
   * An address of the name at which no server is reachable.
   *
   * @param address without the port
   */
  public record Closed(String address, Why why) {}

  /** Why no server is reachable at an address. */
  public enum Why {
    /** The host is there, and nothing listens on the port: mysqld has IPv4 only, for example. */
    REFUSED,
    /** It is an IPv6 address, and this machine has no IPv6. */
    NO_IPV6
  }

  List<Sighting> all() {
    return Stream.concat(before.stream(), Stream.of(after)).toList();
  }

  /** Returns the last one before the worker's host connected. */
  Sighting justBefore() {
    return before.get(before.size() - 1);
  }

  /** Returns the closed addresses of one kind. */
  List<String> closed(Why why) {
    return closed.stream().filter(each -> each.why() == why).map(Closed::address).toList();
  }

  /** Returns whether connections to this address, given without port, have reached a server. */
  boolean reached(String address) {
    return before.stream()
        .map(Sighting::address)
        .anyMatch(seen -> Address.isSameHost(seen.substring(0, seen.lastIndexOf(':')), address));
  }
}
