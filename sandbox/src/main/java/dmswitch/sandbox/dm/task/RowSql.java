package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes row changes as the statements that DM would send. */
final class RowSql {
  private RowSql() {}

  /**
   * One statement for each row, for an update in safe mode two: a delete and a replace. In safe
   * mode rows are replaced.
   */
  static List<Dml> of(TableInfo info, Rows.Changes changes, boolean safeMode) {
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
    String into = safeMode ? "REPLACE INTO " : "INSERT INTO ";
    List<Dml> statements = new ArrayList<>();
    for (Rows.Change row : changes.rows()) {
      List<String> keys = keys(info, changes, row);
      switch (changes.kind()) {
        case INSERT -> statements.add(new Dml(insert(info, changes, into, row.after()), keys));
        case DELETE -> statements.add(new Dml(delete(info, changes, row.before()), keys));
        case UPDATE -> {
          if (safeMode) {
            statements.add(new Dml(delete(info, changes, row.before()), keys));
            statements.add(new Dml(insert(info, changes, into, row.after()), keys));
          } else {
            statements.add(new Dml(update(info, changes, row), keys));
          }
        }
      }
    }
    return statements;
  }

  /** Values of unique keys before and after the change; columns that are NULL say nothing. */
  private static List<String> keys(TableInfo info, Rows.Changes changes, Rows.Change change) {
    List<String> keys = new ArrayList<>();
    for (List<Serializable> row : Arrays.asList(change.before(), change.after())) {
      if (row == null) {
        continue;
      }
      for (List<Integer> columns : info.uniqueKeys()) {
        String key =
            columns.stream()
                .filter(i -> row.get(i) != null)
                .map(i -> value(info, changes, row, i))
                .collect(Collectors.joining());
        if (!key.isEmpty()) {
          keys.add(key + info.table());
        }
      }
    }
    return keys.isEmpty() ? List.of(info.table().toString()) : keys;
  }

  private static String insert(
      TableInfo info, Rows.Changes changes, String verb, List<Serializable> row) {
    List<Integer> written = new ArrayList<>();
    for (int i = 0; i < info.columns().size(); i++) {
      if (!info.columns().get(i).generated()) {
        written.add(i);
      }
    }
    return verb
        + info.table()
        + written.stream().map(i -> name(info, i)).collect(Collectors.joining(",", " (", ")"))
        + written.stream()
            .map(i -> value(info, changes, row, i))
            .collect(Collectors.joining(",", " VALUES (", ")"));
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
