package dmswitch.check;

import dmswitch.mysql.TableDefinition;
import java.util.List;
import java.util.stream.Collectors;

/**
 * No table of the new server that a task replicates, a paused one included, has the engine
 * BLACKHOLE, which keeps no rows: replication finds none to update or delete there and writes
 * nothing into the binlog, yet counts it as executed.
 */
final class BlackholeTables implements Check {
  private static final int MOST_NAMED = 3;

  @Override
  public String name() {
    return "blackhole_tables";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> tables =
        facts.tasks().tables().get().stream()
            .flatMap(task -> task.tables().get().stream())
            .filter(table -> table.createStatement().contains("\n) ENGINE=BLACKHOLE"))
            .map(TableDefinition::table)
            .distinct()
            .map(Object::toString)
            .toList();
    if (tables.isEmpty()) {
      return Finding.passed("every replicated table of the new server keeps its rows");
    }
    return Finding.refused(
        "tables of the new server have the engine BLACKHOLE, and no rows: "
            + tables.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
            + (tables.size() > MOST_NAMED ? " and " + (tables.size() - MOST_NAMED) + " more" : ""),
        "tables that keep what replication writes: its updates and deletes are in no binlog there",
        "choose another server");
  }
}
