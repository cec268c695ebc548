package dmswitch.sandbox.dm.sql;

import dmswitch.sandbox.dm.DmError;

/** A statement or login that failed, in the words of the two drivers that DM uses. */
public final class SqlFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String state;
  private final boolean lost;

  private SqlFailure(String message, int errno, String state, boolean lost) {
    super(message);
    this.errno = errno;
    this.state = state;
    this.lost = lost;
  }

  /** What the server answered. */
  static SqlFailure answered(int errno, String state, String message) {
    return new SqlFailure(message, errno, state, false);
  }

  /** No connection could be opened; the text is Go's. */
  static SqlFailure notConnected(String goText) {
    return new SqlFailure(goText, 0, "", false);
  }

  /** A connection that had been open broke. */
  static SqlFailure lost() {
    return new SqlFailure("invalid connection", 0, "", true);
  }

  /** MySQL's error number; 0 when no server answered. */
  public int errno() {
    return errno;
  }

  /** Whether an open connection broke, so that nothing is known of the statement's fate. */
  public boolean isLost() {
    return lost;
  }

  /** The text of go-sql-driver, which queries and changes rows. */
  public String driverText() {
    return errno == 0 ? getMessage() : "Error " + errno + ": " + getMessage();
  }

  /** The text of go-mysql, which reads binlog. */
  public String binlogText() {
    if (errno != 0) {
      return "ERROR " + errno + " (" + state + "): " + getMessage();
    }
    return lost ? "connection was bad" : getMessage();
  }

  /** The failure as DM's own error. */
  public DmError asDmError() {
    return lost
        ? DmError.caused(
            10003, DmError.Kind.DATABASE, DmError.Scope.NOT_SET, "database driver", driverText())
        : DmError.database(driverText());
  }
}
