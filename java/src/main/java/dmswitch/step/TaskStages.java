package dmswitch.step;

import dmswitch.dm.Stage;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.problem.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Stages of the subtasks that a switch touches, asked in a way that does not hang.
 *
 * @param worker the worker that is switched
 * @param byWorker for each worker that has a part in it, the stage of each of its subtasks
 */
record TaskStages(String worker, Map<String, Map<String, Stage>> byWorker) {

  /**
   * Asks every worker that runs a task which is stopped whole, and the one that is switched.
   *
   * @throws dmswitch.problem.Problem (cannot tell) when one of them does not answer
   */
  static TaskStages ask(OpenSwitch open) {
    Set<String> workers = new TreeSet<>();
    workers.add(open.plan().dmWorker().address());
    open.plan().handledTasks().forEach(task -> workers.addAll(workers(open.plan(), task)));
    Map<String, Map<String, Stage>> stages = new HashMap<>();
    for (String worker : workers) {
      stages.put(worker, ask(open, worker));
    }
    return new TaskStages(open.plan().dmWorker().address(), stages);
  }

  private static Map<String, Stage> ask(OpenSwitch open, String worker) {
    try {
      return open.taskControl().stages(worker);
    } catch (Problem notKnown) {
      throw worker.equals(open.plan().dmWorker().address())
              && open.upgradeBegun()
              && WorkerPort.isRefused(open)
          ? notKnown
              .andNext(
                  "the worker is down: run the same playbook again, which checks relay in its"
                      + " present state")
              .namingRerun()
          : notKnown;
    }
  }

  /** Returns the workers on which the switch stops or pauses the task and brings it back. */
  static Set<String> workers(Plan plan, PlannedTask task) {
    return task.handling() == Handling.STOP_WHOLE
        ? Set.copyOf(task.workers())
        : Set.of(plan.dmWorker().address());
  }

  /** Returns those on the worker that is switched. */
  Map<String, Stage> here() {
    return byWorker.get(worker);
  }

  /** Returns whether the task is as far out of the way as the plan wants it, on every worker. */
  boolean isOut(PlannedTask task) {
    return switch (task.handling()) {
      case STOP_WHOLE ->
          task.workers().stream().allMatch(any -> byWorker.get(any).get(task.name()) == null);
      case STOP_ON_WORKER -> here().get(task.name()) == null;
      case PAUSE_ON_WORKER -> here().get(task.name()) == Stage.PAUSED;
      case LEAVE_PAUSED -> true;
    };
  }

  /** Returns the tasks that the switch handles and that are not out of the way. */
  List<PlannedTask> notOut(Plan plan) {
    return plan.handledTasks().stream().filter(task -> !isOut(task)).toList();
  }

  /** Returns the task with its stage on each worker that still has it, as text for the operator. */
  String describe(PlannedTask task) {
    return task.name()
        + byWorker.entrySet().stream()
            .filter(stages -> stages.getValue().containsKey(task.name()))
            .map(stages -> stages.getValue().get(task.name()) + " on " + stages.getKey())
            .sorted()
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
