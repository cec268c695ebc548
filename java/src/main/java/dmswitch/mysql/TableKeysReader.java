package dmswitch.mysql;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads which tables have a primary key or a unique key of NOT NULL columns.
 *
 * <p>Two plain reads of information_schema, joined here: a join there takes minutes on MySQL 5.7.
 */
final class TableKeysReader {
  /** MySQL 5.7 opens every table for it. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final String OURS =
      "table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";
  // Overrides a sql_select_limit of the server.
  private static final String ALL = " LIMIT 18446744073709551615";

  private final Session session;

  TableKeysReader(Session session) {
    this.session = session;
  }

  private record Index(Table table, String name) {}

  TableKeys read() {
    Set<Table> keyed = new HashSet<>();
    uniqueIndexes()
        .forEach(
            (index, certain) -> {
              if (certain) {
                keyed.add(index.table());
              }
            });
    Map<Table, Boolean> byTable = new HashMap<>();
    for (Map<String, String> row :
        session.rows(
            "SELECT table_schema AS t_schema, table_name AS t_name FROM information_schema.tables"
                + " WHERE table_type = 'BASE TABLE' AND "
                + OURS
                + ALL,
            LIMIT)) {
      byTable.put(table(row), keyed.contains(table(row)));
    }
    return new TableKeys(byTable);
  }

  /** Each unique index, and whether all its parts are columns that are never NULL. */
  private Map<Index, Boolean> uniqueIndexes() {
    Map<Index, Boolean> indexes = new HashMap<>();
    for (Map<String, String> row :
        session.rows(
            "SELECT table_schema AS t_schema, table_name AS t_name, index_name AS i_name,"
                // No column: an expression (MySQL 8.0).
                + " column_name IS NOT NULL AND nullable <> 'YES' AS certain"
                + " FROM information_schema.statistics WHERE non_unique = 0 AND "
                + OURS
                + ALL,
            LIMIT)) {
      indexes.merge(
          new Index(table(row), row.get("i_name")),
          row.get("certain").equals("1"),
          Boolean::logicalAnd);
    }
    return indexes;
  }

  private static Table table(Map<String, String> row) {
    return new Table(row.get("t_schema"), row.get("t_name"));
  }
}
