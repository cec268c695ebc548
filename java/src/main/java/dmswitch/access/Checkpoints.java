package dmswitch.access;

import dmswitch.check.TaskCheckpoint;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.dm.Unit;
import dmswitch.dm.WorkerErrors.SubtaskErrors;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads where the tasks of a worker will continue, in a way that does not hang.
 *
 * @param silent whether no packet comes back from the old server. Then the checkpoints in the
 *     targets are read instead of query-status
 * @param sharded the tasks that are sharded over several workers
 */
public record Checkpoints(
    ClusterAccess access, String worker, String sourceId, boolean silent, Set<String> sharded) {

  /** DM writes what it has in memory a minute after the last event. */
  public static final Duration WRITTEN_WHEN_IDLE = Duration.ofSeconds(90);

  /** Returns all of them, waiting for one that is not written yet while its task runs. */
  public List<TaskCheckpoint> await(Duration limit) {
    List<TaskCheckpoint> last = new ArrayList<>();
    Waiting.until(
        limit,
        () -> {
          last.clear();
          last.addAll(ask());
          boolean written = last.stream().allMatch(TaskCheckpoint::namesSubDir);
          return written || last.stream().anyMatch(Checkpoints::staysSo)
              ? Optional.of(written)
              : Optional.empty();
        });
    return List.copyOf(last);
  }

  private static boolean staysSo(TaskCheckpoint checkpoint) {
    return checkpoint.paused() && !checkpoint.namesSubDir();
  }

  /** Returns all of them, as they are now. */
  public List<TaskCheckpoint> ask() {
    return silent
        ? access.dm().queryError(worker).subtasks().stream().map(this::ofErrors).toList()
        : access.dm().queryStatus(worker).subtasks().stream().map(this::ofStatus).toList();
  }

  private TaskCheckpoint ofErrors(SubtaskErrors task) {
    return of(task.name(), task.stage(), access.mysql().targetCheckpoint(task.name(), sourceId));
  }

  private TaskCheckpoint ofStatus(SubtaskStatus task) {
    return of(
        task.name(),
        task.stage(),
        // A restart has brought it back Paused: it has not read its checkpoint yet.
        task.unit() == Unit.INVALID
            ? access.mysql().targetCheckpoint(task.name(), sourceId)
            : task.sync().map(SyncStatus::syncerBinlog));
  }

  private TaskCheckpoint of(String task, Stage stage, Optional<BinlogPosition> position) {
    return new TaskCheckpoint(task, stage == Stage.PAUSED, sharded.contains(task), position);
  }

  /** Returns the same problem where the checkpoint itself is not the matter. */
  static Problem unread(String task, Problem why) {
    return Problem.cannotTell(
            "the checkpoint that task "
                + task
                + " has written into its target cannot be read: "
                + why.found(),
            why.wanted(),
            why.next() + "; query-status does not show it now",
            why)
        .hintedAs(why);
  }
}
