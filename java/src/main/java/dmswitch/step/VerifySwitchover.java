package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.dm.WorkerStatus;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Step 9, after the standstill: the observed state of rule 4. Where a transaction has followed,
 * each task's checkpoint is awaited in the new sub dir; on an idle server that is "not yet proven".
 */
final class VerifySwitchover implements StepAction {
  /** A server that sends nothing for so long counts as idle. */
  private static final Duration IDLE = Duration.ofSeconds(5);

  @Override
  public Step step() {
    return Step.SWITCHOVER_VERIFIED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_RUNNING);
  }

  @Override
  public Answer run(OpenSwitch open) {
    open.journal().intent(step(), Json.object());
    State state = look(open);
    if (!followed(open, state)) {
      state =
          Waiting.until(IDLE, () -> lookAgain(open).filter(seen -> followed(open, seen)))
              .orElse(state);
    }
    boolean followed = followed(open, state);
    if (followed) {
      state =
          Waiting.until(
                  open.request().timeouts().verify(),
                  () -> lookAgain(open).filter(State::allProven))
              .orElseGet(() -> look(open));
    }
    ObjectNode data = Json.object();
    data.put("relay_sub_dir", state.relay().subDir().toString());
    data.put("gtid_w", state.relay().gtidW().toString());
    data.put("transaction_followed", followed);
    data.set("tasks_proven", Json.tree(state.proven()));
    data.set("tasks_left_paused", Json.tree(state.leftPaused()));
    open.journal().done(step(), data);
    return Answer.unchanged(msg(open, state, followed), data);
  }

  /**
   * What was seen at one moment.
   *
   * @param proven for each task whether its checkpoint is in the new sub dir
   * @param leftPaused for each task that an operator had paused its stage now; empty when it is
   *     gone
   */
  private record State(
      RelayView relay, Map<String, Boolean> proven, Map<String, String> leftPaused) {
    boolean allProven() {
      return !proven.containsValue(false);
    }
  }

  private static boolean followed(OpenSwitch open, State state) {
    return !state.relay().gtidW().equals(open.fence().gtidW());
  }

  /** Within a wait: one answer that does not come, or an error that passes, is no verdict. */
  private static Optional<State> lookAgain(OpenSwitch open) {
    try {
      return Optional.of(look(open));
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  /** Looks, and refuses to continue when what must hold does not. */
  private static State look(OpenSwitch open) {
    Plan plan = open.plan();
    WorkerStatus worker = open.access().dm().queryStatus(plan.dmWorker().address());
    RelayView relay = RelayView.of(worker.relay());
    if (!relay.subDir().isOf(plan.newServer().uuid())
        || !relay.isRunning()
        || !relay.errors().isEmpty()
        || !relay.gtidW().contains(open.fence().gtidW())) {
      throw Problem.cannotTell(
          "relay is "
              + relay.stage().map(Object::toString).orElse("?")
              + " in "
              + relay.subDir()
              + ", W "
              + relay.gtidW()
              + " "
              + String.join("; ", relay.errors()),
          "relay Running on " + plan.newServer().uuid() + " with all of the fence's W",
          "fix the error above");
    }
    Map<String, Boolean> proven = new TreeMap<>();
    for (PlannedTask task : plan.handledTasks()) {
      SubtaskStatus subtask =
          worker
              .subtask(task.name())
              .filter(SubtaskStatus::isSyncing)
              .orElseThrow(
                  () ->
                      Problem.cannotTell(
                          "task " + task.name() + " is not Running in Sync without errors",
                          "every task that ran before to run again",
                          "fix the error that query-error"
                              + " -w "
                              + plan.dmWorker().address()
                              + " reports"));
      proven.put(
          task.name(),
          subtask
              .sync()
              .map(SyncStatus::syncerBinlog)
              .map(at -> at.subDirSuffix().orElse(0) >= relay.subDir().suffix())
              .orElse(false));
    }
    Map<String, String> leftPaused = new TreeMap<>();
    for (PlannedTask task : plan.tasks()) {
      if (task.handling() == Plan.Handling.LEAVE_PAUSED) {
        leftPaused.put(
            task.name(), worker.subtask(task.name()).map(now -> now.stage().toString()).orElse(""));
      }
    }
    return new State(relay, proven, leftPaused);
  }

  private static String msg(OpenSwitch open, State state, boolean followed) {
    if (state.proven().isEmpty()) {
      return "relay is proven to run on the new server; there was no task to start or resume";
    }
    if (state.allProven()) {
      return "proven: every task has its checkpoint in " + state.relay().subDir();
    }
    String tasks =
        state.proven().entrySet().stream()
            .filter(entry -> !entry.getValue())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return followed
        ? "not yet proven: after "
            + open.request().timeouts().verify().toSeconds()
            + " s the checkpoint is not yet in the new sub dir for "
            + tasks
            + "; they run without errors"
        : "not yet proven, the new server is idle: no transaction has followed for " + tasks;
  }
}
