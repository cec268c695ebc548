package dmswitch.mysql;

/**
 * The server that one connection has reached.
 *
 * @param address {@code host:port} that it was made to
 * @param uuid {@code server_uuid}
 * @param version as the server's greeting has it
 * @param connectionId the connection's number there, which grows from one to the next
 */
public record Sighting(String address, String uuid, String version, long connectionId) {
  /** Returns the same, at this address of the name. */
  public Sighting at(String one) {
    return new Sighting(
        one + address.substring(address.lastIndexOf(':')), uuid, version, connectionId);
  }
}
