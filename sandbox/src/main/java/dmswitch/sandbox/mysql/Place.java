package dmswitch.sandbox.mysql;

import dmswitch.sandbox.net.Host;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a server runs.
 *
 * @param host the host of its own that it runs on; empty for this machine
 * @param loopback the address at which it listens on this machine; unused on a host of its own
 */
public record Place(Optional<Host> host, String loopback) {
  /** This machine, a free port of 127.0.0.1. */
  public static final Place LOOPBACK = new Place(Optional.empty(), "127.0.0.1");

  /** This machine, a free port of ::1. */
  public static final Place LOOPBACK6 = new Place(Optional.empty(), "::1");

  /** The port of a server on its own host. */
  public static final int MYSQL_PORT = 3306;

  /** A host of its own; the server has MySQL's usual port there. */
  public static Place on(Host host) {
    return new Place(Optional.of(host), "");
  }

  /** The address at which this machine reaches it. */
  public String address() {
    return host.map(Host::address).orElse(loopback);
  }

  /** The addresses on which it listens: all that its own host has, now or later. */
  String bindAddress() {
    return host.map(h -> "0.0.0.0").orElse(loopback);
  }

  /** Its port; empty for any free one. */
  public Optional<Integer> port() {
    return host.map(h -> MYSQL_PORT);
  }

  /** What stands before a command that has to run there. */
  List<String> prefix() {
    return host.map(Host::inside).orElse(List.of());
  }

  String encode() {
    return address();
  }

  static Place decode(String text) {
    return Stream.of(LOOPBACK, LOOPBACK6)
        .filter(place -> place.loopback.equals(text))
        .findFirst()
        .orElseGet(() -> on(Host.at(text)));
  }
}
