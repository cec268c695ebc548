package dmswitch.step;

import dmswitch.access.KeylessTables;
import dmswitch.access.Replay;
import dmswitch.access.Shard;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plan.PlannedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The other workers on which stop-task stops the sharded tasks too. Their relays keep running, so a
 * task there is never idle for long. If every table has a key, that does no harm and nothing is
 * awaited. No row of a table without a key may come after the checkpoint. That is checked just
 * before stop-task, one worker after the other. It proves nothing for a row that arrives in the
 * seconds between; more is not possible while the source is written to.
 */
final class OtherShards {
  private OtherShards() {}

  /**
   * Waits until no row would double on any of them.
   *
   * @param toStop the tasks that are not yet stopped
   * @param limit how long at most on each
   * @return the workers where a table lacks a key: they have to be looked at again just before
   *     stop-task
   * @throws Problem when rows could double, or that is not known
   */
  static List<String> awaitRest(OpenSwitch open, List<PlannedTask> toStop, Duration limit) {
    return awaitRest(open, tasksByWorker(open.plan(), toStop), limit);
  }

  /**
   * Checks the given workers again.
   *
   * @throws Problem as {@link #awaitRest(OpenSwitch, List, Duration)}
   */
  static void requireRest(OpenSwitch open, List<PlannedTask> toStop, List<String> workers) {
    Map<String, List<String>> tasks = tasksByWorker(open.plan(), toStop);
    tasks.keySet().retainAll(workers);
    awaitRest(open, tasks, Duration.ZERO);
  }

  private static List<String> awaitRest(
      OpenSwitch open, Map<String, List<String>> tasksByWorker, Duration limit) {
    List<String> keyless = new ArrayList<>();
    List<Replay> looks = new ArrayList<>();
    tasksByWorker.forEach(
        (address, tasks) -> {
          Shard shard = open.access().ansible().shard(address);
          KeylessTables tables = open.access().keylessTables().read(shard, tasks);
          if (!tables.isEmpty()) {
            keyless.add(address);
          }
          // Also without one: its relay may hold rows of a table that is gone.
          looks.add(new Replay(open.access(), shard.worker(), tasks, false, tables));
        });
    // Together, once all else is asked: the first of them is the oldest at stop-task.
    looks.forEach(look -> look.awaitNone(limit));
    return keyless;
  }

  /** Returns the sharded tasks that are stopped on each other worker. */
  private static Map<String, List<String>> tasksByWorker(Plan plan, List<PlannedTask> toStop) {
    Map<String, List<String>> tasks = new LinkedHashMap<>();
    for (PlannedTask task : toStop) {
      if (task.handling() == Handling.STOP_WHOLE) {
        task.workers().stream()
            .filter(worker -> !worker.equals(plan.dmWorker().address()))
            .forEach(
                worker -> tasks.computeIfAbsent(worker, any -> new ArrayList<>()).add(task.name()));
      }
    }
    return tasks;
  }
}
