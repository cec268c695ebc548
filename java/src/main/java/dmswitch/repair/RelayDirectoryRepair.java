package dmswitch.repair;

import com.fasterxml.jackson.annotation.JsonProperty;
import dmswitch.host.RelayDirectoryChange;
import dmswitch.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Repairs the relay directory. Pauses the tasks, so that their checkpoints no longer move, and
 * observes again. Then stops the worker, copies what will change, changes it, starts the worker,
 * and waits until relay and tasks run.
 *
 * @param state the state that it repairs
 * @param change the change of its files, named {@code surgery} in journals of all versions
 * @param uuid uuid of the server that answers
 * @param gtidW the GTID set that relay must have again afterwards
 * @param tasks the tasks that ran or were Paused by an error; they run afterwards
 */
record RelayDirectoryRepair(
    String state,
    @JsonProperty("surgery") RelayDirectoryChange change,
    String uuid,
    String gtidW,
    List<String> tasks)
    implements Repair {
  static final String STOPPED = "worker_stopped";
  static final String CHANGED = "relay_directory_changed";

  RelayDirectoryRepair {
    tasks = List.copyOf(tasks);
  }

  static RelayDirectoryRepair of(String state, Observation seen, RelayDirectoryChange change) {
    return new RelayDirectoryRepair(
        state,
        change,
        seen.upstreamUuid(),
        seen.gtidW().toString(),
        seen.isUp() ? seen.tasksToRun() : seen.tasksLeftPaused());
  }

  /** Returns a new name for a change and the folder of its copies. */
  static String freshName() {
    return "rescue-" + Instant.now().toString().replaceAll("\\.\\d+", "").replaceAll("[:-]", "");
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    if (!tasks.isEmpty()) {
      will.add("once the tasks are idle, pause-task " + String.join(", ", tasks));
    }
    will.add("stop the worker (DM-Ansible's stop.yml)");
    will.add("copy what will change to " + copies());
    for (RelayDirectoryChange.Move move : change.moves()) {
      will.add(
          move.newName().isEmpty()
              ? "move " + move.name() + " there"
              : "rename " + move.name() + " to " + move.newName());
    }
    if (!change.metaText().isEmpty()) {
      will.add(
          "set relay.meta of "
              + change.metaSubDir()
              + " to W at the fence, so that relay pulls everything since then again");
    }
    if (!change.indexAfter().equals(change.indexBefore())) {
      will.add("write server-uuid.index: " + String.join(" ", change.indexAfter()));
    }
    will.add("start the worker (start.yml), wait until relay runs");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", wait until they run");
    }
    return will;
  }

  private String copies() {
    return change.relayDir() + "/.dm-switch/" + change.name();
  }

  @Override
  public FileDiff diff() {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (RelayDirectoryChange.Move move : change.moves()) {
      before.add(move.name());
      after.add(
          move.newName().isEmpty()
              ? ".dm-switch/" + change.name() + "/taken/" + move.name().replace('/', '+')
              : move.newName());
    }
    change.indexBefore().forEach(line -> before.add("server-uuid.index: " + line));
    change.indexAfter().forEach(line -> after.add("server-uuid.index: " + line));
    change
        .metaText()
        .lines()
        .forEach(line -> after.add(change.metaSubDir() + "/relay.meta: " + line));
    return new FileDiff(change.relayDir(), before, after);
  }

  /** Returns whether the repair still fits the directory. */
  boolean fits(List<String> index) {
    return index.equals(change.indexBefore()) || index.equals(change.indexAfter());
  }

  @Override
  public List<String> run(RepairContext context) {
    if (!context.record().isIntended(STOPPED)) {
      pauseTasks(context);
    }
    context.act(
        STOPPED,
        () ->
            context.control().stopWorker(context.record().freshFolder(context.journal(), "stop")));
    context.act(CHANGED, () -> changeFiles(context));
    context.startWorker();
    Verification verification = new Verification(context);
    List<String> warnings = new ArrayList<>(verification.awaitRelay(uuid, gtidW));
    Set<String> toRun = new LinkedHashSet<>(tasks);
    toRun.addAll(verification.tasksBack());
    verification.resumeTasks(List.copyOf(toRun));
    warnings.add(
        "the original files are in "
            + copies()
            + " on the worker's host; remove it once the rows are verified");
    return warnings;
  }

  private void changeFiles(RepairContext context) {
    try {
      context.control().change(change);
    } catch (Problem problem) {
      throw problem.has(Problem.Hint.NOTHING_CHANGED) ? context.record().giveUp(problem) : problem;
    }
  }

  /** Pauses the tasks, so that their checkpoints are written, and diagnoses again with these. */
  private void pauseTasks(RepairContext context) {
    if (tasks.isEmpty() || !context.observe().get().isUp()) {
      return;
    }
    Standstill standstill = new Standstill(context);
    try {
      standstill.awaitAtRest(tasks);
    } catch (Problem moving) {
      throw context.record().giveUp(moving);
    }
    standstill.pauseTasks(tasks);
    Diagnosis now = Rules.diagnose(context.observe().get());
    if (isMadeBy(now)) {
      return;
    }
    Problem otherwise =
        now.refusal()
            .orElseGet(
                () ->
                    Problem.refused(
                        "the state changed once the tasks were Paused: " + now.found(),
                        "the same as before",
                        "run rescue.yml again"));
    context.act(RepairRecords.TASKS_RESUMED, () -> resumeEach(context, otherwise));
    context.record().giveUp("diagnosed again: " + now.found());
    throw otherwise;
  }

  /** Resumes each task. One that DM does not resume does not keep it from resuming the others. */
  private void resumeEach(RepairContext context, Problem why) {
    List<Problem> failed = new ArrayList<>();
    for (String task : tasks) {
      try {
        context.taskControl().resume(context.worker(), task, context.request().timeouts().start());
      } catch (Problem problem) {
        failed.add(problem);
      }
    }
    failed.stream()
        .reduce((all, next) -> all.andFound(next.found()))
        .ifPresent(
            all -> {
              throw all.andFound(why.found());
            });
  }

  private boolean isMadeBy(Diagnosis diagnosis) {
    return diagnosis
        .repair()
        .filter(RelayDirectoryRepair.class::isInstance)
        .map(RelayDirectoryRepair.class::cast)
        .filter(other -> other.change.moves().equals(change.moves()))
        .isPresent();
  }
}
