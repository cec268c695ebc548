package dmswitch.check;

import dmswitch.dm.DdlLock;
import java.util.List;

/** No sharding DDL waits for anybody in a task of this worker. */
public final class DdlLocks implements Check {
  @Override
  public String name() {
    return "ddl_locks";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> names = facts.subtasks().get().stream().map(Subtask::name).toList();
    List<String> waiting = waiting(facts.ddlLocks().get(), names);
    if (waiting.isEmpty()) {
      waiting =
          facts.subtasks().get().stream()
              .filter(Subtask::waitsForDdl)
              .map(task -> "task " + task.name() + " waits for a DDL")
              .toList();
    }
    return waiting.isEmpty() ? Finding.passed("no sharding DDL lock") : refused(waiting);
  }

  /**
   * Refuses when a sharding DDL waits for anybody in one of these tasks.
   *
   * @throws dmswitch.problem.Problem (refused) naming the locks
   */
  public static void requireNone(List<DdlLock> locks, List<String> tasks) {
    List<String> waiting = waiting(locks, tasks);
    if (!waiting.isEmpty()) {
      throw refused(waiting).problem().namingRerun();
    }
  }

  private static List<String> waiting(List<DdlLock> locks, List<String> tasks) {
    return locks.stream()
        .filter(lock -> tasks.contains(lock.task()))
        .map(lock -> lock.id() + ", waiting for " + String.join(", ", lock.unsynced()))
        .toList();
  }

  private static Finding refused(List<String> waiting) {
    return Finding.refused(
        "unresolved sharding DDL lock: " + String.join("; ", waiting),
        "no lock: stopped in it, the DDL would resolve without this worker",
        "let the other shards execute the DDL (show-ddl-locks), then run again");
  }
}
