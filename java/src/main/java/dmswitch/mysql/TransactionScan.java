package dmswitch.mysql;

import dmswitch.gtid.GtidSet;

/**
 * What some transactions hold in a server's binlog.
 *
 * @param empty those that hold nothing between BEGIN and COMMIT: replication has left all of it
 *     out, or they were written so
 * @param seen those that were looked at
 */
public record TransactionScan(GtidSet empty, GtidSet seen) {}
