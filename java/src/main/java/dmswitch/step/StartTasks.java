package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.control.TaskControl;
import dmswitch.control.TaskControl.Part;
import dmswitch.dm.Dm;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
    TaskControl control = open.taskControl();
    Duration limit = open.request().timeouts().start();
    Set<String> started = new TreeSet<>();
    List<Part> all = new ArrayList<>();
    for (PlannedTask task : open.plan().handledTasks()) {
      List<Part> parts = parts(open.plan(), task);
      if (control.bringBack(task.name(), parts, () -> command(open, task), limit)) {
        started.add(task.name());
      }
      all.addAll(parts);
    }
    control.awaitRunning(
        all,
        limit,
        "every task that ran before Running in Sync, without errors",
        "fix what query-error -w "
            + open.plan().dmWorker().address()
            + " reports; a task that is then Paused needs resume-task");
    return started;
  }

  /** Returns the task on each worker on which it was stopped or paused. */
  private static List<Part> parts(Plan plan, PlannedTask task) {
    return TaskStages.workers(plan, task).stream()
        .sorted()
        .map(worker -> new Part(task.name(), worker))
        .toList();
  }

  private static Outcome command(OpenSwitch open, PlannedTask task) {
    Dm dm = open.access().dm();
    Scope here = Scope.only(open.plan().dmWorker().address());
    return switch (task.handling()) {
      case STOP_ON_WORKER -> dm.startTask(Path.of(task.file()), here);
      case STOP_WHOLE ->
          dm.startTask(Path.of(task.file()), Scope.whole(Set.copyOf(task.workers())));
      case PAUSE_ON_WORKER -> dm.resumeTask(task.name(), here);
      case LEAVE_PAUSED -> throw new IllegalArgumentException(task.name());
    };
  }
}
