package dmswitch.sandbox.dm.sql;

/**
 * A MySQL server and how to log in there.
 *
 * @param password the plain password
 */
public record Login(String host, int port, String user, String password) {
  /** {@code HOST:PORT}. */
  public String address() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return user + "@" + address();
  }
}
