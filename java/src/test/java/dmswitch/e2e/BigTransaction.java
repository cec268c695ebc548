package dmswitch.e2e;

import dmswitch.sandbox.mysql.MySqlInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One transaction of about 3 MB in many events. */
final class BigTransaction {
  private static final int ROWS = 12_000;
  private static final int ROWS_PER_STATEMENT = 500;

  /** Behind what a load has written. */
  private static final int FIRST = 1_000_000;

  private BigTransaction() {}

  /** Into the table that has no key. */
  static void intoAudit(MySqlInstance server) {
    insert(
        server,
        "app.audit (happened, what, number)",
        id -> "(NOW(3), REPEAT('y', 200), " + id + ")");
  }

  /** Into the table with a primary key. */
  static void intoOrders(MySqlInstance server) {
    insert(
        server,
        "app.orders (id, customer, amount, note)",
        id -> "(" + id + ", 'big', 1, REPEAT('y', 200))");
  }

  private static void insert(MySqlInstance server, String table, IntFunction<String> row) {
    List<String> statements = new ArrayList<>(List.of("BEGIN"));
    for (int from = FIRST; from < FIRST + ROWS; from += ROWS_PER_STATEMENT) {
      statements.add(
          IntStream.range(from, from + ROWS_PER_STATEMENT)
              .mapToObj(row)
              .collect(Collectors.joining(",", "INSERT INTO " + table + " VALUES ", "")));
    }
    statements.add("COMMIT");
    server.sql().execute(statements.toArray(String[]::new));
  }
}
