package dmswitch.mysql;

import dmswitch.problem.Problem;

/** The result of a login at a MySQL server, for a caller that expects dead servers. */
public sealed interface Attempt {
  /** The login was accepted; the caller closes it. */
  record Connected(MySqlServer server) implements Attempt {}

  /** The login failed; {@code problem} describes that for the operator. */
  record Failed(Reason reason, Problem problem) implements Attempt {}

  /** Why there is no connection. */
  enum Reason {
    /** The name means no address. */
    UNKNOWN_HOST,
    /** The host is up, nothing listens on the port or a firewall rejects. */
    REFUSED,
    /** The network says that the host or its network cannot be reached. */
    NO_ROUTE,
    /** No answer within the limit: powered off, packets dropped, or the server hangs. */
    SILENT,
    /**
     * Something accepted and closed the connection: a proxy without server, a server going down.
     */
    HUNG_UP,
    /** The server takes no further connection, or has blocked this host after errors. */
    BUSY,
    /** User, password, host or account are not admitted. */
    LOGIN_REFUSED,
    /** The requested encryption is not available. */
    NO_TLS,
    /** Anything else: what answers is no MySQL server that can be understood. */
    NOT_UNDERSTOOD;

    /** Returns whether a login ends like this where no MySQL server is. */
    public boolean meansNoServer() {
      return switch (this) {
        case UNKNOWN_HOST, REFUSED, NO_ROUTE, SILENT, HUNG_UP -> true;
        case BUSY, LOGIN_REFUSED, NO_TLS, NOT_UNDERSTOOD -> false;
      };
    }
  }
}
