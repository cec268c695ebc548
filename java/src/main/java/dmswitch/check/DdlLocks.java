package dmswitch.check;

import dmswitch.dm.DdlLock;
import java.util.ArrayList;
import java.util.List;

/** No sharding DDL waits for anybody in a task of this worker. */
final class DdlLocks implements Check {
  @Override
  public String name() {
    return "ddl_locks";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> waiting = new ArrayList<>();
    List<String> names = facts.subtasks().get().stream().map(Subtask::name).toList();
    for (DdlLock lock : facts.ddlLocks().get()) {
      if (names.contains(lock.task())) {
        waiting.add(lock.id() + ", waiting for " + String.join(", ", lock.unsynced()));
      }
    }
    if (waiting.isEmpty()) {
      facts.subtasks().get().stream()
          .filter(Subtask::waitsForDdl)
          .forEach(task -> waiting.add("task " + task.name() + " waits for a DDL"));
    }
    return waiting.isEmpty()
        ? Finding.passed("no sharding DDL lock")
        : Finding.refused(
            "unresolved sharding DDL lock: " + String.join("; ", waiting),
            "no lock: stopped in it, the DDL would resolve without this worker",
            "let the other shards execute the DDL (show-ddl-locks), then run again");
  }
}
