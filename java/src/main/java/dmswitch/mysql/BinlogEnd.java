package dmswitch.mysql;

/**
 * The end of the binlog.
 *
 * @param file the current file, such as {@code mysql-bin.000003}
 * @param position bytes written to it so far, its size
 */
public record BinlogEnd(String file, long position) {}
