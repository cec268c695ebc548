package dmswitch.dm;

import java.util.List;
import java.util.Optional;

/**
 * State of a task on one worker.
 *
 * @param name the task
 * @param canceled whether it was paused by a command
 * @param errors why it paused, if not by a command
 * @param unresolvedDdlLockId empty when there is no sharding DDL lock
 * @param sync progress; only in unit Sync
 */
public record SubtaskStatus(
    String name,
    Stage stage,
    Unit unit,
    boolean canceled,
    List<DmError> errors,
    String unresolvedDdlLockId,
    Optional<SyncStatus> sync) {
  public SubtaskStatus {
    errors = List.copyOf(errors);
  }

  /** Running in unit Sync, without errors. */
  public boolean isSyncing() {
    return stage == Stage.RUNNING && unit == Unit.SYNC && errors.isEmpty();
  }

  /** Paused, and not by an error: an operator wanted it so. */
  public boolean isPausedByOperator() {
    return stage == Stage.PAUSED && errors.isEmpty();
  }

  /** Waits for a sharding DDL: a lock, a DDL that blocks, or a sharding group not resolved. */
  public boolean waitsForShardingDdl() {
    return !unresolvedDdlLockId.isEmpty()
        || sync.map(SyncStatus::waitsForShardingDdl).orElse(false);
  }
}
