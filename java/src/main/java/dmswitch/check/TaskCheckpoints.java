package dmswitch.check;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Refuses checkpoints that name no relay sub dir, and describes how each gets one. */
public final class TaskCheckpoints {
  private TaskCheckpoints() {}

  /**
   * The worker and the servers around the checkpoints.
   *
   * @param worker HOST:PORT as DM knows the worker
   * @param oldServer HOST:PORT
   * @param oldServerAlive whether it answers
   * @param newest relay's newest sub dir
   */
  public record Place(
      String worker, String oldServer, boolean oldServerAlive, RelaySubDir newest) {}

  /** Returns the refusal of checkpoints that name no sub dir; empty if all name one. */
  public static Optional<Problem> refusal(List<TaskCheckpoint> checkpoints, Place place) {
    List<TaskCheckpoint> loose =
        checkpoints.stream().filter(checkpoint -> !checkpoint.namesSubDir()).toList();
    if (loose.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.refused(
                "the checkpoint names no relay sub dir: "
                    + loose.stream().map(TaskCheckpoints::shown).collect(Collectors.joining(", "))
                    + "; DM would look for it in the new server's sub dir, and rows would be lost",
                "a checkpoint with the sub dir in its name, such as (mysql-bin"
                    + suffix(place.newest())
                    + ".000001, 4), of every task, Paused or not",
                loose.stream()
                        .map(checkpoint -> next(checkpoint, place))
                        .collect(Collectors.joining("; "))
                    + "; then run again")
            .namingRerun());
  }

  /** Names the task and its checkpoint. */
  static String shown(TaskCheckpoint checkpoint) {
    return checkpoint.task()
        + " "
        + checkpoint.position().map(BinlogPosition::toString).orElse("(none was written)");
  }

  private static String suffix(RelaySubDir subDir) {
    return String.format(Locale.ROOT, "|%06d", subDir.suffix());
  }

  private static String next(TaskCheckpoint checkpoint, Place place) {
    String written = written(checkpoint, place) + doubt(checkpoint, place);
    return place.oldServerAlive()
        ? written
        : "for "
            + checkpoint.task()
            + " no command is safe while the old server is down: bring it back, and "
            + written
            + "; if it does not come back, "
            + withoutOldServer(checkpoint, place);
  }

  /**
   * Returns how to make DM write the checkpoint with its sub dir, by a transaction on the old
   * server.
   */
  private static String written(TaskCheckpoint checkpoint, Place place) {
    String onWorker = " -w " + place.worker() + " " + checkpoint.task();
    return (checkpoint.paused() ? "resume-task" + onWorker + ", " : "")
        + "change a row of a table that "
        + checkpoint.task()
        + " replicates, on the old server "
        + place.oldServer()
        + ", wait (a minute or two) until syncerBinlog of "
        + checkpoint.task()
        + " in query-status -w "
        + place.worker()
        + " begins with the file's base name and "
        + suffix(place.newest())
        + (checkpoint.paused() ? ", pause-task" + onWorker : "");
  }

  /**
   * Returns the condition for a Paused task. Only a task that is started reads the name; a running
   * one knows its sub dir.
   */
  private static String doubt(TaskCheckpoint checkpoint, Place place) {
    return checkpoint.paused() && place.newest().suffix() > 1
        ? " (only if "
            + place.newest()
            + " was relay's newest sub dir when the task was started, see \"start to parse relay"
            + " log files\" in the worker's log; if it was not, no safe command is known)"
        : "";
  }

  /** Returns the way without the old server: DM accepts a sub dir in the task file's meta too. */
  private static String withoutOldServer(TaskCheckpoint checkpoint, Place place) {
    Optional<BinlogPosition> at = checkpoint.position().filter(BinlogPosition::hasFile);
    if (checkpoint.sharded() || at.isEmpty() || place.newest().suffix() > 1) {
      return "no safe command is known: with the task stopped, its checkpoint in the target (in"
          + " meta-schema, table "
          + checkpoint.task()
          + "_syncer_checkpoint) could only be corrected by hand, with great care";
    }
    BinlogPosition named =
        new BinlogPosition(
            at.get().file(), OptionalInt.of(place.newest().suffix()), at.get().position());
    return "stop-task -w "
        + place.worker()
        + " "
        + checkpoint.task()
        + ", give its file task-mode: incremental, remove-meta: true and the meta binlog-name: \""
        + named.name()
        + "\", binlog-pos: "
        + named.position()
        + ", switch without it, start-task -w "
        + place.worker()
        + " with that file after the switch, and then set remove-meta: false";
  }
}
