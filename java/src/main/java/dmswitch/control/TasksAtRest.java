package dmswitch.control;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.dm.WorkerStatus;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Waits until the tasks seem to have replayed what relay holds, so that no task is stopped while
 * rows flow. That proves nothing, as DM counts finished statements and a slow one looks idle.
 * {@code Replay} has the proof.
 */
public final class TasksAtRest {
  private static final Duration STILL = Duration.ofSeconds(1);

  /** The pause between two queries, each of which makes the worker query its upstream. */
  private static final Duration WHILE_RELAY_RUNS = Duration.ofSeconds(1);

  private Map<String, Long> last = Map.of("", 0L);
  private long since;

  private TasksAtRest() {}

  /**
   * Returns whether totalEvents of every task stays the same for 1 s within this limit.
   *
   * @throws Problem if the worker does not answer
   */
  public static boolean await(Dm dm, String worker, Duration limit) {
    TasksAtRest rest = new TasksAtRest();
    return Waiting.until(
            limit, () -> Optional.of(true).filter(any -> rest.look(events(dm, worker))))
        .isPresent();
  }

  /**
   * Waits, while relay keeps running, until the checkpoint of every task has reached relay's
   * present position, or the tasks are idle. A checkpoint moves every 30 s, so tasks that keep up
   * with a busy upstream take that long.
   *
   * @return whether it was reached within the limit
   * @throws Problem when the worker does not answer
   */
  public static boolean awaitNear(Dm dm, String worker, Duration limit) {
    TasksAtRest rest = new TasksAtRest();
    RelayView relay = RelayView.ofStatus(dm, worker);
    BinlogPosition now =
        new BinlogPosition(
            relay.binlog().file(),
            OptionalInt.of(relay.subDir().suffix()),
            relay.binlog().position());
    return Waiting.until(
            limit,
            WHILE_RELAY_RUNS,
            () -> {
              List<SubtaskStatus> tasks = syncing(dm.queryStatus(worker));
              boolean near =
                  tasks.stream()
                      .flatMap(task -> task.sync().stream())
                      .allMatch(sync -> sync.syncerBinlog().compareTo(now) >= 0);
              return Optional.of(true).filter(any -> near || rest.look(events(tasks)));
            })
        .isPresent();
  }

  private static Map<String, Long> events(Dm dm, String worker) {
    return events(syncing(dm.queryStatus(worker)));
  }

  private static Map<String, Long> events(List<SubtaskStatus> tasks) {
    Map<String, Long> events = new TreeMap<>();
    for (SubtaskStatus task : tasks) {
      events.put(task.name(), task.sync().map(SyncStatus::totalEvents).orElse(0L));
    }
    return events;
  }

  private static List<SubtaskStatus> syncing(WorkerStatus status) {
    return status.subtasks().stream().filter(SubtaskStatus::isSyncing).toList();
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
