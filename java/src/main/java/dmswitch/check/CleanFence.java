package dmswitch.check;

import dmswitch.dmansible.RelayTail;
import java.util.List;
import java.util.Optional;

/**
 * With a dead old server: whether its relay file ends in half a transaction, and whether rows could
 * double (rule 7).
 */
final class CleanFence implements Check {
  @Override
  public String name() {
    return "half_transaction";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.oldServerAlive() || facts.relay().get().isRunning()) {
      return Finding.passed("judged at the fence");
    }
    Optional<RelayTail.State> tail = facts.relayTail().get().map(RelayTail::state);
    if (facts.relay().get().stage().isEmpty()
        && tail.filter(RelayTail.State.UNCOUNTED::equals).isPresent()) {
      // relay.meta lags by up to 30 s behind a relay that lives on.
      return Finding.passed("judged at the fence, once relay.meta is up to date");
    }
    if (tail.orElse(RelayTail.State.CLEAN) == RelayTail.State.CLEAN) {
      return Finding.passed("the relay file ends with a whole transaction");
    }
    List<String> keyless = facts.keylessTables().get();
    return keyless.isEmpty()
        ? Finding.warning(
            "relay's file ends in half a transaction of the lost old server, or in what W does not"
                + " count",
            "its rows are read once more from the new server; every replicated table has a key, so"
                + " they come out equal")
        : HalfTransactions.refused(keyless);
  }
}
