package dmswitch.rescue;

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
 * @param checkpoint where it stands; nothing while DM does not tell, or tells no sub dir
 */
record TaskAt(
    String name,
    boolean runs,
    boolean pausedByOperator,
    List<String> errors,
    Optional<BinlogPosition> checkpoint) {
  TaskAt {
    errors = List.copyOf(errors);
  }

  /**
   * @param byHealing whether a healing that was cut off has paused it
   */
  static TaskAt of(SubtaskStatus status, boolean byHealing) {
    return new TaskAt(
        status.name(),
        status.stage() == Stage.RUNNING,
        status.isPausedByOperator() && !byHealing,
        status.errors().stream().map(DmError::toString).toList(),
        status
            .sync()
            .map(SyncStatus::syncerBinlog)
            .filter(position -> position.hasFile() && position.subDirSuffix().isPresent()));
  }

  /** The suffix of the sub dir that it stands in; -1 while that is not known. */
  int suffix() {
    return checkpoint.map(position -> position.subDirSuffix().getAsInt()).orElse(-1);
  }

  /** For people. */
  String at() {
    return name + " at " + checkpoint.map(Object::toString).orElse("an unknown checkpoint");
  }
}
