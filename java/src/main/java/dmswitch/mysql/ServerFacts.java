package dmswitch.mysql;

import java.util.Optional;

/**
 * What a MySQL server says of itself; all values are the global ones.
 *
 * @param serverUuid {@code server_uuid}
 * @param serverId {@code server_id}
 * @param version such as {@code 5.7.22-log}
 * @param requiresTls whether it accepts this login over TLS only ({@code require_secure_transport},
 *     or REQUIRE in the account): dm-worker 1.0, which has no TLS, cannot log in then
 * @param binlogBaseName the files' name without folder and number, such as {@code mysql-bin}; empty
 *     without a binlog
 * @param current the end of the binlog; empty without a binlog, or without the right REPLICATION
 *     CLIENT
 * @param binlog what it writes into its binlog
 */
public record ServerFacts(
    String serverUuid,
    long serverId,
    String version,
    boolean requiresTls,
    Optional<String> binlogBaseName,
    Optional<BinlogEnd> current,
    BinlogSettings binlog) {}
