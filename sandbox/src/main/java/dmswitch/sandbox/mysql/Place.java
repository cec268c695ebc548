package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.net.Host;
import java.util.List;
import java.util.Optional;

/**
 * Where a server runs.
 *
 * @param host the host of its own that it runs on; empty for this machine, 127.0.0.1
 */
public record Place(Optional<Host> host) {
  /** This machine, a free port of 127.0.0.1. */
  public static final Place LOOPBACK = new Place(Optional.empty());

  private static final int MYSQL_PORT = 3306;

  /** A host of its own; the server has MySQL's usual port there. */
  public static Place on(Host host) {
    return new Place(Optional.of(host));
  }

  /** The address at which this machine reaches it. */
  public String address() {
    return host.map(Host::address).orElse("127.0.0.1");
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
    return host.map(h -> h.namespace() + " " + h.address()).orElse("loopback");
  }

  static Place decode(String text) {
    if (text.equals("loopback")) {
      return LOOPBACK;
    }
    String[] words = text.split(" ", -1);
    if (words.length != 2) {
      throw new SandboxException("not the place of a server: " + text);
    }
    return on(new Host(words[0], words[1]));
  }
}
