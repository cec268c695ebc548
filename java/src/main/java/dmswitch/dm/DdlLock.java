package dmswitch.dm;

import java.util.Set;

/**
 * A sharding DDL that waits for some worker.
 *
 * @param id DM's id of the lock
 * @param task the task that it is in
 * @param unsynced workers that it waits for; empty while it is being resolved
 */
public record DdlLock(String id, String task, Set<String> unsynced) {
  public DdlLock {
    unsynced = Set.copyOf(unsynced);
  }
}
