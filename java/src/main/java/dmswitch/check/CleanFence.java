package dmswitch.check;

import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.util.List;

/**
 * Of a relay that does not run: what lies behind W in its file, and whether rows could double (rule
 * 7). Only the file tells: W equal to the old server's gtid_executed proves nothing, since MySQL
 * sends a transaction before it adds it there.
 *
 * <p>Whole transactions behind W are final where the worker tells W. Where relay.meta tells it,
 * that may lag by up to 30 s, so only a transaction without its end is judged now, the rest at the
 * fence.
 */
final class CleanFence implements Check {
  static final String NAME = "half_transaction";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Finding judge(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (relay.isRunning()) {
      return Finding.passed("judged at the fence");
    }
    RelayTail tail = facts.relay().behindW();
    if (tail.isClean()) {
      return Finding.passed("relay's file ends where W does");
    }
    boolean lagging = relay.stage().isEmpty();
    if (lagging && tail.half().isEmpty()) {
      return Finding.passed("judged at the fence, once relay.meta is up to date");
    }
    List<Table> endangered =
        lagging ? tail.halfChanges().among(facts.tasks().keylessTables().get()) : endangered(facts);
    if (!endangered.isEmpty()) {
      return HalfTransactions.refused(
          tail.description(),
          endangered,
          facts.oldServerAlive() && facts.relay().head().get().filter(Hole::isRisky).isEmpty());
    }
    return facts.oldServerAlive()
        ? Finding.passed("relay takes in first what lies behind W: " + tail.description())
        : Finding.warning(
            "behind W in relay's file lies " + tail.description() + ", of the lost old server",
            "its rows are read once more from the new server and come out equal, since their tables"
                + " have keys"
                + (tail.uncounted().tableStatements().isEmpty()
                    ? ""
                    : "; tasks execute these statements once more, and may stop at one: "
                        + String.join(", ", tail.uncounted().tableStatements())));
  }

  /** The tables whose rows could double; none where relay's file ends where W does. */
  static List<Table> endangered(Facts facts) {
    RelayTail tail = facts.relay().behindW();
    return tail.isClean() ? List.of() : tail.among(facts.tasks().keylessTables().get());
  }
}
