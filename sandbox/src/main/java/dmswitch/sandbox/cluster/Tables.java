package dmswitch.sandbox.cluster;

import java.util.ArrayList;
import java.util.List;

/** The tables that tasks of the sandbox replicate. */
public final class Tables {
  /** Has a primary key. */
  public static final String ORDERS = "orders";

  /** Has a unique key of NOT NULL columns, no primary key. */
  public static final String SESSIONS = "sessions";

  /** Has no key at all: DM cannot apply one of its rows twice without doubling it. */
  public static final String AUDIT = "audit";

  private Tables() {}

  /** What makes the upstream's part of a task on one worker. */
  static List<String> onUpstream(Task task, String worker, boolean keyless) {
    String schema = task.upstreamSchema(worker);
    if (task.isSharded()) {
      return List.of("CREATE DATABASE " + schema, orders(ordersOnUpstream(task, worker)));
    }
    return plain(schema, keyless);
  }

  /** The table {@link #ORDERS} of a task on one worker's upstream, with its schema. */
  public static String ordersOnUpstream(Task task, String worker) {
    String table = task.upstreamSchema(worker) + "." + ORDERS;
    return task.isSharded() ? table + "_" + (task.workers().indexOf(worker) + 1) : table;
  }

  /** What makes the target's part of a task. */
  static List<String> onTarget(Task task, boolean keyless) {
    return task.isSharded()
        ? List.of("CREATE DATABASE " + task.schema(), orders(task.schema() + "." + ORDERS))
        : plain(task.schema(), keyless);
  }

  private static List<String> plain(String schema, boolean keyless) {
    List<String> statements = new ArrayList<>();
    statements.add("CREATE DATABASE " + schema);
    statements.add(orders(schema + "." + ORDERS));
    statements.add(
        "CREATE TABLE "
            + schema
            + "."
            + SESSIONS
            + " (token CHAR(32) NOT NULL, hits INT NOT NULL, seen DATETIME(3),"
            + " UNIQUE KEY by_token (token))");
    if (keyless) {
      statements.add(
          "CREATE TABLE "
              + schema
              + "."
              + AUDIT
              + " (happened DATETIME(3) NOT NULL, what VARCHAR(200), number BIGINT)");
    }
    return statements;
  }

  private static String orders(String table) {
    return "CREATE TABLE "
        + table
        + " (id BIGINT NOT NULL PRIMARY KEY, customer VARCHAR(80) NOT NULL,"
        + " amount DECIMAL(12,2) NOT NULL, note TEXT, changed DATETIME(3))";
  }
}
