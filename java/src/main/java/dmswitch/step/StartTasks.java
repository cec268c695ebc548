package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.Dm;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.WorkerStatus;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Step 9: start-task, or resume-task, for every task that ran before, repeated while dm-master
 * reconnects to the worker; done when each is observed Running in Sync without errors.
 */
final class StartTasks implements StepAction {
  @Override
  public Step step() {
    return Step.TASKS_RUNNING;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.RELAY_OBSERVED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    ObjectNode data = Json.object();
    data.set(
        "tasks", Json.tree(open.plan().handledTasks().stream().map(PlannedTask::name).toList()));
    open.journal().intent(step(), data);
    Set<String> started = bringBack(open);
    open.journal().done(step(), data);
    return new Answer(
        !started.isEmpty(),
        started.isEmpty()
            ? "every task that ran before runs"
            : "Running: " + String.join(", ", started),
        data);
  }

  /**
   * Brings every task that ran before back, and sees it run without errors.
   *
   * @return those for which something had to be done
   */
  static Set<String> bringBack(OpenSwitch open) {
    Set<String> started = new TreeSet<>();
    for (PlannedTask task : open.plan().handledTasks()) {
      if (start(open, task)) {
        started.add(task.name());
      }
    }
    Optional<Boolean> running =
        Waiting.until(
            open.request().timeouts().start(),
            () ->
                notRunning(open, open.plan().handledTasks()).isEmpty()
                    ? Optional.of(true)
                    : Optional.empty());
    if (running.isEmpty()) {
      throw Problem.cannotTell(
          "not Running after "
              + open.request().timeouts().start().toSeconds()
              + " s: "
              + String.join("; ", notRunning(open, open.plan().handledTasks()).values()),
          "every task that ran before Running in Sync, without errors",
          "fix what query-error -w "
              + open.plan().workerAddress()
              + " reports; a task that is Paused then needs resume-task");
    }
    return started;
  }

  /** Whether anything had to be done. */
  private static boolean start(OpenSwitch open, PlannedTask task) {
    Outcome[] last = new Outcome[1];
    boolean[] commanded = new boolean[1];
    Optional<Boolean> up =
        Waiting.until(
            open.request().timeouts().start(),
            () -> {
              // Looks first: an earlier call whose answer was lost may have started it.
              if (notRunning(open, List.of(task)).isEmpty()) {
                return Optional.of(true);
              }
              last[0] = command(open.access().dm(), task, open.plan());
              commanded[0] = true;
              return last[0].isDoneOrAlreadySo()
                  ? Optional.of(true)
                  : last[0].isTransient() ? Optional.empty() : Optional.of(false);
            });
    if (up.isEmpty() || !up.get()) {
      throw Problem.cannotTell(
          "task " + task.name() + " does not start: " + last[0].message(),
          "task " + task.name() + " Running",
          "fix what DM reports (relay purge does not spare what a stopped task still needs)");
    }
    return commanded[0];
  }

  private static Outcome command(Dm dm, PlannedTask task, Plan plan) {
    return switch (task.handling()) {
      case STOP_ON_WORKER -> dm.startTask(Path.of(task.file()), Scope.only(plan.workerAddress()));
      case STOP_WHOLE ->
          dm.startTask(Path.of(task.file()), Scope.whole(Set.copyOf(task.workers())));
      case PAUSE_ON_WORKER -> dm.resumeTask(task.name(), Scope.only(plan.workerAddress()));
      case LEAVE_PAUSED -> throw new IllegalArgumentException(task.name());
    };
  }

  /** What is not Running, by worker and task, with why. */
  private static Map<String, String> notRunning(OpenSwitch open, List<PlannedTask> tasks) {
    Map<String, String> missing = new LinkedHashMap<>();
    for (PlannedTask task : tasks) {
      for (String worker : new TreeSet<>(TaskStages.workers(open.plan(), task))) {
        WorkerStatus status;
        try {
          status = open.access().dm().queryStatus(worker);
        } catch (Problem notConnected) {
          missing.put(worker + " " + task.name(), task.name() + ": " + notConnected.found());
          continue;
        }
        Optional<SubtaskStatus> subtask = status.subtask(task.name());
        if (subtask.map(SubtaskStatus::isSyncing).orElse(false)) {
          continue;
        }
        missing.put(
            worker + " " + task.name(),
            task.name()
                + " on "
                + worker
                + " is "
                + subtask.map(found -> describe(found)).orElse("not there"));
      }
    }
    return missing;
  }

  private static String describe(SubtaskStatus subtask) {
    return subtask.stage()
        + " in "
        + subtask.unit()
        + subtask.errors().stream()
            .map(Object::toString)
            .collect(Collectors.joining("; ", " ", ""));
  }
}
