package dmswitch.mysql;

/**
 * A program that reads a server's binlog as a replica does, from SHOW SLAVE HOSTS.
 *
 * @param serverId as which it has registered; no two of a server may have the same
 * @param host the name that it gives itself; mostly empty for a MySQL server (report_host)
 */
public record BinlogReader(long serverId, String host) {}
