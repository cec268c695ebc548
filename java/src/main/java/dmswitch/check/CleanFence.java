package dmswitch.check;

import java.util.List;

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
    boolean half = facts.relayTail().get().map(tail -> !tail.isClean()).orElse(false);
    if (!half) {
      return Finding.passed("the relay file ends with a whole transaction");
    }
    List<String> keyless = facts.keylessTables().get();
    return keyless.isEmpty()
        ? Finding.warning(
            "the old server died in the middle of a transaction",
            "its rows are read once more from the new server; every replicated table has a key, so"
                + " they come out equal")
        : HalfTransactions.refused(keyless);
  }
}
