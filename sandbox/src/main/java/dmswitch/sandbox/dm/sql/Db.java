package dmswitch.sandbox.dm.sql;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A pool of connections as Go's database/sql has it with go-sql-driver. One that the server has
 * closed while it was idle is replaced; one whose server went without a word, as behind a virtual
 * IP that has moved, fails the statement that finds out: "invalid connection".
 */
public final class Db implements Closeable {
  private static final int MAX_IDLE = 2;

  private final Login login;
  private final Duration readLimit;
  private final Deque<SqlConnection> idle = new ArrayDeque<>();

  /**
   * A pool without connections; the first query opens one.
   *
   * @param readLimit how long each answer may take; zero for ever
   */
  public Db(Login login, Duration readLimit) {
    this.login = login;
    this.readLimit = readLimit;
  }

  /** Runs a statement; each row is a list of texts, null for NULL. */
  public List<List<String>> query(String sql) throws SqlFailure {
    SqlConnection connection = fromPool();
    if (connection == null) {
      connection = SqlConnection.open(login, Duration.ZERO, readLimit);
    }
    try {
      return connection.query(sql);
    } finally {
      giveBack(connection);
    }
  }

  /** The connection that is idle longest; null when none is usable. */
  private SqlConnection fromPool() {
    while (true) {
      SqlConnection connection;
      synchronized (idle) {
        connection = idle.pollFirst();
      }
      if (connection == null || connection.isIntact()) {
        return connection;
      }
      connection.close();
    }
  }

  private void giveBack(SqlConnection connection) {
    if (!connection.isOpen()) {
      return;
    }
    synchronized (idle) {
      if (idle.size() < MAX_IDLE) {
        idle.addLast(connection);
        return;
      }
    }
    connection.close();
  }

  /** The value of one row and column, as text. */
  public String value(String sql) throws SqlFailure {
    List<List<String>> rows = query(sql);
    return rows.isEmpty() ? "" : rows.get(0).get(rows.get(0).size() - 1);
  }

  @Override
  public void close() {
    synchronized (idle) {
      idle.forEach(SqlConnection::close);
      idle.clear();
    }
  }
}
