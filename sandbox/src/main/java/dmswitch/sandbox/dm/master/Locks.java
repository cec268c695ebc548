package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The DDL locks of sharded tasks; known to dm-master alone, and forgotten when it ends. */
final class Locks {
  /**
   * A lock.
   *
   * @param owner the worker that came first, and runs the DDL
   * @param ready each worker of the task, and whether it has come to the DDL
   */
  record Lock(
      String id, String task, String owner, List<String> ddls, Map<String, Boolean> ready) {}

  private final Map<String, Lock> locks = new LinkedHashMap<>();

  /** A worker has come to a DDL; the lock as it is then, with the workers that the task has now. */
  synchronized Lock sync(
      String task, String table, String worker, List<String> ddls, Collection<String> workers) {
    String id = task + "-" + table;
    Lock lock =
        locks.computeIfAbsent(id, key -> new Lock(key, task, worker, ddls, new LinkedHashMap<>()));
    workers.forEach(other -> lock.ready.putIfAbsent(other, false));
    lock.ready.put(worker, true);
    return lock;
  }

  synchronized boolean isComplete(Lock lock) {
    return lock.ready.values().stream().allMatch(there -> there);
  }

  synchronized Set<String> workers(Lock lock) {
    return Set.copyOf(lock.ready.keySet());
  }

  synchronized void remove(Lock lock) {
    locks.remove(lock.id);
  }

  /** What show-ddl-locks shows. */
  synchronized ArrayNode show(String task, Collection<String> workers) {
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    for (Lock lock : locks.values()) {
      if ((!task.isEmpty() && !task.equals(lock.task))
          || (!workers.isEmpty() && workers.stream().noneMatch(lock.ready::containsKey))) {
        continue;
      }
      ObjectNode entry = result.addObject();
      entry.put("ID", lock.id);
      entry.put("task", lock.task);
      entry.put("owner", lock.owner);
      ArrayNode ddls = entry.putArray("DDLs");
      lock.ddls.forEach(ddls::add);
      ArrayNode synced = entry.putArray("synced");
      ArrayNode unsynced = entry.putArray("unsynced");
      lock.ready.forEach((worker, there) -> (there ? synced : unsynced).add(worker));
    }
    return result;
  }
}
