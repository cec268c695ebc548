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
 * @param applierState what the applier does, in MySQL's words; empty when it does not run
 * @param delay MASTER_DELAY in seconds; 0 when it applies at once
 * @param skipCounter how many events it will still pass over (sql_slave_skip_counter)
 */
public record ReplicaChannel(
    String channel,
    String source,
    String ioRunning,
    String sqlRunning,
    Optional<String> error,
    Optional<Long> secondsBehind,
    String applierState,
    long delay,
    long skipCounter) {

  /** Returns whether it receives or applies, or tries to: more can come this way. */
  public boolean isOn() {
    return !ioRunning.equals("No") || !sqlRunning.equals("No");
  }
}
