package dmswitch.check;

import dmswitch.dm.BinlogPosition;
import java.util.Optional;

/**
 * Where a task on the worker will go on when it is started again.
 *
 * @param task its name
 * @param paused whether it is Paused
 * @param sharded whether it is spread over several workers
 * @param position its checkpoint; empty when none was ever written
 */
public record TaskCheckpoint(
    String task, boolean paused, boolean sharded, Optional<BinlogPosition> position) {

  /** Whether it says in which relay sub dir it lies. DM takes any other to lie in the newest. */
  public boolean namesSubDir() {
    return position.map(at -> at.subDirSuffix().isPresent()).orElse(false);
  }
}
