package dmswitch.check;

import dmswitch.check.DmPrecheck.Complaint;
import dmswitch.dm.Stage;
import dmswitch.dm.TaskSummary;
import dmswitch.dm.Unit;
import dmswitch.task.TaskFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Checks of the worker's tasks. */
final class TaskChecks {
  private TaskChecks() {}

  /** Every task on the worker runs in Sync without errors, or was paused by an operator. */
  static final Check HEALTHY = Check.blocking("tasks", TaskChecks::healthy);

  private static Finding healthy(Facts facts) {
    List<String> wrong = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Subtask task : facts.tasks().subtasks().get()) {
      names.add(task.name() + (task.isPausedByOperator() ? " (Paused, left so)" : ""));
      boolean running =
          task.stage() == Stage.RUNNING && task.unit() == Unit.SYNC && task.errors().isEmpty();
      if (!running && !task.isPausedByOperator()) {
        wrong.add(
            task.name()
                + " is "
                + task.stage()
                + " in "
                + task.unit()
                + (task.errors().isEmpty() ? "" : ": " + String.join("; ", task.errors())));
      }
    }
    if (!wrong.isEmpty()) {
      return Finding.refused(
          String.join("; ", wrong),
          "every task Running in unit Sync without errors, or Paused by an operator",
          "fix it, or wait until dump and load are done, then run again");
    }
    return names.isEmpty()
        ? Finding.warning("no task runs on this worker", "")
        : Finding.passed(String.join(", ", names));
  }

  /**
   * Every task that will be stopped has exactly one task file, with which it can be started again.
   */
  static final Check FILES =
      Check.requires(
          "task_files",
          facts -> {
            Collection<TaskFile> files = facts.tasks().files().get().values();
            return files.isEmpty()
                ? "no task file is needed"
                : files.stream()
                    .map(file -> file.path().toString())
                    .collect(Collectors.joining(", "));
          });

  /**
   * The new server passes what start-task checks there. If that pre-check fails after stop-task,
   * the task stays stopped. For tasks that are only paused DM runs no pre-check, so this is a
   * warning.
   */
  static final Check NEW_SERVER_PRECHECK =
      Check.blocking("new_server_precheck", TaskChecks::newServerPrecheck);

  private static Finding newServerPrecheck(Facts facts) {
    List<String> failing = new ArrayList<>();
    List<String> ways = new ArrayList<>();
    for (PrecheckedTask task : facts.prechecks().tasks().get()) {
      List<Complaint> complaints = DmPrecheck.of(facts.newServer().server(), task);
      if (!complaints.isEmpty()) {
        failing.add(task.name() + ": " + joined(complaints));
        ways.add(way(task, complaints));
      }
    }
    if (failing.isEmpty()) {
      return Finding.passed("the new server passes the pre-check of start-task for each task");
    }
    String found =
        "start-task would fail its pre-check on the new server: " + String.join("; ", failing);
    return facts.request().stopsTasks()
        ? Finding.refused(
            found,
            "a pre-check that passes: if it fails after stop-task, the task stays stopped",
            String.join("; ", ways)
                + " (DM then does not check it; DM 1.0 was made for MySQL 5.6 and 5.7), or set"
                + " task_mode: pause, which runs no pre-check; then run again")
        : Finding.lastingWarning(
            found, "before a later stop-task of it, " + String.join("; ", ways));
  }

  private static String joined(List<Complaint> complaints) {
    return complaints.stream().map(Complaint::toString).collect(Collectors.joining(", "));
  }

  private static String way(PrecheckedTask task, List<Complaint> complaints) {
    String items =
        complaints.stream()
            .map(complaint -> complaint.item().dmName())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .map(item -> '"' + item + '"')
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "set ignore-checking-items to [%s] and what it has already in %s",
        items,
        task.file().orElse("the task file of " + task.name()));
  }

  /**
   * Every part of a task sharded over several workers runs, as it is stopped and started as a
   * whole.
   */
  static final Check SHARDED = Check.blocking("sharded_tasks", TaskChecks::sharded);

  private static Finding sharded(Facts facts) {
    if (!facts.request().stopsTasks()) {
      return Finding.passed("tasks are paused on this worker only");
    }
    List<String> partly =
        facts.tasks().subtasks().get().stream()
            .filter(task -> !task.isPausedByOperator())
            .flatMap(
                task ->
                    facts.tasks().summaries().get().stream()
                        .filter(summary -> summary.name().equals(task.name())))
            .flatMap(summary -> missing(summary, facts.tasks().files().get()).stream())
            .toList();
    return partly.isEmpty()
        ? Finding.passed("every sharded task runs on all of its workers")
        : Finding.refused(
            "a task sharded over several workers does not run on all of them: "
                + String.join("; ", partly),
            "every part of it Running, as it is stopped and started as a whole",
            "resume it, or run with task_mode: pause, which touches this worker only");
  }

  /**
   * Returns the parts of a task that do not run. A worker that does not answer is missing in the
   * summary.
   */
  private static List<String> missing(TaskSummary summary, Map<String, TaskFile> files) {
    TaskFile file = files.get(summary.name());
    int sources = file == null ? 0 : file.sourceIds().size();
    List<String> missing = new ArrayList<>();
    if (sources != summary.workers().size()) {
      missing.add(
          summary.name()
              + " runs on "
              + summary.workers().size()
              + " of the workers, its file has "
              + sources
              + " sources");
    }
    if (sources > 1 && !summary.isRunning()) {
      missing.add(summary.name() + " is " + summary.status());
    }
    return missing;
  }

  /** No sharding DDL of a task of this worker waits for a worker. */
  static final Check DDL_LOCKS = Check.blocking("ddl_locks", TaskChecks::ddlLocks);

  private static Finding ddlLocks(Facts facts) {
    List<String> names = facts.tasks().subtasks().get().stream().map(Subtask::name).toList();
    List<String> waiting = DdlLocks.waiting(facts.tasks().ddlLocks().get(), names);
    if (waiting.isEmpty()) {
      waiting =
          facts.tasks().subtasks().get().stream()
              .filter(Subtask::waitsForDdl)
              .map(task -> "task " + task.name() + " waits for a DDL")
              .toList();
    }
    return waiting.isEmpty() ? Finding.passed("no sharding DDL lock") : DdlLocks.refused(waiting);
  }

  /** The sources as they are now pass the pre-check of start-task, before anything is stopped. */
  static final Check PRECHECK = Check.blocking("task_precheck", TaskChecks::precheck);

  private static Finding precheck(Facts facts) {
    if (!facts.request().stopsTasks()) {
      return Finding.passed("not needed: resume-task runs no pre-check");
    }
    boolean alive = facts.oldServerAlive();
    Facts.Prechecks prechecks = facts.prechecks();
    List<String> failed = (alive ? prechecks.failures() : prechecks.otherSources()).get();
    return failed.isEmpty()
        ? Finding.passed(
            alive ? "check-task passes for every task" : "the other sources of every task answer")
        : Finding.refused(
            String.join("; ", failed),
            "a pre-check that will pass: if it fails after stop-task, the task stays stopped",
            "fix the errors above, or add the item to ignore-checking-items in the task file, or"
                + " set"
                + " task_mode: pause, which runs no pre-check; then run again");
  }

  /**
   * Every task's checkpoint names its relay sub dir, that of Paused tasks included. Until DM writes
   * the first one after a transaction, the checkpoint is the task file's meta, without a sub dir.
   * If the task starts after relay has opened the new server's sub dir, DM looks for it there and
   * loses rows.
   */
  static final Check CHECKPOINTS = Check.blocking("task_checkpoints", TaskChecks::checkpoints);

  private static Finding checkpoints(Facts facts) {
    List<TaskCheckpoint> all = facts.tasks().checkpoints().get();
    TaskCheckpoints.Place place =
        new TaskCheckpoints.Place(
            facts.deployment().survey().get().deployment().address(),
            facts.deployment().runningToml().get().toml().address(),
            facts.oldServerAlive(),
            facts.relay().view().get().subDir());
    return TaskCheckpoints.refusal(all, place)
        .map(Finding::of)
        .orElseGet(
            () ->
                Finding.passed(
                    all.isEmpty()
                        ? "no task runs on this worker"
                        : all.stream()
                            .map(TaskCheckpoints::shown)
                            .collect(Collectors.joining(", "))));
  }
}
