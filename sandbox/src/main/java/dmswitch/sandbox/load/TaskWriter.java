package dmswitch.sandbox.load;

import dmswitch.sandbox.cluster.Tables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** Writes to the tables of one task on one upstream. */
final class TaskWriter {
  private static final String[] NAMES = {"Ada", "Grace", "Zoë", "李雷", "O'Brien", "back\\slash"};
  private static final int SESSIONS = 500;

  private final String schema;
  private final String orders;
  private final boolean plain;
  private final boolean keyless;
  private final Ids ids;
  private final Random random = new Random();

  /**
   * Writes to one task's tables.
   *
   * @param plain whether there are sessions beside the orders, and DDL is allowed
   * @param keyless whether there is an audit table too
   */
  TaskWriter(String schema, String orders, boolean plain, boolean keyless, Ids ids) {
    this.schema = schema;
    this.orders = orders;
    this.plain = plain;
    this.keyless = keyless;
    this.ids = ids;
  }

  /** The statements of one transaction; the caller commits. */
  void transaction(Connection connection) throws SQLException {
    long id = ids.next();
    run(
        connection,
        "INSERT INTO "
            + orders
            + " (id, customer, amount, note, changed) VALUES (?, ?, ?, ?, NOW(3))",
        id,
        NAMES[random.nextInt(NAMES.length)],
        random.nextInt(100_000) / 100.0,
        random.nextInt(4) == 0 ? null : "note " + id);
    run(
        connection,
        "UPDATE " + orders + " SET amount = amount + 1, changed = NOW(3) WHERE id = ?",
        ids.earlier(1 + random.nextInt(50)));
    if (random.nextInt(5) == 0) {
      run(connection, "DELETE FROM " + orders + " WHERE id = ?", ids.earlier(60));
    }
    if (plain) {
      run(
          connection,
          "INSERT INTO "
              + schema
              + "."
              + Tables.SESSIONS
              + " (token, hits, seen) VALUES (MD5(?), 1, NOW(3))"
              + " ON DUPLICATE KEY UPDATE hits = hits + 1, seen = NOW(3)",
          random.nextInt(SESSIONS));
    }
    // Not every time: one that pause-relay cuts in half is a reason to refuse.
    if (keyless && random.nextInt(3) == 0) {
      String audit = schema + "." + Tables.AUDIT;
      run(connection, "INSERT INTO " + audit + " VALUES (NOW(3), 'order', ?)", id);
      if (random.nextInt(2) == 0) {
        run(
            connection,
            "UPDATE " + audit + " SET what = 'seen' WHERE number = ?",
            ids.earlier(1 + random.nextInt(20)));
      }
    }
  }

  /** A DDL statement, for a plain task; false when none was done. */
  boolean ddl(Connection connection) throws SQLException {
    if (!plain) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      long number = ids.next();
      if (random.nextBoolean()) {
        statement.execute("ALTER TABLE " + orders + " ADD COLUMN extra_" + number + " INT");
      } else {
        String table = schema + ".extra_" + number;
        statement.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, what VARCHAR(20))");
        statement.execute("INSERT INTO " + table + " VALUES (1, 'made')");
        connection.commit();
      }
    }
    return true;
  }

  private static void run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
