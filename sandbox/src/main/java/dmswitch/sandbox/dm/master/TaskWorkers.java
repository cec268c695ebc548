package dmswitch.sandbox.dm.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which workers run which task, as dm-master remembers it. */
final class TaskWorkers {
  private final Map<String, TreeSet<String>> workers = new TreeMap<>();

  synchronized List<String> of(String task) {
    return new ArrayList<>(workers.getOrDefault(task, new TreeSet<>()));
  }

  static String none(String task) {
    return "task "
        + task
        + " has no workers or not exist, can try `refresh-worker-tasks` cmd first";
  }

  /** Takes over what the workers have reported, unless that is nothing. */
  synchronized void refresh(Map<String, Set<String>> found) {
    if (!found.isEmpty()) {
      workers.clear();
      found.forEach((task, on) -> workers.put(task, new TreeSet<>(on)));
    }
  }

  /**
   * @param others whether further workers run the task
   */
  synchronized void started(String task, Collection<String> on, boolean others) {
    TreeSet<String> all = new TreeSet<>(on);
    if (others) {
      all.addAll(workers.getOrDefault(task, new TreeSet<>()));
    }
    if (!all.isEmpty()) {
      workers.put(task, all);
    }
  }

  synchronized void stopped(String task, Collection<String> on) {
    TreeSet<String> left = workers.getOrDefault(task, new TreeSet<>());
    left.removeAll(on);
    if (left.isEmpty()) {
      workers.remove(task);
    }
  }
}
