package dmswitch.host;

import dmswitch.mysql.Sighting;
import java.util.Optional;
import java.util.Set;

/**
 * The greeting that a MySQL server sent to the worker's host before any login. Its version and the
 * connection id show whether it is the server that we are logged in to: connection ids grow from
 * one connection to the next.
 *
 * @param address the address of the connection
 * @param version the server's version; empty if it sent something else
 * @param connectionId the lower 32 bits of the connection id
 * @param error the error that it sent instead of a greeting, such as that this host is not allowed
 *     to connect; or why the data is not a greeting; empty if all is well
 * @param errorNumber MySQL's number of that error; 0 if MySQL gave none
 */
public record Greeting(
    String address, String version, long connectionId, String error, int errorNumber) {
  private static final long NUMBERS = 1L << 32;

  // MySQL Error Message Reference: the host has no account, or is blocked after errors.
  private static final Set<Integer> HOST_NOT_ADMITTED = Set.of(1130, 1129);

  /** Returns whether the server accepts no login from this host. Other errors may be temporary. */
  public boolean isHostNotAdmitted() {
    return HOST_NOT_ADMITTED.contains(errorNumber);
  }

  /**
   * Returns why it is not the server of these logins, which were made just before and just after
   * the connection. Others may have connected meanwhile, and the numbers may have wrapped around.
   *
   * @return the reason; empty if it is that server, as far as is known
   */
  public Optional<String> differsFrom(Sighting before, Sighting after) {
    if (!version.equals(before.version())) {
      return Optional.of(
          "MySQL " + version + " greets the worker's host, and " + before.version() + " us");
    }
    long behind = Math.floorMod(connectionId - before.connectionId(), NUMBERS);
    long window = Math.floorMod(after.connectionId() - before.connectionId(), NUMBERS);
    return behind > 0 && behind < window
        ? Optional.empty()
        : Optional.of(
            "the connection from the worker's host has the number "
                + connectionId
                + ", those from here just before and after it "
                + Math.floorMod(before.connectionId(), NUMBERS)
                + " and "
                + Math.floorMod(after.connectionId(), NUMBERS));
  }
}
