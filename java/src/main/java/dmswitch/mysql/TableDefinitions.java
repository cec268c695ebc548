package dmswitch.mysql;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Reads SHOW CREATE TABLE of the base tables outside the system databases. */
final class TableDefinitions {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int NO_SUCH_TABLE = 1146;

  private final Session session;

  TableDefinitions(Session session) {
    this.session = session;
  }

  List<TableDefinition> read(Predicate<Table> chosen) {
    List<TableDefinition> definitions = new ArrayList<>();
    for (Table table : tables()) {
      if (chosen.test(table)) {
        // Dropped since: then there is nothing to read.
        session
            .rowsUnless("SHOW CREATE TABLE " + table, NO_SUCH_TABLE)
            .map(rows -> rows.get(0).get("Create Table"))
            .ifPresent(text -> definitions.add(new TableDefinition(table, text)));
      }
    }
    return definitions;
  }

  private List<Table> tables() {
    return session
        .rows(
            "SELECT table_schema AS t_schema, table_name AS t_name FROM information_schema.tables"
                + " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN"
                + " ('mysql', 'information_schema', 'performance_schema', 'sys')"
                + " ORDER BY table_schema, table_name LIMIT 18446744073709551615",
            LIMIT)
        .stream()
        .map(row -> new Table(row.get("t_schema"), row.get("t_name")))
        .toList();
  }
}
