package dmswitch.check;

import dmswitch.dm.DdlLock;
import java.util.List;

/** Refuses unresolved sharding DDL locks. */
public final class DdlLocks {
  private DdlLocks() {}

  /**
   * Requires that no sharding DDL waits for a worker in one of these tasks.
   *
   * @throws dmswitch.problem.Problem (refused) naming the locks
   */
  public static void requireNone(List<DdlLock> locks, List<String> tasks) {
    List<String> waiting = waiting(locks, tasks);
    if (!waiting.isEmpty()) {
      throw refused(waiting).problem().namingRerun();
    }
  }

  /** Describes the locks of these tasks. */
  static List<String> waiting(List<DdlLock> locks, List<String> tasks) {
    return locks.stream()
        .filter(lock -> tasks.contains(lock.task()))
        .map(lock -> lock.id() + ", waiting for " + String.join(", ", lock.unsynced()))
        .toList();
  }

  static Finding refused(List<String> waiting) {
    return Finding.refused(
        "unresolved sharding DDL lock: " + String.join("; ", waiting),
        "no lock: if the task stops meanwhile, the DDL is resolved without this worker",
        "execute the DDL on the other shards (see show-ddl-locks), then run again");
  }
}
