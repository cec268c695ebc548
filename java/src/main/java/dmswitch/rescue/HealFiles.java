package dmswitch.rescue;

import dmswitch.dm.Scope;
import dmswitch.dmansible.RelaySurgery;
import dmswitch.dmansible.WorkerHost;
import dmswitch.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Heals the relay directory: tasks paused, so that their checkpoints stand; looked at anew; worker
 * stopped; the change after copies; worker started; relay and tasks seen to run.
 *
 * @param state what it heals
 * @param surgery the change
 * @param uuid of the server that answers
 * @param gtidW what relay must have again afterwards
 * @param tasks those that ran, or were Paused by an error; they run afterwards
 */
record HealFiles(String state, RelaySurgery surgery, String uuid, String gtidW, List<String> tasks)
    implements Healing {
  static final String STOPPED = "worker_stopped";
  static final String CHANGED = "relay_directory_changed";

  HealFiles {
    tasks = List.copyOf(tasks);
  }

  static HealFiles of(String state, Signs signs, RelaySurgery surgery) {
    return new HealFiles(
        state,
        surgery,
        signs.upstreamUuid(),
        signs.gtidW().toString(),
        signs.up().get() ? signs.tasksToRun() : signs.leftPaused().stream().sorted().toList());
  }

  /** Names a change, and the folder of its copies. */
  static String freshName() {
    return "rescue-" + Instant.now().toString().replaceAll("\\.\\d+", "").replaceAll("[:-]", "");
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    if (!tasks.isEmpty()) {
      will.add("once they are at rest, pause-task " + String.join(", ", tasks));
    }
    will.add("stop the worker (DM-Ansible's stop.yml)");
    will.add("copy what is changed to " + surgery.relayDir() + "/.dm-switch/" + surgery.name());
    for (RelaySurgery.Move move : surgery.moves()) {
      will.add(
          move.newName().isEmpty()
              ? "take " + move.name() + " away, to there"
              : "rename " + move.name() + " to " + move.newName());
    }
    if (!surgery.metaText().isEmpty()) {
      will.add(
          "set relay.meta of "
              + surgery.metaSubDir()
              + " to W at the fence, so that relay pulls all since then anew");
    }
    if (!surgery.indexAfter().equals(surgery.indexBefore())) {
      will.add("write server-uuid.index: " + String.join(" ", surgery.indexAfter()));
    }
    will.add("start the worker (start.yml), see relay run");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", see them run");
    }
    return will;
  }

  @Override
  public Change change() {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (RelaySurgery.Move move : surgery.moves()) {
      before.add(move.name());
      after.add(
          move.newName().isEmpty()
              ? ".dm-switch/" + surgery.name() + "/taken/" + move.name().replace('/', '+')
              : move.newName());
    }
    surgery.indexBefore().forEach(line -> before.add("server-uuid.index: " + line));
    surgery.indexAfter().forEach(line -> after.add("server-uuid.index: " + line));
    surgery
        .metaText()
        .lines()
        .forEach(line -> after.add(surgery.metaSubDir() + "/relay.meta: " + line));
    return new Change(surgery.relayDir(), before, after);
  }

  /** Whether the directory is still one that it was made for. */
  boolean fits(List<String> index) {
    return index.equals(surgery.indexBefore()) || index.equals(surgery.indexAfter());
  }

  @Override
  public List<String> run(Patient patient) {
    if (!patient.record().isIntended(STOPPED)) {
      standStill(patient);
    }
    patient.act(
        STOPPED,
        () -> patient.hands().stopWorker(patient.record().freshFolder(patient.journal(), "stop")));
    patient.act(CHANGED, () -> operate(patient));
    patient.act(
        "worker_started",
        () ->
            patient.hands().startWorker(patient.record().freshFolder(patient.journal(), "start")));
    Observation observation = new Observation(patient);
    List<String> warnings = new ArrayList<>(observation.relayRuns(uuid, gtidW));
    Set<String> toRun = new LinkedHashSet<>(tasks);
    toRun.addAll(observation.tasksBack());
    observation.tasksRun(List.copyOf(toRun));
    warnings.add(
        "what was changed lies in "
            + surgery.relayDir()
            + "/.dm-switch/"
            + surgery.name()
            + " on the worker's host; remove it once the rows are proven");
    return warnings;
  }

  private void operate(Patient patient) {
    try {
      patient.hands().operate(surgery);
    } catch (Problem problem) {
      throw problem.found().contains(WorkerHost.NOTHING_CHANGED)
          ? patient.record().giveUp(problem)
          : problem;
    }
  }

  /** Pauses the tasks, so that their checkpoints are written, and judges anew on these. */
  private void standStill(Patient patient) {
    if (tasks.isEmpty() || !patient.look().get().up().get()) {
      return;
    }
    try {
      HealRelay.requireAtRest(patient, tasks);
    } catch (Problem moving) {
      throw patient.record().giveUp(moving);
    }
    patient.act(Begun.TASKS_PAUSED, () -> HealRelay.pause(patient, tasks));
    Diagnosis now = States.diagnose(patient.look().get());
    boolean same =
        now.healing()
            .filter(HealFiles.class::isInstance)
            .map(HealFiles.class::cast)
            .map(other -> other.surgery.moves().equals(surgery.moves()))
            .orElse(false);
    if (!same) {
      patient.act(
          Begun.TASKS_RESUMED,
          () ->
              tasks.forEach(
                  task -> patient.site().dm().resumeTask(task, Scope.only(patient.worker()))));
      patient.record().giveUp("looked at anew: " + now.found());
      throw now.refusal()
          .orElseGet(
              () ->
                  Problem.refused(
                      "with the tasks Paused it looks otherwise: " + now.found(),
                      "the same as before",
                      "run rescue.yml again"));
    }
  }
}
