package dmswitch.step;

import dmswitch.check.HalfTransactions;
import dmswitch.relay.RelayView;
import java.util.List;

/** Half a transaction at the end of the relay file (rule 7). */
final class HalfTransaction {
  /** What is told where the switch goes on over one of a dead old server. */
  static final String WARNING =
      "half a transaction lies at the end of the relay file; its rows are read again as a whole"
          + " from the new server and come out equal, since every replicated table has a key";

  private HalfTransaction() {}

  /** Whether one lies there, or whole ones that W does not count. */
  static boolean isThere(OpenSwitch open, RelayView relay) {
    if (!relay.binlog().hasFile()) {
      return false;
    }
    if (relay.masterGtid().map(relay.gtidW()::equals).orElse(false) && open.upstreamIsOld()) {
      // W is all that the old server has: nothing can be half received.
      return false;
    }
    return !open.relayTail(relay).isClean();
  }

  /** The replicated tables in which its rows could double. */
  static List<String> endangered(OpenSwitch open) {
    return open.site()
        .keylessTables(
            open.plan().sourceId(),
            open.plan().handledTasks().stream().map(task -> task.name()).toList());
  }

  /**
   * Before anything lets DM read such a one again.
   *
   * @param resumable whether relay could be resumed on the old server at all
   * @throws dmswitch.problem.Problem (refused) when rows could double
   */
  static void requireKeys(OpenSwitch open, boolean resumable) {
    List<String> endangered = endangered(open);
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(endangered, resumable).problem();
    }
  }
}
