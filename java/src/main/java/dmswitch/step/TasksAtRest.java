package dmswitch.step;

import dmswitch.dm.Dm;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Waits until the tasks seem to have replayed what relay holds. DM counts finished statements, so a
 * slow one looks like rest: this spares a task to be stopped while rows flow, and proves nothing;
 * {@link Replay} proves.
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
