package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.sql.SqlConnection;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A table of the target.
 *
 * @param key the columns by which DM finds a row: of the primary key, else of a unique key whose
 *     columns are all NOT NULL; none when there is neither
 * @param uniqueKeys the columns of each unique key, the primary key among them
 */
record TableInfo(
    Table table, List<Column> columns, List<Integer> key, List<List<Integer>> uniqueKeys) {
  /**
   * A column.
   *
   * @param bits how many bits an integer has
   */
  record Column(String name, boolean nullable, boolean unsigned, int bits, boolean generated) {}

  static TableInfo of(Table table, SqlConnection target) throws SqlFailure {
    List<Column> columns = new ArrayList<>();
    for (List<String> row : target.query("SHOW COLUMNS FROM " + table)) {
      String type = row.get(1).toLowerCase(Locale.ROOT);
      columns.add(
          new Column(
              row.get(0),
              row.get(2).equalsIgnoreCase("YES"),
              type.contains("unsigned"),
              bits(type),
              row.get(5).toUpperCase(Locale.ROOT).contains("GENERATED")));
    }
    Map<String, List<Integer>> unique = new LinkedHashMap<>();
    for (List<String> row : target.query("SHOW INDEX FROM " + table)) {
      if (row.get(1).equals("0")) {
        unique
            .computeIfAbsent(row.get(2), name -> new ArrayList<>())
            .add(indexOf(columns, row.get(4)));
      }
    }
    List<Integer> key = unique.get("PRIMARY");
    if (key == null) {
      key =
          unique.values().stream()
              .filter(index -> index.stream().noneMatch(i -> columns.get(i).nullable()))
              .findFirst()
              .orElse(List.of());
    }
    return new TableInfo(
        table, List.copyOf(columns), List.copyOf(key), List.copyOf(unique.values()));
  }

  private static int indexOf(List<Column> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException("no column " + name);
  }

  private static int bits(String type) {
    return type.startsWith("tinyint")
        ? 8
        : type.startsWith("smallint")
            ? 16
            : type.startsWith("mediumint") ? 24 : type.startsWith("bigint") ? 64 : 32;
  }
}
