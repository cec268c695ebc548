package dmswitch.step;

import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Step 3: the tasks replay what relay still holds, so that little is left for after the switch.
 * Their totalEvents standing still for 2 s says so; not reaching that is no error, since what they
 * have not read stays in the old sub dir and is read from there.
 */
final class DrainTasks implements StepAction {
  private static final Duration STILL = Duration.ofSeconds(2);

  @Override
  public Step step() {
    return Step.TASKS_DRAINED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.tasksTouched()) {
      return Answer.unchanged("the tasks were drained before they were stopped");
    }
    if (open.plan().oldServer().silent()) {
      return Answer.unchanged(
          "not awaited: no packet comes back from the old server, so query-status must not be asked");
    }
    open.journal().intent(step(), Json.object());
    Still still = new Still();
    Optional<Boolean> drained =
        Waiting.until(
            open.request().drainTimeout(),
            () -> still.look(events(open)) ? Optional.of(true) : Optional.empty());
    String msg =
        drained.isPresent()
            ? "the tasks have replayed what relay holds"
            : "after "
                + open.request().drainTimeout().toSeconds()
                + " s the tasks still replay what relay holds; they go on with it after the switch";
    open.journal().done(step(), Json.object().put("drained", drained.isPresent()));
    return Answer.unchanged(msg);
  }

  private static Map<String, Long> events(OpenSwitch open) {
    Map<String, Long> events = new TreeMap<>();
    for (SubtaskStatus task :
        open.site().dm().queryStatus(open.plan().workerAddress()).subtasks()) {
      if (task.isSyncing()) {
        events.put(task.name(), task.sync().map(SyncStatus::totalEvents).orElse(0L));
      }
    }
    return events;
  }

  /** Remembers since when the counters have not moved. */
  private static final class Still {
    private Map<String, Long> last = Map.of("", 0L);
    private long since;

    boolean look(Map<String, Long> now) {
      if (!now.equals(last)) {
        last = now;
        since = System.nanoTime();
        return now.isEmpty();
      }
      return System.nanoTime() - since >= STILL.toNanos();
    }
  }
}
