package dmswitch.check;

import dmswitch.dm.BinlogPosition;
import java.util.Optional;

/**
 * Where a task on the worker will continue when it is started again.
 *
 * @param task its name
 * @param paused whether it is Paused
 * @param sharded whether it is spread over several workers
 * @param position its checkpoint; empty if none was ever written
 */
public record TaskCheckpoint(
    String task, boolean paused, boolean sharded, Optional<BinlogPosition> position) {

  /**
   * Returns whether the checkpoint names its relay sub dir. DM looks for any other one in the
   * newest sub dir.
   */
  public boolean namesSubDir() {
    return position.map(at -> at.subDirSuffix().isPresent()).orElse(false);
  }
}
