package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonProperty;
import dmswitch.host.PortProbe;
import java.util.Locale;

/** What the worker's host sees at the old server's address. */
public enum OldServerState {
  /** The old server greets there. */
  @JsonProperty("open")
  OPEN,
  /** Its host refuses the connection. */
  @JsonProperty("refused")
  REFUSED,
  /** Connections are accepted and closed without a greeting. */
  @JsonProperty("hung_up")
  HUNG_UP,
  /** The network reports that there is no route. */
  @JsonProperty("no_route")
  NO_ROUTE,
  /** Connections time out. */
  @JsonProperty("silent")
  SILENT,
  /** Connections are accepted, but no greeting arrives. */
  @JsonProperty("mute")
  MUTE,
  /** Its name has no address. */
  @JsonProperty("unresolved")
  UNRESOLVED,
  /** Another server greets there. */
  @JsonProperty("replaced")
  REPLACED,
  /** A server greets there that cannot be identified. */
  @JsonProperty("unseen")
  UNSEEN;

  /** Returns the state of a port that is not open. */
  public static OldServerState ofClosed(PortProbe.State port) {
    return switch (port) {
      case REFUSED -> REFUSED;
      case HUNG_UP -> HUNG_UP;
      case NO_ROUTE -> NO_ROUTE;
      case SILENT -> SILENT;
      case MUTE -> MUTE;
      case UNRESOLVED -> UNRESOLVED;
      case OPEN -> throw new IllegalArgumentException("an open port says nothing of the server");
    };
  }

  /** Returns whether the old server itself greets. */
  public boolean isAlive() {
    return this == OPEN;
  }

  /**
   * Returns whether its address does not respond, so that a query to it may hang. A name without an
   * address is not among these: step 2 refuses it before it asks anything.
   */
  public boolean mayHang() {
    return this == NO_ROUTE || this == SILENT || this == MUTE;
  }

  /** Returns the value as it is in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
