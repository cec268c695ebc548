package dmswitch.mysql;

import java.util.List;

/**
 * What a MySQL server writes into its binlog, by its global variables.
 *
 * @param gtidMode {@code ON}, {@code ON_PERMISSIVE}, {@code OFF_PERMISSIVE} or {@code OFF}
 * @param logBin whether it writes a binlog at all
 * @param logSlaveUpdates whether what it replicates comes into its own binlog
 * @param format {@code ROW}, {@code STATEMENT} or {@code MIXED}
 * @param rowImage {@code FULL}, {@code MINIMAL} or {@code NOBLOB}
 * @param filters {@code binlog_do_db} and {@code binlog_ignore_db}: what is kept out of the binlog,
 *     so that DM never sees it; empty when nothing is kept out
 */
public record BinlogSettings(
    String gtidMode,
    boolean logBin,
    boolean logSlaveUpdates,
    String format,
    String rowImage,
    List<String> filters) {
  public BinlogSettings {
    filters = List.copyOf(filters);
  }
}
