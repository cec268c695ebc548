package dmswitch.rescue;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts a worker that is down.
 *
 * @param state what it heals
 * @param uuid of the server that answers
 * @param gtidW what relay must have at least
 * @param tasks those that a healing which was cut off has paused; the others come back by
 *     themselves
 */
record StartWorker(String state, String uuid, String gtidW, List<String> tasks) implements Healing {
  StartWorker {
    tasks = List.copyOf(tasks);
  }

  /**
   * @throws dmswitch.problem.Problem when it is not provably safe
   */
  static StartWorker of(String state, Signs signs) {
    Startable.require(signs, signs.last());
    List<String> tasks = signs.leftPaused().stream().sorted().toList();
    return new StartWorker(
        state,
        signs.upstreamUuid(),
        // Their checkpoints may lie in what relay has to pull anew.
        (tasks.isEmpty() ? signs.gtidW() : signs.server().get().executed()).toString(),
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
  public List<String> run(Patient patient) {
    patient.act(
        "worker_started",
        () ->
            patient.hands().startWorker(patient.record().freshFolder(patient.journal(), "start")));
    Observation observation = new Observation(patient);
    List<String> warnings = new ArrayList<>(observation.relayRuns(uuid, gtidW));
    observation.tasksRun(tasks);
    return warnings;
  }
}
