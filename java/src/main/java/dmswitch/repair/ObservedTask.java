package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.DmError;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A task on the worker.
 *
 * @param pausedByOperator whether it is Paused without an error
 * @param errors why it is Paused otherwise
 * @param lazyCheckpoint see {@link #checkpoint}
 */
record ObservedTask(
    String name,
    boolean runs,
    boolean pausedByOperator,
    List<String> errors,
    Lazy<Optional<BinlogPosition>> lazyCheckpoint) {
  ObservedTask {
    errors = List.copyOf(errors);
  }

  /**
   * @param byRepair whether a repair that was cut off has paused it
   * @param written reads the checkpoint that a task has written into its target, where DM reports
   *     none that names a sub dir: the unit of the task could not be made, or a restart of the
   *     worker has left it Paused
   */
  static ObservedTask of(
      SubtaskStatus status, boolean byRepair, Function<String, Optional<BinlogPosition>> written) {
    return new ObservedTask(
        status.name(),
        status.stage() == Stage.RUNNING,
        status.isPausedByOperator() && !byRepair,
        status.errors().stream().map(DmError::toString).toList(),
        new Lazy<>(
            () ->
                status
                    .sync()
                    .map(SyncStatus::syncerBinlog)
                    .filter(ObservedTask::namesSubDir)
                    .or(() -> written.apply(status.name()).filter(ObservedTask::namesSubDir))));
  }

  private static boolean namesSubDir(BinlogPosition at) {
    return at.hasFile() && at.subDirSuffix().isPresent();
  }

  /**
   * Returns where it goes on; empty when it has no checkpoint that names a sub dir.
   *
   * @throws Problem (cannot tell) when DM does not report it and the target cannot be read
   */
  Optional<BinlogPosition> checkpoint() {
    return lazyCheckpoint.get();
  }

  /** Returns its {@link #checkpoint}, empty also when that cannot be read. */
  Optional<BinlogPosition> knownCheckpoint() {
    lazyCheckpoint.ask();
    return lazyCheckpoint.isKnown() ? lazyCheckpoint.get() : Optional.empty();
  }

  /** Returns the suffix of the sub dir in its checkpoint; -1 when that is not known. */
  int suffix() {
    return knownCheckpoint().map(position -> position.subDirSuffix().getAsInt()).orElse(-1);
  }

  /** Names the task with its checkpoint, for people. */
  String at() {
    return name + " at " + knownCheckpoint().map(Object::toString).orElse("an unknown checkpoint");
  }
}
