package dmswitch.mysql;

import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.Objects;

/**
 * The address of a MySQL server, and the login of dm-worker there.
 *
 * @param host a name or an address; IPv6 with or without brackets
 * @param port 1 to 65535
 * @param user the login's name
 * @param password the login's password in plain form; empty when it has none
 */
public record Endpoint(String host, int port, String user, Secret password) {
  /**
   * @throws Problem (wrong use) for an empty host or a port out of range
   */
  public Endpoint {
    Objects.requireNonNull(user);
    Objects.requireNonNull(password);
    host = Address.bare(host);
    if (host.isBlank()) {
      throw Problem.wrongUse(
          "the host of MySQL is empty", "a host name or address", "correct the host");
    }
    if (port < 1 || port > 65535) {
      throw Problem.wrongUse(
          "the port of MySQL at " + host + " is " + port, "1 to 65535", "correct the port");
    }
  }

  /** {@code host:port} as it is shown to people, an IPv6 address in brackets. */
  public String address() {
    return Address.of(host, port);
  }
}
