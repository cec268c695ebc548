package dmswitch.sandbox.dm.sql;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A pool of connections as Go's database/sql has it: one that broke while idle is replaced. */
public final class Db implements Closeable {
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
    while (true) {
      SqlConnection connection;
      synchronized (idle) {
        connection = idle.pollFirst();
      }
      boolean fresh = connection == null;
      if (fresh) {
        connection = SqlConnection.open(login, Duration.ZERO, readLimit);
      }
      try {
        List<List<String>> rows = connection.query(sql);
        giveBack(connection);
        return rows;
      } catch (SqlFailure e) {
        if (!e.isLost()) {
          giveBack(connection);
          throw e;
        }
        if (fresh || e.isTimedOut()) {
          throw e;
        }
      }
    }
  }

  private void giveBack(SqlConnection connection) {
    synchronized (idle) {
      idle.addFirst(connection);
    }
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
