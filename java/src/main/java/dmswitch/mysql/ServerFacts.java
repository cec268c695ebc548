package dmswitch.mysql;

import java.util.List;
import java.util.Optional;

/**
 * What a MySQL server says of itself; all values are the global ones.
 *
 * @param serverUuid {@code server_uuid}
 * @param serverId {@code server_id}
 * @param version such as {@code 5.7.22-log}
 * @param gtidMode {@code ON}, {@code ON_PERMISSIVE}, {@code OFF_PERMISSIVE} or {@code OFF}
 * @param logBin whether it writes a binlog at all
 * @param logSlaveUpdates whether what it replicates comes into its own binlog
 * @param binlogFormat {@code ROW}, {@code STATEMENT} or {@code MIXED}
 * @param binlogRowImage {@code FULL}, {@code MINIMAL} or {@code NOBLOB}
 * @param binlogBaseName the files' name without folder and number, such as {@code mysql-bin}; empty
 *     without a binlog
 * @param maxBinlogSize in bytes
 * @param readOnly {@code read_only}; FLUSH BINARY LOGS works all the same
 * @param requiresTls whether it admits this login over TLS only ({@code require_secure_transport},
 *     or REQUIRE in the account): dm-worker 1.0, which has no TLS, cannot log in then
 * @param current the end of the binlog; empty without a binlog, or without the right REPLICATION
 *     CLIENT
 * @param binlogFilters {@code binlog_do_db} and {@code binlog_ignore_db}: what is kept out of the
 *     binlog, so that DM never sees it; empty when nothing is kept out
 */
public record ServerFacts(
    String serverUuid,
    long serverId,
    String version,
    String gtidMode,
    boolean logBin,
    boolean logSlaveUpdates,
    String binlogFormat,
    String binlogRowImage,
    Optional<String> binlogBaseName,
    long maxBinlogSize,
    boolean readOnly,
    boolean requiresTls,
    Optional<BinlogPosition> current,
    List<String> binlogFilters) {
  public ServerFacts {
    binlogFilters = List.copyOf(binlogFilters);
  }
}
