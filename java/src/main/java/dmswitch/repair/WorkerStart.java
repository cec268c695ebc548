package dmswitch.repair;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts a worker that is down.
 *
 * @param state what it repairs
 * @param uuid of the server that answers
 * @param gtidW what relay must have at least
 * @param tasks those that a repair which was cut off has paused; the others come back by themselves
 */
record WorkerStart(String state, String uuid, String gtidW, List<String> tasks) implements Repair {
  WorkerStart {
    tasks = List.copyOf(tasks);
  }

  /**
   * @throws dmswitch.problem.Problem when it is not provably safe
   */
  static WorkerStart of(String state, Observation seen) {
    StartConditions.require(seen, seen.last());
    List<String> tasks = seen.tasksLeftPaused();
    return new WorkerStart(
        state,
        seen.upstreamUuid(),
        // Their checkpoints may lie in what relay has to pull anew.
        (tasks.isEmpty() ? seen.gtidW() : seen.server().executed()).toString(),
        tasks);
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    will.add("start the worker (DM-Ansible's start.yml), see relay run");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", see them run");
    }
    return will;
  }

  @Override
  public List<String> run(RepairContext context) {
    context.startWorker();
    Verification verification = new Verification(context);
    List<String> warnings = verification.awaitRelay(uuid, gtidW);
    verification.resumeTasks(tasks);
    return warnings;
  }
}
