package dmswitch.host;

import dmswitch.mysql.Sighting;
import java.util.List;
import java.util.Optional;

/**
 * The result of a TCP connection from the worker's host.
 *
 * @param detail the address and the system's message
 * @param greetings the greeting from each open address; none if the look did not wait for greetings
 * @param closed the addresses of the name that accepted no connection; none if the look did not
 *     wait for greetings
 */
public record PortProbe(State state, String detail, List<Greeting> greetings, List<Closed> closed) {
  public PortProbe {
    greetings = List.copyOf(greetings);
    closed = List.copyOf(closed);
  }

  /**
   * An address that accepted no connection.
   *
   * @param detail the address and the system's message
   */
  public record Closed(String address, State state, String detail) {}

  /** Creates a result without closed addresses. */
  public PortProbe(State state, String detail, List<Greeting> greetings) {
    this(state, detail, greetings, List.of());
  }

  /** Creates the result of a look that did not wait for a greeting. */
  public PortProbe(State state, String detail) {
    this(state, detail, List.of());
  }

  /** The state of the port, from the most to the least certain. */
  public enum State {
    /**
     * Connections are accepted. If the look waits for a MySQL server, the server also sends a
     * greeting.
     */
    OPEN,
    /** The host refuses the connection: the server is down, but its host is up. */
    REFUSED,
    /** Connections are accepted and closed without a greeting: a proxy whose server is down. */
    HUNG_UP,
    /** The network reports that there is no route. */
    NO_ROUTE,
    /** The connection times out: the host is powered off, or packets are dropped. */
    SILENT,
    /**
     * Connections are accepted, but no greeting arrives within the limit: a frozen server, or a
     * proxy whose server is powered off.
     */
    MUTE,
    /** The name has no address. */
    UNRESOLVED
  }

  /**
   * Returns whether a program with an open connection there may hang. Only a response, or a host
   * that refuses or closes a connection, shows that packets come back. A missing route does not end
   * an established connection: it is a soft error of TCP, and the program keeps waiting.
   */
  public boolean mayHang() {
    return state != State.OPEN && state != State.REFUSED && state != State.HUNG_UP;
  }

  /**
   * Returns why one of the greetings is not from the server of these logins, which were made just
   * before and just after.
   *
   * @return the reason; empty if all are from that server, as far as is known
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
