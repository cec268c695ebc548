package dmswitch.mysql;

import java.util.Optional;

/**
 * One replication source of a server, from SHOW SLAVE STATUS.
 *
 * @param channel the channel's name, empty for the default one
 * @param source {@code host:port} that it replicates from
 * @param ioRunning whether it receives: {@code Yes}, {@code No} or {@code Connecting}
 * @param sqlRunning whether it applies: {@code Yes} or {@code No}
 * @param error why it does not, without the text of the statement (which may hold a password)
 * @param secondsBehind seconds, empty when unknown
 */
public record ReplicaChannel(
    String channel,
    String source,
    String ioRunning,
    String sqlRunning,
    Optional<String> error,
    Optional<Long> secondsBehind) {

  /** Whether it both receives and applies. */
  public boolean running() {
    return ioRunning.equals("Yes") && sqlRunning.equals("Yes");
  }
}
