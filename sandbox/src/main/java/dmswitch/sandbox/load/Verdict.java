package dmswitch.sandbox.load;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the rows of the target say.
 *
 * @param tables one line for each table
 */
public record Verdict(List<OfTable> tables) {
  public Verdict {
    tables = List.copyOf(tables);
  }

  /**
   * One table of the target against the same rows upstream.
   *
   * @param table on the target, with its schema
   * @param rows how many rows there should be
   * @param lost rows that are upstream and not on the target
   * @param doubled copies too many of rows that are upstream
   * @param differing rows with an upstream row's key and other values
   * @param foreign other rows that are not upstream
   * @param problem why the rows could not be compared; empty when they were
   */
  public record OfTable(
      String table,
      long rows,
      long lost,
      long doubled,
      long differing,
      long foreign,
      String problem) {
    static OfTable equal(String table, long rows) {
      return new OfTable(table, rows, 0, 0, 0, 0, "");
    }

    static OfTable problem(String table, String problem) {
      return new OfTable(table, 0, 0, 0, 0, 0, problem);
    }

    /** Whether the target has exactly the upstream's rows. */
    public boolean isEqual() {
      return lost == 0 && doubled == 0 && differing == 0 && foreign == 0 && problem.isEmpty();
    }

    @Override
    public String toString() {
      if (!problem.isEmpty()) {
        return table + ": " + problem;
      }
      return isEqual()
          ? table + ": " + rows + " rows, equal"
          : "%s: %d rows wanted, %d lost, %d doubled, %d differing, %d foreign"
              .formatted(table, rows, lost, doubled, differing, foreign);
    }
  }

  /** Whether every table is equal. No tables at all is no proof. */
  public boolean isEqual() {
    return !tables.isEmpty() && tables.stream().allMatch(OfTable::isEqual);
  }

  /** How many rows all tables should have together. */
  public long rows() {
    return tables.stream().mapToLong(OfTable::rows).sum();
  }

  /** One line for each table. */
  @Override
  public String toString() {
    return tables.isEmpty()
        ? "no tables to compare"
        : tables.stream().map(OfTable::toString).collect(Collectors.joining("\n"));
  }
}
