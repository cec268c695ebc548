package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlConnection;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A connection to the target of a subtask; but for {@link #cancel}, for one thread at a time. */
final class Target implements Closeable {
  /** What a DDL may answer on its second run: exists already, is gone already. */
  private static final Set<Integer> IGNORED_OF_DDL =
      Set.of(1007, 1008, 1049, 1050, 1051, 1054, 1060, 1061, 1091, 1146);

  private static final Duration READ_LIMIT = Duration.ofMinutes(5);
  private static final int DEADLOCK = 1213;
  private static final int DEADLOCK_TRIES = 100;

  private final Login login;
  private final Map<Table, TableInfo> tables = new HashMap<>();
  private volatile SqlConnection connection;
  private final CountDownLatch cancellation = new CountDownLatch(1);

  Target(Login login) {
    this.login = login;
  }

  private SqlConnection connection() throws SqlFailure {
    SqlConnection open = connection;
    if (open == null || !open.isOpen()) {
      open = SqlConnection.open(login, Duration.ZERO, READ_LIMIT);
      connection = open;
      if (isCanceled()) {
        open.close();
      }
      open.execute("SET time_zone = '+00:00'");
    }
    return open;
  }

  /** The rows that a query gives. */
  List<List<String>> query(String sql) {
    try {
      return connection().query(sql);
    } catch (SqlFailure e) {
      throw failure(sql, e);
    }
  }

  /**
   * Runs statements in one transaction; again after a deadlock, which queues have with each other.
   *
   * @throws CancellationException once {@link #cancel} was called
   */
  void execute(List<String> statements) throws InterruptedException {
    for (int tries = 1; ; tries++) {
      String running = "BEGIN";
      try {
        requireNotCanceled();
        SqlConnection open = connection();
        open.execute(running);
        for (String statement : statements) {
          running = statement;
          open.execute(statement);
        }
        running = "COMMIT";
        open.execute(running);
        return;
      } catch (SqlFailure e) {
        close();
        requireNotCanceled();
        if (e.errno() != DEADLOCK || tries == DEADLOCK_TRIES) {
          throw failure(running, e);
        }
        Log.warn("deadlock, once more: %s", running);
        cancellation.await(Settings.DEADLOCK_RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  /**
   * Runs DDL, passing over what says that it has run before.
   *
   * @throws CancellationException once {@link #cancel} was called
   */
  void executeDdl(List<String> statements) {
    for (String statement : statements) {
      try {
        requireNotCanceled();
        connection().execute(statement);
      } catch (SqlFailure e) {
        requireNotCanceled();
        if (!IGNORED_OF_DDL.contains(e.errno())) {
          throw failure(statement, e);
        }
        Log.warn("ignored: %s: %s", statement, e.driverText());
      }
    }
  }

  /**
   * Breaks off the statement under way, by the end of its connection: the server finds out when the
   * statement is through, and rolls its transaction back. No further statement runs.
   */
  void cancel() {
    cancellation.countDown();
    close();
  }

  private boolean isCanceled() {
    return cancellation.getCount() == 0;
  }

  private void requireNotCanceled() {
    if (isCanceled()) {
      throw new CancellationException();
    }
  }

  private static DmError failure(String statement, SqlFailure e) {
    int shown = Math.min(statement.length(), 200);
    return DmError.caused(
        10006,
        DmError.Kind.DATABASE,
        DmError.Scope.DOWNSTREAM,
        "execute statement failed: " + statement.substring(0, shown),
        e.driverText());
  }

  /** What the target knows of a table; kept until {@link #forgetTables}. */
  TableInfo table(Table table) {
    TableInfo known = tables.get(table);
    if (known == null) {
      try {
        known = TableInfo.of(table, connection());
      } catch (SqlFailure e) {
        throw failure("SHOW COLUMNS FROM " + table, e);
      }
      tables.put(table, known);
    }
    return known;
  }

  /** A DDL has changed some. */
  void forgetTables() {
    tables.clear();
  }

  /** Forgets tables and connection: a run begins anew. */
  void reset() {
    forgetTables();
    close();
  }

  @Override
  public void close() {
    SqlConnection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
