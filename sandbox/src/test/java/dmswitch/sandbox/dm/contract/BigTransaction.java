package dmswitch.sandbox.dm.contract;

import dmswitch.sandbox.mysql.MySqlInstance;
import java.util.ArrayList;
import java.util.List;

/** One transaction with many events. */
final class BigTransaction {
  /** A table that takes it. */
  static final String TABLE =
      "CREATE TABLE IF NOT EXISTS rl.big (id INT PRIMARY KEY, v VARCHAR(2000))";

  private static final int ROW = 1000;
  private static final int ROWS_PER_STATEMENT = 200;

  private BigTransaction() {}

  /** Writes rows (number, text) into a table that is there. */
  static int into(MySqlInstance server, String table, int bytes) {
    int rows = bytes / ROW;
    List<String> statements = new ArrayList<>(List.of("BEGIN"));
    for (int from = 0; from < rows; from += ROWS_PER_STATEMENT) {
      StringBuilder statement = new StringBuilder("INSERT INTO " + table + " VALUES ");
      for (int i = from; i < Math.min(rows, from + ROWS_PER_STATEMENT); i++) {
        statement.append(i == from ? "" : ",").append("(").append(i).append(", REPEAT('y', 1000))");
      }
      statements.add(statement.toString());
    }
    statements.add("COMMIT");
    server.sql().execute(statements.toArray(new String[0]));
    return rows;
  }
}
