package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.Checkpoints;
import dmswitch.check.Conditions;
import dmswitch.check.DdlLocks;
import dmswitch.check.TaskCheckpoints;
import dmswitch.dm.Dm;
import dmswitch.dm.Outcome;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.host.RelayTail;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Step 5: again relay Paused, W unchanged, both conditions (a flush may purge); then stop-task, or
 * pause-task, for every task that ran.
 */
final class StopTasks implements StepAction {
  /**
   * A query-status that anybody asked (dm-master itself does when it starts) holds the worker's
   * lock until the task's own query of the silent server times out, after 5 minutes; stop-task
   * waits behind it, and query-error behind stop-task. dm-master gives up on both, the worker does
   * not.
   */
  private static final Duration SETTLE_SILENT = Duration.ofMinutes(11);

  private final Duration settle;
  private final Duration settleSilent;

  StopTasks() {
    this(Duration.ofSeconds(60), SETTLE_SILENT);
  }

  /**
   * @param settle how long DM may take to carry out a command
   * @param settleSilent the same with an old server from which no packet comes back
   */
  StopTasks(Duration settle, Duration settleSilent) {
    this.settle = settle;
    this.settleSilent = settleSilent;
  }

  @Override
  public Step step() {
    return Step.TASKS_STOPPED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.pastTasks()) {
      return Answer.unchanged("the tasks were stopped or Paused before the switch began");
    }
    if (open.stoppedAndDown()) {
      if (open.fencedAnew()) {
        // Relay may be on the new server when the next run looks.
        open.journal().intent(step(), Json.object());
        open.journal().done(step(), Json.object());
      }
      return Answer.unchanged("the tasks were stopped before the worker went down");
    }
    stillFenced(open);
    TaskStages now = TaskStages.ask(open);
    List<PlannedTask> toStop = now.notOut(open.plan());
    if (!open.tasksTouched() || !toStop.isEmpty()) {
      unchangedSincePlan(open, now.here());
      requireDrained(open);
      checkpointsNameSubDirs(open);
    }
    if (!toStop.isEmpty()) {
      // The pre-flight's look at them is minutes old.
      DdlLocks.requireNone(
          open.access().dm().showDdlLocks(), toStop.stream().map(PlannedTask::name).toList());
      // Last of all, for their relays run on.
      DrainTasks.requireShardsAtRest(open, toStop);
    }
    ObjectNode data = Json.object();
    data.set(
        "tasks", Json.tree(open.plan().handledTasks().stream().map(PlannedTask::name).toList()));
    open.journal().intent(step(), data);
    putAside(open, toStop);
    open.journal().done(step(), data);
    String verb = open.plan().modes().pausesTasks() ? "paused" : "stopped";
    String names = toStop.stream().map(PlannedTask::name).collect(Collectors.joining(", "));
    return new Answer(
            !toStop.isEmpty(),
            names.isEmpty() ? "no task had to be " + verb : verb + ": " + names,
            data)
        .withWarnings(DrainTasks.warnings(open));
  }

  private void putAside(OpenSwitch open, List<PlannedTask> toStop) {
    Map<String, Supplier<Outcome>> commands = new LinkedHashMap<>();
    toStop.forEach(task -> commands.put(task.name(), () -> stop(open, task)));
    open.taskControl()
        .putAside(
            commands,
            open.plan().oldServer().state().mayHang() ? settleSilent : settle,
            () -> inTheWay(open),
            "every task of the plan " + (open.plan().modes().pausesTasks() ? "Paused" : "stopped"),
            "fix the error that DM reports");
  }

  private static String inTheWay(OpenSwitch open) {
    TaskStages stages = TaskStages.ask(open);
    return open.plan().handledTasks().stream()
        .filter(task -> !stages.isOut(task))
        .map(stages::describe)
        .collect(Collectors.joining(", "));
  }

  private static void stillFenced(OpenSwitch open) {
    Fence fence = open.fence();
    if (open.plan().oldServer().state().mayHang() && !open.relayControl().saysPaused()) {
      throw Problem.refused(
              "relay was no longer Paused, so W may have moved",
              "relay Paused since the fence",
              "find out who resumed it or restarted the worker, then run the same playbook again")
          .namingRerun();
    }
    RelayView relay = open.relay();
    if (relay.stage().isPresent() && !relay.isPaused()) {
      throw Problem.refused(
              "relay is " + relay.stage().get() + " again, so W may move",
              "relay Paused since the fence",
              "find out who resumed it or restarted the worker, then run the same playbook again")
          .namingRerun();
    }
    if (!relay.gtidW().equals(fence.gtidW()) || !relay.subDir().toString().equals(fence.subDir())) {
      throw Problem.refused(
              "W has moved since the fence, to " + relay.gtidW() + " in " + relay.subDir(),
              "W as at the fence: " + fence.gtidW() + " in " + fence.subDir(),
              "find out who resumed relay or restarted the worker, then run the same playbook again")
          .namingRerun();
    }
    RelayTail tail = open.relayTail(relay);
    if (!fence.judged(tail)) {
      throw Problem.refused(
              "relay's file holds, after W, more than at the fence: " + tail.description(),
              "relay's file as it was at the fence",
              "find out who resumed relay or restarted the worker, then run the same playbook again")
          .namingRerun();
    }
    open.requireNewServerAlone();
    try (Server newServer = open.newServer()) {
      Conditions.requirePurged(newServer, fence.gtidW());
      Conditions.awaitExecuted(newServer, fence.gtidW(), tail, Duration.ZERO);
    }
  }

  /**
   * Requires that no task was started, stopped or paused since the plan, which was checked for the
   * tasks of that time. Tasks that an earlier run has begun to stop may be stopped already, and one
   * that DM has paused since is idle.
   */
  private static void unchangedSincePlan(OpenSwitch open, Map<String, Stage> now) {
    boolean begun = open.tasksTouched();
    Set<String> differing = new LinkedHashSet<>();
    for (PlannedTask task : open.plan().tasks()) {
      Stage stage = now.get(task.name());
      boolean atRest =
          begun
              && task.handling() != Handling.LEAVE_PAUSED
              && (stage == null || stage == Stage.PAUSED);
      if (!atRest && (stage == null || !stage.toString().equals(task.stage()))) {
        differing.add(
            task.name() + " was " + task.stage() + ", is " + (stage == null ? "gone" : stage));
      }
    }
    Set<String> planned =
        open.plan().tasks().stream().map(PlannedTask::name).collect(Collectors.toSet());
    now.keySet().stream()
        .filter(name -> !planned.contains(name))
        .forEach(name -> differing.add(name + " is new"));
    if (!differing.isEmpty()) {
      throw Problem.refused(
              "the worker's tasks have changed since the plan: " + String.join("; ", differing),
              "the tasks that were checked",
              begun
                  ? "restore them as they were (stop-task -w "
                      + open.plan().dmWorker().address()
                      + " for a new one), then run the same playbook again: the plan holds, since it"
                      + " has begun to stop tasks"
                  : "run the same playbook again; it plans with the tasks as they are now")
          .namingRerun();
    }
  }

  /** Step 3 has left out what was out of the way then, as an earlier run had left it. */
  private static void requireDrained(OpenSwitch open) {
    if (open.tasksTouched()
        && !(open.journal().doneLater(Step.TASKS_DRAINED, Step.TASKS_STOPPED)
            && open.journal().doneLater(Step.TASKS_DRAINED, Step.RELAY_FENCED))) {
      throw Problem.refused(
              "a task runs again, and has not been idle since",
              "tasks drained before they are stopped",
              "run the same playbook again")
          .namingRerun();
    }
  }

  /** A task may have been stopped and started again since the plan. */
  private static void checkpointsNameSubDirs(OpenSwitch open) {
    Plan plan = open.plan();
    Set<String> sharded =
        plan.tasks().stream()
            .filter(task -> task.workers().size() > 1)
            .map(PlannedTask::name)
            .collect(Collectors.toSet());
    Checkpoints checkpoints =
        new Checkpoints(
            open.access(),
            plan.dmWorker().address(),
            plan.dmWorker().sourceId(),
            plan.oldServer().state().mayHang(),
            sharded);
    TaskCheckpoints.refusal(
            checkpoints.ask(),
            new TaskCheckpoints.Place(
                plan.dmWorker().address(),
                plan.oldServer().address(),
                plan.oldServer().state().isAlive(),
                RelaySubDir.parse(open.fence().subDir()).orElseThrow()))
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  private static Outcome stop(OpenSwitch open, PlannedTask task) {
    Dm dm = open.access().dm();
    Scope here = Scope.only(open.plan().dmWorker().address());
    return switch (task.handling()) {
      case STOP_ON_WORKER -> dm.stopTask(task.name(), here);
      case STOP_WHOLE -> dm.stopTask(task.name(), Scope.whole(Set.copyOf(task.workers())));
      case PAUSE_ON_WORKER -> dm.pauseTask(task.name(), here);
      case LEAVE_PAUSED -> throw new IllegalArgumentException(task.name());
    };
  }
}
