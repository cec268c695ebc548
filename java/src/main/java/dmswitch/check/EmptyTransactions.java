package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.mysql.TransactionScan;
import dmswitch.problem.Problem;

/**
 * Where the old server is lost, the transactions beyond W that came to the new server by
 * replication hold something there: one without content is what a filter or a skipped error leaves.
 * What was left out of a transaction in part does not show.
 */
final class EmptyTransactions implements Check {
  @Override
  public String name() {
    return "empty_transactions";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.oldServerAlive()) {
      return Finding.passed("relay takes what W lacks from the old server itself");
    }
    GtidSet beyond = SkippedErrors.replicatedBeyondW(facts);
    if (beyond.isEmpty()) {
      return Finding.passed("W has all that the new server has replicated");
    }
    Server server = facts.newServer().server().get();
    TransactionScan scan;
    try {
      scan = server.scanTransactions(beyond);
    } catch (Problem notShown) {
      return Finding.lastingWarning(
          "it cannot be seen whether the new server holds the rows of transactions that W lacks: "
              + notShown.found(),
          "compare its rows with the target's after the switch (sync_diff_inspector)");
    }
    if (scan.empty().isEmpty()) {
      return Finding.passed(
          scan.seen().contains(beyond)
              ? "no transaction beyond W that the new server has replicated is empty there"
              : "none of these transactions is empty on the new server; others beyond W were not"
                  + " looked at: "
                  + scan.seen());
    }
    String found =
        "the new server has replicated transactions that W lacks, and these are empty there: "
            + scan.empty();
    return server.replicationFilters().unseen().isEmpty()
        ? Finding.lastingWarning(
            found + "; its filters name no replicated table",
            "compare its rows with the target's after the switch (sync_diff_inspector): their"
                + " changes were skipped there, or they were written so")
        : Finding.cannotTell(
            found + ", as its replication filters leave them, which it does not show now",
            "transactions beyond W that hold their rows, or filters that name no replicated table",
            ReplicationFilters.SHOW_THEM + ", or choose another server");
  }
}
