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
   * @param byRepair whether an interrupted repair has paused it
   * @param written reads the checkpoint that a task has written into its target. Used if DM reports
   *     none that names a sub dir: the task's unit could not be created, or the task is Paused
   *     since a restart of the worker
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
   * Returns the checkpoint from which the task continues; empty if none names a sub dir.
   *
   * @throws Problem (cannot tell) if DM does not report it and the target cannot be read
   */
  Optional<BinlogPosition> checkpoint() {
    return lazyCheckpoint.get();
  }

  /** Returns the {@link #checkpoint}; also empty if it cannot be read. */
  Optional<BinlogPosition> knownCheckpoint() {
    lazyCheckpoint.ask();
    return lazyCheckpoint.isKnown() ? lazyCheckpoint.get() : Optional.empty();
  }

  /** Returns the suffix of the sub dir in the checkpoint; -1 if unknown. */
  int suffix() {
    return knownCheckpoint().map(position -> position.subDirSuffix().getAsInt()).orElse(-1);
  }

  /** Returns the task's name and checkpoint for messages. */
  String at() {
    return name + " at " + knownCheckpoint().map(Object::toString).orElse("an unknown checkpoint");
  }
}
