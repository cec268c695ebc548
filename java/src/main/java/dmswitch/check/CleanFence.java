package dmswitch.check;

import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/**
 * Of a relay that does not run: whether its file ends in half a transaction, and whether rows could
 * double (rule 7).
 */
final class CleanFence implements Check {
  static final String NAME = "half_transaction";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Finding judge(Facts facts) {
    RelayView relay = facts.relay().get();
    if (relay.isRunning()) {
      return Finding.passed("judged at the fence");
    }
    if (relay.stage().isEmpty()
        && tail(facts).filter(RelayTail.State.UNCOUNTED::equals).isPresent()) {
      // relay.meta lags by up to 30 s behind a relay that lives on.
      return Finding.passed("judged at the fence, once relay.meta is up to date");
    }
    if (isClean(facts)) {
      return Finding.passed("the relay file ends with a whole transaction");
    }
    List<Table> endangered = endangered(facts);
    if (!endangered.isEmpty()) {
      return HalfTransactions.refused(
          endangered,
          facts.oldServerAlive() && facts.relayHead().get().filter(Hole::isRisky).isEmpty());
    }
    return facts.oldServerAlive()
        ? Finding.passed("relay takes in the rest of the half transaction at its end first")
        : Finding.warning(
            "relay's file ends in half a transaction of the lost old server, or in what W does not"
                + " count",
            "its rows are read once more from the new server and come out equal, since their tables"
                + " have keys");
  }

  /** The tables whose rows could double; none where relay's file ends with a whole transaction. */
  static List<Table> endangered(Facts facts) {
    return isClean(facts)
        ? List.of()
        : facts.relayTail().get().orElseThrow().among(facts.keylessTables().get());
  }

  private static boolean isClean(Facts facts) {
    RelayView relay = facts.relay().get();
    // W is all that the old server has: nothing can be half received.
    return (relay.masterGtid().map(relay.gtidW()::equals).orElse(false)
            && !facts.upstreamReplaced())
        || tail(facts).orElse(RelayTail.State.CLEAN) == RelayTail.State.CLEAN;
  }

  private static Optional<RelayTail.State> tail(Facts facts) {
    return facts.relayTail().get().map(RelayTail::state);
  }
}
