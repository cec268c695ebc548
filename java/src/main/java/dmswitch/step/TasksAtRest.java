package dmswitch.step;

import dmswitch.dm.Dm;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Waits until the tasks have replayed what relay holds. One that is paused or stopped while rows
 * flow may leave its checkpoint as it was up to 30 s before: DM gives up what it is just executing,
 * and writes no checkpoint then. It replays these rows once more, and without a key they double.
 */
public final class TasksAtRest {
  private static final Duration STILL = Duration.ofSeconds(2);

  private Map<String, Long> last = Map.of("", 0L);
  private long since;

  private TasksAtRest() {}

  /**
   * Whether totalEvents of every task stands still for 2 s within this limit.
   *
   * @throws Problem when the worker does not answer
   */
  public static boolean await(Dm dm, String worker, Duration limit) {
    TasksAtRest rest = new TasksAtRest();
    return Waiting.until(
            limit, () -> Optional.of(true).filter(any -> rest.look(events(dm, worker))))
        .isPresent();
  }

  /** They do not come to rest, and some of these tables they replicate. */
  public static Problem refused(Duration limit, List<Table> keyless) {
    return Problem.refused(
        "after "
            + limit.toSeconds()
            + " s the tasks still replay what relay holds, and replicated tables have neither a"
            + " primary key nor a unique key of NOT NULL columns, such as "
            + keyless.get(0),
        "tasks at rest: stopped or paused while rows flow, DM would replay some of them twice",
        "run again when they have replayed it (with relay Paused nothing is added), or with a larger"
            + " drain_timeout");
  }

  private static Map<String, Long> events(Dm dm, String worker) {
    Map<String, Long> events = new TreeMap<>();
    for (SubtaskStatus task : dm.queryStatus(worker).subtasks()) {
      if (task.isSyncing()) {
        events.put(task.name(), task.sync().map(SyncStatus::totalEvents).orElse(0L));
      }
    }
    return events;
  }

  private boolean look(Map<String, Long> now) {
    if (!now.equals(last)) {
      last = now;
      since = Waiting.nanos();
      return now.isEmpty();
    }
    return Waiting.nanos() - since >= STILL.toNanos();
  }
}
