package dmswitch.dm;

import java.util.List;
import java.util.Set;

/**
 * A sharding DDL that waits for some worker.
 *
 * @param owner the worker that will execute it
 * @param synced workers that have met the DDL
 * @param unsynced workers that it waits for; empty while it is being resolved
 */
public record DdlLock(
    String id,
    String task,
    String owner,
    List<String> ddls,
    Set<String> synced,
    Set<String> unsynced) {
  public DdlLock {
    ddls = List.copyOf(ddls);
    synced = Set.copyOf(synced);
    unsynced = Set.copyOf(unsynced);
  }
}
