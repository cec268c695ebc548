package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.DmError;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import java.util.List;
import java.util.Optional;

/**
 * A task on the worker.
 *
 * @param pausedByOperator whether it is Paused without an error
 * @param errors why it is Paused otherwise
 * @param checkpoint empty while DM does not report it, or without its sub dir
 */
record ObservedTask(
    String name,
    boolean runs,
    boolean pausedByOperator,
    List<String> errors,
    Optional<BinlogPosition> checkpoint) {
  ObservedTask {
    errors = List.copyOf(errors);
  }

  /**
   * @param byRepair whether a repair that was cut off has paused it
   */
  static ObservedTask of(SubtaskStatus status, boolean byRepair) {
    return new ObservedTask(
        status.name(),
        status.stage() == Stage.RUNNING,
        status.isPausedByOperator() && !byRepair,
        status.errors().stream().map(DmError::toString).toList(),
        status
            .sync()
            .map(SyncStatus::syncerBinlog)
            .filter(position -> position.hasFile() && position.subDirSuffix().isPresent()));
  }

  /** Returns the suffix of the sub dir in its checkpoint; -1 while that is not known. */
  int suffix() {
    return checkpoint.map(position -> position.subDirSuffix().getAsInt()).orElse(-1);
  }

  /** Names the task with its checkpoint, for people. */
  String at() {
    return name + " at " + checkpoint.map(Object::toString).orElse("an unknown checkpoint");
  }
}
