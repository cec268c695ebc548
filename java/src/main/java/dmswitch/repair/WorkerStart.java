package dmswitch.repair;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts a worker that is down.
 *
 * @param state the state that it repairs
 * @param uuid uuid of the server that answers
 * @param gtidW the GTID set that relay must have at least
 * @param tasks the tasks that an interrupted repair has paused; the worker resumes the others
 *     itself
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
        // Their checkpoints may be in the part that relay has to pull again.
        (tasks.isEmpty() ? seen.gtidW() : seen.server().executed()).toString(),
        tasks);
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    will.add("start the worker (DM-Ansible's start.yml), wait until relay runs");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", wait until they run");
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
