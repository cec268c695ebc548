package dmswitch.dm;

import java.util.List;

/**
 * Progress of a subtask in unit Sync.
 *
 * @param totalEvents events replayed since the subtask started
 * @param syncerBinlog its checkpoint; moves about every 30 s, and only when something arrives
 * @param blockingDdls sharding DDLs that block it
 * @param unresolvedGroups target tables of sharding groups that wait for a DDL
 * @param synced DM's word for being caught up; often false on a caught up idle task
 */
public record SyncStatus(
    long totalEvents,
    BinlogPosition syncerBinlog,
    List<String> blockingDdls,
    List<String> unresolvedGroups,
    boolean synced) {
  public SyncStatus {
    blockingDdls = List.copyOf(blockingDdls);
    unresolvedGroups = List.copyOf(unresolvedGroups);
  }

  boolean waitsForShardingDdl() {
    return !blockingDdls.isEmpty() || !unresolvedGroups.isEmpty();
  }
}
