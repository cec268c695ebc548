package dmswitch.sandbox.dm.relay;

import dmswitch.sandbox.dm.sql.Login;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What relay needs to know.
 *
 * @param login the upstream
 * @param serverId the number as which relay registers there
 * @param shownRelayDir the relay dir as the configuration names it, for messages
 * @param byGtid enable-gtid
 * @param startName relay-binlog-name; empty for the upstream's newest
 * @param startGtids relay-binlog-gtid; empty for the upstream's gtid_executed
 * @param backoffMax the longest time before relay tries a broken connection again
 */
public record RelayConfig(
    Login login,
    long serverId,
    Path relayDir,
    String shownRelayDir,
    boolean byGtid,
    String startName,
    String startGtids,
    Duration backoffMax) {}
