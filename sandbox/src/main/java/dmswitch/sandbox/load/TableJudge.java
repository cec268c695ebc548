package dmswitch.sandbox.load;

import dmswitch.sandbox.mysql.MySqlInstance;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares one table of the target with its parts upstream. */
final class TableJudge {
  private final MySqlInstance target;
  private final String table;
  private final List<Part> parts;

  /**
   * A table upstream.
   *
   * @param server where
   * @param table with its schema
   */
  record Part(MySqlInstance server, String table) {}

  TableJudge(MySqlInstance target, String table, List<Part> parts) {
    this.target = target;
    this.table = table;
    this.parts = List.copyOf(parts);
  }

  Verdict.OfTable judge() {
    List<String> columns = columns(target, table);
    for (Part part : parts) {
      List<String> upstream = columns(part.server(), part.table());
      if (!new HashSet<>(upstream).equals(new HashSet<>(columns))) {
        return Verdict.OfTable.problem(
            table,
            columns.isEmpty()
                ? "is missing on the target"
                : "columns " + columns + " on the target, " + upstream + " upstream");
      }
    }
    Sum wanted =
        parts.stream()
            .map(p -> sum(p.server(), p.table(), columns))
            .reduce(new Sum(0, BigDecimal.ZERO), Sum::plus);
    // Most tables are equal, which sums tell without moving the rows.
    return wanted.equals(sum(target, table, columns))
        ? Verdict.OfTable.equal(table, wanted.rows())
        : compare(columns, wanted.rows());
  }

  private Verdict.OfTable compare(List<String> columns, long rows) {
    List<String> key = key();
    Map<String, Long> upstream = new HashMap<>();
    Map<String, String> keys = new HashMap<>();
    parts.forEach(part -> count(part.server(), part.table(), columns, key, upstream, keys));
    Map<String, Long> there = new HashMap<>();
    count(target, table, columns, key, there, keys);

    long lost = 0;
    long doubled = 0;
    long foreign = 0;
    Set<String> lostKeys = new HashSet<>();
    for (Map.Entry<String, Long> row : upstream.entrySet()) {
      long difference = there.getOrDefault(row.getKey(), 0L) - row.getValue();
      if (difference < 0) {
        lost -= difference;
        lostKeys.add(keys.get(row.getKey()));
      } else {
        doubled += difference;
      }
    }
    long differing = 0;
    for (Map.Entry<String, Long> row : there.entrySet()) {
      if (!upstream.containsKey(row.getKey())) {
        if (!key.isEmpty() && lostKeys.contains(keys.get(row.getKey()))) {
          differing++;
        } else {
          foreign += row.getValue();
        }
      }
    }
    return new Verdict.OfTable(table, rows, lost - differing, doubled, differing, foreign, "");
  }

  /** Counts equal rows; {@code keys} gets the key of each. */
  private static void count(
      MySqlInstance server,
      String table,
      List<String> columns,
      List<String> key,
      Map<String, Long> counts,
      Map<String, String> keys) {
    String keyText = key.isEmpty() ? "''" : text(key);
    for (List<String> row :
        server.sql().rows("SELECT " + text(columns) + ", " + keyText + " FROM " + table)) {
      counts.merge(row.get(0), 1L, Long::sum);
      keys.put(row.get(0), row.get(1));
    }
  }

  /** Rows and the sum of their digests: equal for equal rows in any order. */
  private record Sum(long rows, BigDecimal digests) {
    Sum plus(Sum other) {
      return new Sum(rows + other.rows, digests.add(other.digests));
    }
  }

  private static Sum sum(MySqlInstance server, String table, List<String> columns) {
    List<String> row =
        server
            .sql()
            .rows(
                "SELECT COUNT(*), COALESCE(SUM(CAST(CONV(LEFT(MD5("
                    + text(columns)
                    + "), 15), 16, 10) AS DECIMAL(30))), 0) FROM "
                    + table)
            .get(0);
    return new Sum(Long.parseLong(row.get(0)), new BigDecimal(row.get(1)));
  }

  /** A row as one text; QUOTE keeps NULL and 'NULL' apart. */
  private static String text(List<String> columns) {
    return columns.stream()
        .map(c -> "QUOTE(`" + c + "`)")
        .collect(Collectors.joining(", ", "CONCAT_WS(',', ", ")"));
  }

  private static List<String> columns(MySqlInstance server, String table) {
    return names(
        server,
        "SELECT column_name FROM information_schema.columns WHERE "
            + where(table)
            + " ORDER BY column_name");
  }

  private List<String> key() {
    return names(
        target,
        "SELECT column_name FROM information_schema.statistics WHERE "
            + where(table)
            + " AND non_unique = 0 ORDER BY index_name <> 'PRIMARY', seq_in_index");
  }

  private static List<String> names(MySqlInstance server, String query) {
    return server.sql().rows(query).stream().map(row -> row.get(0)).toList();
  }

  private static String where(String table) {
    int dot = table.indexOf('.');
    return "table_schema = '"
        + table.substring(0, dot)
        + "' AND table_name = '"
        + table.substring(dot + 1)
        + "'";
  }
}
