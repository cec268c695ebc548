package dmswitch.repair;

import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.step.ClusterHosts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Waits until relay and tasks run after a repair, by their observed state (rule 4). */
final class Verification {
  private static final Duration FILE_COMES = Duration.ofSeconds(60);

  private final RepairContext context;

  Verification(RepairContext context) {
    this.context = context;
  }

  /**
   * Waits for relay Running on this server without error, with all of W and a binlog file in its
   * sub dir; takes it out of a file that begins with a big hole where that can be had (rule 8).
   *
   * @return what the operator should know
   * @throws Problem (cannot tell) when that is not reached in time
   */
  List<String> awaitRelay(String uuid, String wantedW) {
    GtidSet wanted = RelayView.set(wantedW, "W of the record");
    awaitRelay(
        context.request().timeouts().relay(),
        relay -> relay.subDir().isOf(uuid) && relay.isRunning() && relay.errors().isEmpty(),
        relay -> "",
        "relay Running without error, in a sub dir of " + uuid);
    awaitRelay(
        context.request().timeouts().catchUp(),
        relay -> relay.isRunning() && relay.gtidW().contains(wanted),
        relay -> "; W lacks " + wanted.subtract(relay.gtidW()),
        "W with " + wantedW);
    return leaveHole(awaitFile());
  }

  private void awaitRelay(
      Duration limit,
      Predicate<RelayView> reached,
      Function<RelayView, String> lacks,
      String wanted) {
    String[] last = {"the worker does not answer"};
    Optional<RelayView> seen =
        Waiting.until(
            limit,
            () -> {
              try {
                RelayView relay = RelayView.ofStatus(context.dm(), context.worker());
                last[0] =
                    "relay is "
                        + relay.stage().map(Object::toString).orElse("?")
                        + " in "
                        + relay.subDir()
                        + (relay.errors().isEmpty() ? "" : ": " + relay.errors())
                        + lacks.apply(relay);
                return Optional.of(relay).filter(reached);
              } catch (Problem notYet) {
                last[0] = notYet.found();
                return Optional.empty();
              }
            });
    if (seen.isEmpty()) {
      throw Problem.cannotTell(
          "after " + limit.toSeconds() + " s: " + last[0], wanted, "fix the error above");
    }
  }

  private ClusterHosts.FirstFile awaitFile() {
    RelayDirectory[] last = new RelayDirectory[1];
    return Waiting.until(
            FILE_COMES,
            () -> {
              ClusterHosts.FirstFile look = context.control().relayLook();
              last[0] = look.directory().get();
              return Optional.of(look).filter(seen -> seen.firstHead().get().isPresent());
            })
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "relay's sub dir "
                        + last[0].current().map(RelayDirectory.SubDir::name).orElse("?")
                        + " holds no binlog file",
                    "a binlog file there, since the server sends one at once",
                    "see in the worker's log why it gets none; do not restart or roll it before"));
  }

  private List<String> leaveHole(ClusterHosts.FirstFile look) {
    RelayHead head = look.firstHead().get().orElseThrow();
    boolean inFirstFile =
        look.directory().get().current().map(subDir -> subDir.files().size() == 1).orElse(true);
    if (!Hole.isRisky(head) || !inFirstFile) {
      return List.of();
    }
    if (context.mayFlush()) {
      try (Server server = context.login()) {
        context.flushBinaryLogs(server);
      }
    }
    return List.of(Hole.warning(head.biggestHole()));
  }

  /**
   * Resumes these tasks and waits until each runs without errors.
   *
   * @throws Problem (cannot tell) when one of them does not in time
   */
  void resumeTasks(List<String> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    context.act(RepairRecords.TASKS_RESUMED, () -> resume(tasks));
  }

  /**
   * Resumes those that are Paused until all run: dm-master has to reconnect to the worker, and
   * relay may have to pull what a checkpoint needs.
   */
  private void resume(List<String> tasks) {
    Map<String, String> answers = new LinkedHashMap<>();
    Map<String, String> missing = new LinkedHashMap<>();
    boolean all =
        Waiting.until(
                context.request().timeouts().start(),
                () -> {
                  missing.clear();
                  missing.putAll(notRunning(tasks));
                  for (String task : missing.keySet()) {
                    Outcome outcome = context.dm().resumeTask(task, Scope.only(context.worker()));
                    answers.put(task, outcome.message());
                  }
                  return Optional.of(true).filter(any -> missing.isEmpty());
                })
            .isPresent();
    if (!all) {
      throw Problem.cannotTell(
          "not Running after "
              + context.request().timeouts().start().toSeconds()
              + " s: "
              + missing
              + "; resume-task answered "
              + answers,
          "every task Running in Sync, without errors",
          "fix what query-error -w " + context.worker() + " reports");
    }
  }

  private Map<String, String> notRunning(List<String> tasks) {
    Map<String, String> missing = new LinkedHashMap<>();
    try {
      for (String task : tasks) {
        Optional<SubtaskStatus> status = context.dm().queryStatus(context.worker()).subtask(task);
        if (!status.map(SubtaskStatus::isSyncing).orElse(false)) {
          missing.put(
              task,
              status.map(one -> one.stage() + " " + one.errors()).orElse("not on the worker"));
        }
      }
    } catch (Problem notConnected) {
      tasks.forEach(task -> missing.put(task, notConnected.found()));
    }
    return missing;
  }

  /**
   * Returns the tasks that the worker has brought back itself, but for those that an operator has
   * paused.
   */
  List<String> tasksBack() {
    return context.dm().queryStatus(context.worker()).subtasks().stream()
        .filter(task -> task.stage() == Stage.RUNNING || !task.isPausedByOperator())
        .map(SubtaskStatus::name)
        .toList();
  }
}
