package dmswitch.host;

import dmswitch.mysql.Sighting;
import java.util.Optional;
import java.util.Set;

/**
 * What a MySQL server said to the worker's host before any login. Its version and the connection's
 * number tell whether it is the server that we are logged in to: numbers grow from one connection
 * to the next.
 *
 * @param address that was connected to
 * @param version the server's; empty where it said something else
 * @param connectionId the connection's number there, its lower 32 bits
 * @param error what it said in place of a greeting, such as that it does not admit this host; or
 *     why what came is no greeting; empty where all is well
 * @param errorNumber MySQL's number of that error; 0 where MySQL gave none
 */
public record Greeting(
    String address, String version, long connectionId, String error, int errorNumber) {
  private static final long NUMBERS = 1L << 32;

  // MySQL Error Message Reference: the host has no account, or is blocked after errors.
  private static final Set<Integer> HOST_NOT_ADMITTED = Set.of(1130, 1129);

  /** Returns whether the server admits no login from this host. Other errors may pass. */
  public boolean isHostNotAdmitted() {
    return HOST_NOT_ADMITTED.contains(errorNumber);
  }

  /**
   * Why it is not the server of these logins, one of them made just before the connection, one just
   * after; others may have connected meanwhile, and the numbers may have started over.
   *
   * @return empty when it is, as far as is known
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
