package dmswitch.access;

import java.util.Optional;

/**
 * Outcome of a login at a worker's upstream address.
 *
 * @param uuid of the server that accepted the login
 * @param answers whether any server does
 * @param detail why it did not accept the login
 */
public record UpstreamLogin(Optional<String> uuid, boolean answers, String detail) {
  /** Names who was reached. */
  String described() {
    return uuid.map(seen -> "the server " + seen)
        .orElseGet(() -> "no server that accepts the login (" + detail + ")");
  }
}
