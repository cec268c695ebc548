package dmswitch.step;

import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/** Half a transaction at the end of the relay file (rule 7). */
final class HalfTransaction {
  /** What is told where the switch goes on over one of a dead old server. */
  static final String WARNING =
      "half a transaction lies at the end of the relay file; its rows are read again as a whole"
          + " from the new server and come out equal, since their tables have keys";

  private HalfTransaction() {}

  /** What lies there where it is not clean: a half, or whole ones that W does not count. */
  static Optional<RelayTail> find(OpenSwitch open, RelayView relay) {
    if (!relay.binlog().hasFile()) {
      return Optional.empty();
    }
    if (relay.masterGtid().map(relay.gtidW()::equals).orElse(false) && open.upstreamIsOld()) {
      // W is all that the old server has: nothing can be half received.
      return Optional.empty();
    }
    return Optional.of(open.relayTail(relay)).filter(tail -> !tail.isClean());
  }

  /** The replicated tables in which its rows could double. */
  static List<Table> endangered(OpenSwitch open, RelayTail half) {
    return half.among(open.keylessTables());
  }

  /**
   * Before anything lets DM read such a one again.
   *
   * @param resumable whether relay could be resumed on the old server at all
   * @throws dmswitch.problem.Problem (refused) when rows could double
   */
  static void requireKeys(OpenSwitch open, RelayTail half, boolean resumable) {
    List<Table> endangered = endangered(open, half);
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(endangered, resumable).problem();
    }
  }
}
