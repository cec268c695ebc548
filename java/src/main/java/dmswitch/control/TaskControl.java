package dmswitch.control;

import dmswitch.dm.Dm;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.WorkerErrors.SubtaskErrors;
import dmswitch.dm.WorkerStatus;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Stops, pauses, starts and resumes tasks, and waits until the effect is observed. An answer of DM
 * proves nothing (rule 4). The caller decides which tasks, on which workers, and when.
 */
public final class TaskControl {
  private final Supplier<Dm> dm;

  public TaskControl(Supplier<Dm> dm) {
    this.dm = dm;
  }

  /**
   * A task on one of the workers that run it.
   *
   * @param worker its HOST:PORT
   */
  public record Part(String task, String worker) {}

  /** Returns the stage of each task on a worker. Queries no upstream, so it does not hang. */
  public Map<String, Stage> stages(String worker) {
    return dm.get().queryError(worker).subtasks().stream()
        .collect(Collectors.toMap(SubtaskErrors::name, SubtaskErrors::stage));
  }

  // ---- out of the way --------------------------------------------------------------------------

  /**
   * Stops or pauses tasks, and waits until that is observed.
   *
   * @param commands the command for each task, called in this order
   * @param left describes what still runs, for messages; empty if nothing does
   * @throws Problem (cannot tell) if something still runs after the limit
   */
  public void putAside(
      Map<String, Supplier<Outcome>> commands,
      Duration limit,
      Supplier<String> left,
      String wanted,
      String next) {
    List<String> answers = new ArrayList<>();
    commands.forEach(
        (task, command) -> {
          Outcome outcome = command.get();
          if (!outcome.isDoneOrAlreadySo()) {
            answers.add(task + ": " + outcome.message());
          }
        });
    String[] last = {""};
    boolean out = Waiting.until(limit, () -> isNothing(left, last)).isPresent();
    if (!out) {
      throw Problem.cannotTell(
          "tasks are not stopped or paused after "
              + limit.toSeconds()
              + " s: "
              + last[0]
              + (answers.isEmpty() ? "" : "; DM said: " + String.join("; ", answers)),
          wanted,
          next);
    }
  }

  private static Optional<Boolean> isNothing(Supplier<String> left, String[] last) {
    try {
      last[0] = left.get();
    } catch (Problem notNow) {
      last[0] = notNow.found();
      return Optional.empty();
    }
    return Optional.of(true).filter(any -> last[0].isEmpty());
  }

  /**
   * Pauses tasks on one worker, and waits until each is Paused there.
   *
   * @throws Problem (cannot tell) if one of them is not in time
   */
  public void pause(String worker, List<String> tasks, Duration limit) {
    Map<String, Supplier<Outcome>> commands = new LinkedHashMap<>();
    tasks.forEach(task -> commands.put(task, () -> dm.get().pauseTask(task, Scope.only(worker))));
    putAside(
        commands,
        limit,
        () -> notPaused(worker, tasks),
        "every task Paused, so that its checkpoint no longer moves",
        "see query-status -w " + worker);
  }

  private String notPaused(String worker, List<String> tasks) {
    Map<String, Stage> stages = stages(worker);
    return tasks.stream()
        .filter(task -> stages.get(task) != Stage.PAUSED)
        .map(task -> task + " is " + (stages.get(task) == null ? "gone" : stages.get(task)))
        .collect(Collectors.joining(", "));
  }

  // ---- back ------------------------------------------------------------------------------------

  /**
   * Starts or resumes a task, and repeats that while dm-master reconnects to its workers. A task
   * that runs is left alone, as an earlier call whose answer was lost may have started it.
   *
   * @param parts where it has to run
   * @return whether anything had to be done
   * @throws Problem (cannot tell) if DM refuses, or does not accept the command within the limit
   */
  public boolean bringBack(
      String task, List<Part> parts, Supplier<Outcome> command, Duration limit) {
    Outcome[] last = new Outcome[1];
    Optional<Boolean> up =
        Waiting.until(
            limit,
            () -> {
              if (notRunning(parts).isEmpty()) {
                return Optional.of(true);
              }
              last[0] = command.get();
              return last[0].isDoneOrAlreadySo()
                  ? Optional.of(true)
                  : last[0].isTransient() ? Optional.empty() : Optional.of(false);
            });
    if (!up.orElse(false)) {
      throw Problem.cannotTell(
          "task " + task + " does not start: " + last[0].message(),
          "task " + task + " Running",
          "fix the error that DM reports, soon: relay purge does not spare what a stopped task"
              + " still"
              + " needs");
    }
    return last[0] != null;
  }

