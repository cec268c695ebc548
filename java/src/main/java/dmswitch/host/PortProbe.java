package dmswitch.host;

import dmswitch.mysql.Sighting;
import java.util.List;
import java.util.Optional;

/**
 * What a TCP connection from the worker's host came to.
 *
 * @param detail the address tried and the system's words
 * @param greetings what came first from each address that is open; none where it was not asked for
 * @param closed the name's addresses to which there was no connection; none where no greeting was
 *     asked for
 */
public record PortProbe(State state, String detail, List<Greeting> greetings, List<Closed> closed) {
  public PortProbe {
    greetings = List.copyOf(greetings);
    closed = List.copyOf(closed);
  }

  /**
   * An address to which there was no connection.
   *
   * @param detail the address and the system's words
   */
  public record Closed(String address, State state, String detail) {}

  /** Without an address that is closed. */
  public PortProbe(State state, String detail, List<Greeting> greetings) {
    this(state, detail, greetings, List.of());
  }

  /** One that did not wait for a greeting. */
  public PortProbe(State state, String detail) {
    this(state, detail, List.of());
  }

  /** From best to worst known. */
  public enum State {
    /** Something accepts connections; where a MySQL server is wanted, it greets as well. */
    OPEN,
    /** The host answers that nothing listens: the server is down, its host is not. */
    REFUSED,
    /** Connections are accepted and ended without a greeting: a proxy whose server is gone. */
    HUNG_UP,
    /** The network answers that there is no way. */
    NO_ROUTE,
    /** Nothing answers within the limit: powered off, or packets are dropped. */
    SILENT,
    /**
     * Connections are accepted, but no greeting comes within the limit: a frozen server, or a proxy
     * whose server is powered off.
     */
    MUTE,
    /** The name has no address. */
    UNRESOLVED
  }

  /**
   * Returns whether a program that has a connection there may hang on it: only an answer, or a host
   * that refuses or ends a connection, shows that packets come back. (A missing route ends no
   * connection that stands: it is a soft error of TCP, and the program waits on.)
   */
  public boolean mayHang() {
    return state != State.OPEN && state != State.REFUSED && state != State.HUNG_UP;
  }

  /**
   * Why one of the greetings is not of the server of these logins, made just before and just after.
   *
   * @return empty when they all are, as far as is known
   */
  public Optional<String> differsFrom(Sighting before, Sighting after) {
    return greetings.stream()
        .flatMap(
            greeting ->
                greeting
                    .differsFrom(before, after)
                    .map(text -> greeting.address() + ": " + text)
                    .stream())
        .findFirst();
  }

  /** Returns what was seen, as text for the operator. */
  public String description() {
    return switch (state) {
      case HUNG_UP -> detail + " accepts connections and closes them without MySQL's greeting";
      case MUTE -> detail + " accepts connections, but sends no MySQL greeting";
      default -> detail;
    };
  }
}
