package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes row changes as the statements that DM would send. */
final class RowSql {
  /** How long a statement that inserts many rows may become, in characters. */
  private static final int LONGEST = 1 << 20;

  private RowSql() {}

  /** In safe mode rows are replaced, and an update is a delete and a replace. */
  static List<String> of(TableInfo info, Rows.Changes changes, boolean safeMode) {
    int found = changes.types().size();
    if (found != info.columns().size()) {
      throw DmError.internal(
          36027,
          DmError.Kind.SYNC_UNIT,
          "Column count doesn't match value count: "
              + info.columns().size()
              + " (columns) vs "
              + found
              + " (values)");
    }
    List<String> statements = new ArrayList<>();
    switch (changes.kind()) {
      case INSERT ->
          statements.addAll(
              insert(
                  info,
                  changes,
                  safeMode ? "REPLACE INTO " : "INSERT INTO ",
                  changes.rows().stream().map(Rows.Change::after).toList()));
      case DELETE ->
          changes.rows().forEach(row -> statements.add(delete(info, changes, row.before())));
      case UPDATE -> {
        for (Rows.Change row : changes.rows()) {
          if (safeMode) {
            statements.add(delete(info, changes, row.before()));
            statements.addAll(insert(info, changes, "REPLACE INTO ", List.of(row.after())));
          } else {
            statements.add(update(info, changes, row));
          }
        }
      }
    }
    return statements;
  }

  private static List<String> insert(
      TableInfo info, Rows.Changes changes, String verb, List<List<Serializable>> rows) {
    List<Integer> written = new ArrayList<>();
    for (int i = 0; i < info.columns().size(); i++) {
      if (!info.columns().get(i).generated()) {
        written.add(i);
      }
    }
    String head =
        verb
            + info.table()
            + written.stream()
                .map(i -> name(info, i))
                .collect(Collectors.joining(",", " (", ") VALUES "));
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder(head);
    for (List<Serializable> row : rows) {
      if (statement.length() > LONGEST) {
        statements.add(statement.toString());
        statement = new StringBuilder(head);
      }
      if (statement.length() > head.length()) {
        statement.append(',');
      }
      statement.append(
          written.stream()
              .map(i -> value(info, changes, row, i))
              .collect(Collectors.joining(",", "(", ")")));
    }
    statements.add(statement.toString());
    return statements;
  }

  private static String delete(TableInfo info, Rows.Changes changes, List<Serializable> row) {
    return "DELETE FROM " + info.table() + where(info, changes, row);
  }

  private static String update(TableInfo info, Rows.Changes changes, Rows.Change row) {
    List<String> set = new ArrayList<>();
    for (int i = 0; i < info.columns().size(); i++) {
      if (!info.columns().get(i).generated()) {
        set.add(name(info, i) + " = " + value(info, changes, row.after(), i));
      }
    }
    return "UPDATE "
        + info.table()
        + " SET "
        + String.join(", ", set)
        + where(info, changes, row.before());
  }

  private static String where(TableInfo info, Rows.Changes changes, List<Serializable> row) {
    List<Integer> columns = new ArrayList<>(info.key());
    if (columns.isEmpty()) {
      for (int i = 0; i < info.columns().size(); i++) {
        columns.add(i);
      }
    }
    return columns.stream()
        .map(
            i ->
                row.get(i) == null
                    ? name(info, i) + " IS NULL"
                    : name(info, i) + " = " + value(info, changes, row, i))
        .collect(Collectors.joining(" AND ", " WHERE ", " LIMIT 1"));
  }

  private static String name(TableInfo info, int column) {
    return "`" + info.columns().get(column).name() + "`";
  }

  private static String value(
      TableInfo info, Rows.Changes changes, List<Serializable> row, int column) {
    return Literal.of(row.get(column), changes.types().get(column), info.columns().get(column));
  }
}