  /** As {@link #bringBack}, of a task that is Paused on one worker. */
  public void resume(String worker, String task, Duration limit) {
    bringBack(
        task,
        List.of(new Part(task, worker)),
        () -> dm.get().resumeTask(task, Scope.only(worker)),
        limit);
  }

  /**
   * Waits until tasks run. Calls no command.
   *
   * @throws Problem (cannot tell) if one of them does not in time
   */
  public void awaitRunning(List<Part> parts, Duration limit, String wanted, String next) {
    List<String> missing = new ArrayList<>();
    boolean running =
        Waiting.until(
                limit,
                () -> {
                  missing.clear();
                  missing.addAll(notRunning(parts).values());
                  return Optional.of(true).filter(any -> missing.isEmpty());
                })
            .isPresent();
    if (!running) {
      throw Problem.cannotTell(
          "not Running after " + limit.toSeconds() + " s: " + String.join("; ", missing),
          wanted,
          next);
    }
  }

  /**
   * Resumes tasks repeatedly until all run. Relay may still have to pull what a checkpoint needs,
   * so a resumed task may fail first and succeed later.
   *
   * @throws Problem (cannot tell) if one of them does not run in time
   */
  public void resumeUntilRunning(String worker, List<String> tasks, Duration limit) {
    List<Part> parts = tasks.stream().map(task -> new Part(task, worker)).toList();
    Map<String, String> answers = new LinkedHashMap<>();
    Map<Part, String> missing = new LinkedHashMap<>();
    boolean all =
        Waiting.until(
                limit,
                () -> {
                  missing.clear();
                  missing.putAll(notRunning(parts));
                  for (Part part : missing.keySet()) {
                    Outcome outcome = dm.get().resumeTask(part.task(), Scope.only(worker));
                    answers.put(part.task(), outcome.message());
                  }
                  return Optional.of(true).filter(any -> missing.isEmpty());
                })
            .isPresent();
    if (!all) {
      throw Problem.cannotTell(
          "not Running after "
              + limit.toSeconds()
              + " s: "
              + String.join("; ", missing.values())
              + "; resume-task answered "
              + answers,
          "every task Running in Sync, without errors",
          "fix the error that query-error -w " + worker + " reports");
    }
  }

  /** Returns the given ones that are not Running in Sync without errors, each with the reason. */
  private Map<Part, String> notRunning(List<Part> parts) {
    Map<String, WorkerStatus> workers = new HashMap<>();
    Map<String, String> unanswered = new HashMap<>();
    Map<Part, String> missing = new LinkedHashMap<>();
    for (Part part : parts) {
      String worker = part.worker();
      if (!workers.containsKey(worker) && !unanswered.containsKey(worker)) {
        try {
          workers.put(worker, dm.get().queryStatus(worker));
        } catch (Problem notConnected) {
          unanswered.put(worker, notConnected.found());
        }
      }
      if (unanswered.containsKey(worker)) {
        missing.put(part, part.task() + ": " + unanswered.get(worker));
        continue;
      }
      Optional<SubtaskStatus> subtask = workers.get(worker).subtask(part.task());
      if (!subtask.map(SubtaskStatus::isSyncing).orElse(false)) {
        missing.put(
            part,
            part.task()
                + " on "
                + worker
                + " is "
                + subtask.map(TaskControl::description).orElse("missing"));
      }
    }
    return missing;
  }

  private static String description(SubtaskStatus subtask) {
    String errors =
        subtask.errors().stream().map(Object::toString).collect(Collectors.joining("; "));
    return subtask.stage() + " in " + subtask.unit() + (errors.isEmpty() ? "" : ": " + errors);
  }
}
