package dmswitch.repair;

import dmswitch.access.ClusterHosts;
import dmswitch.control.RelayControl;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Waits until relay and tasks are seen to run after a repair (rule 4). */
final class Verification {
  private static final Duration FILE_COMES = Duration.ofSeconds(60);

  private static final String FIX = "fix the error above";

  private final RepairContext context;

  Verification(RepairContext context) {
    this.context = context;
  }

  /**
   * Waits until relay is Running on this server without errors, with all of W and a binlog file in
   * its sub dir. If possible, moves it out of a file that begins with a big hole (rule 8).
   *
   * @return what the operator should know
   * @throws Problem (cannot tell) if that is not reached in time
   */
  List<String> awaitRelay(String uuid, String wantedW) {
    GtidSet wanted = RelayView.set(wantedW, "W of the record");
    RelayControl control = context.relayControl();
    control.await(
        context.request().timeouts().relay(),
        relay -> relay.subDir().isOf(uuid) && relay.isRunning() && relay.errors().isEmpty(),
        relay -> "",
        "relay Running without errors, in a sub dir of " + uuid,
        FIX);
    control.await(
        context.request().timeouts().catchUp(),
        relay -> relay.isRunning() && relay.gtidW().contains(wanted),
        relay -> "; W lacks " + wanted.subtract(relay.gtidW()),
        "W with " + wantedW,
        FIX);
    return leaveHole(awaitFile());
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
                    "see in the worker's log why it gets none; do not restart or roll the worker"
                        + " before that"));
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
   * @throws Problem (cannot tell) if one of them does not in time
   */
  void resumeTasks(List<String> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    context.act(
        RepairRecords.TASKS_RESUMED,
        () ->
            context
                .taskControl()
                .resumeUntilRunning(context.worker(), tasks, context.request().timeouts().start()));
  }

  /**
   * Returns the tasks that the worker has resumed itself, except those that an operator has paused.
   */
  List<String> tasksBack() {
    return context.dm().queryStatus(context.worker()).subtasks().stream()
        .filter(task -> task.stage() == Stage.RUNNING || !task.isPausedByOperator())
        .map(SubtaskStatus::name)
        .toList();
  }
}
