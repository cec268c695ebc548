package dmswitch.mysql;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables of a server that have a key by which DM finds a row again: a primary key or a unique
 * key of NOT NULL columns ({@code findFitIndex} of DM's syncer). Rows of a table without one double
 * when DM reads them twice.
 *
 * @param byTable whether each base table outside the system databases has one, as far as the
 *     account may see them
 */
public record TableKeys(Map<Table, Boolean> byTable) {
  public TableKeys {
    byTable = Map.copyOf(byTable);
  }

  /** Returns the tables without such a key, by name. */
  public List<Table> keyless() {
    return byTable.keySet().stream()
        .filter(table -> !byTable.get(table))
        .sorted(Comparator.comparing(Table::schema).thenComparing(Table::name))
        .toList();
  }

  /**
   * Returns whether a table has such a key; empty when there is no such table. Where only the case
   * of its name differs, which the server may not heed, each table that it can be must have one.
   */
  public Optional<Boolean> of(Table table) {
    return Optional.ofNullable(byTable.get(table))
        .or(
            () ->
                byTable.keySet().stream()
                    .filter(table::isNamed)
                    .map(byTable::get)
                    .reduce(Boolean::logicalAnd));
  }
}
