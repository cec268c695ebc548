package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlConnection;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The target of a subtask. */
final class Target implements Closeable {
  /** What a DDL may answer on its second run: exists already, is gone already. */
  private static final Set<Integer> IGNORED_OF_DDL =
      Set.of(1007, 1008, 1049, 1050, 1051, 1054, 1060, 1061, 1091, 1146);

  private static final Duration READ_LIMIT = Duration.ofMinutes(5);

  private final Login login;
  private final Map<Table, TableInfo> tables = new HashMap<>();
  private SqlConnection connection;

  Target(Login login) {
    this.login = login;
  }

  private SqlConnection connection() throws SqlFailure {
    if (connection == null || !connection.isOpen()) {
      connection = SqlConnection.open(login, Duration.ZERO, READ_LIMIT);
      connection.execute("SET time_zone = '+00:00'");
    }
    return connection;
  }

  /** The rows that a query gives. */
  List<List<String>> query(String sql) {
    try {
      return connection().query(sql);
    } catch (SqlFailure e) {
      throw failure(sql, e);
    }
  }

  /** Runs statements in one transaction. */
  void execute(List<String> statements) {
    String running = "BEGIN";
    try {
      SqlConnection open = connection();
      open.execute(running);
      for (String statement : statements) {
        running = statement;
        open.execute(statement);
      }
      running = "COMMIT";
      open.execute(running);
    } catch (SqlFailure e) {
      close();
      throw failure(running, e);
    }
  }

  /** Runs DDL, passing over what says that it has run before. */
  void executeDdl(List<String> statements) {
    for (String statement : statements) {
      try {
        connection().execute(statement);
      } catch (SqlFailure e) {
        if (!IGNORED_OF_DDL.contains(e.errno())) {
          throw failure(statement, e);
        }
        Log.warn("ignored: %s: %s", statement, e.driverText());
      }
    }
    tables.clear();
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

  /** What the target knows of a table; kept until the next DDL. */
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

  /** Forgets tables and connection: a run begins anew. */
  void reset() {
    tables.clear();
    close();
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
