package dmswitch.host;

import dmswitch.mysql.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tables with rows after a position of the relay log, whether the tasks have applied them or
 * not.
 *
 * @param tables the tables; empty if the events do not show all of them, as with statements and
 *     compressed transactions
 */
public record RelayRows(Optional<Set<Table>> tables) {
  public RelayRows {
    tables = tables.map(Set::copyOf);
  }

  /** Returns the tables of {@code some} that may have rows there. */
  public List<Table> among(List<Table> some) {
    return some.stream().filter(this::mayHold).toList();
  }

  private boolean mayHold(Table table) {
    return tables.map(there -> there.stream().anyMatch(table::isNamed)).orElse(true);
  }
}
