package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.load.RowJudge;
import dmswitch.sandbox.load.Verdict;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.time.Duration;
import java.util.Map;

/** The judge: the target's rows against the new primary's, nothing lost, nothing doubled. */
final class Rows {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Rows() {}

  /** Fails unless the target comes to have exactly the rows of {@code primary}. */
  static Verdict requireEqual(Cluster cluster, MySqlInstance primary) {
    Verdict verdict =
        new RowJudge(cluster, Map.of(cluster.worker().alias(), primary)).awaitSettled(LIMIT);
    assertTrue(verdict.isEqual(), verdict::toString);
    assertTrue(verdict.rows() > 0, "no rows at all prove nothing");
    return verdict;
  }

  /** Writes at least {@code transactions} there, then judges: later rows arrive as well. */
  static Verdict requireFlow(Cluster cluster, MySqlInstance primary, int transactions) {
    Load load = Load.start(cluster, cluster.worker().alias(), primary, Load.Pace.USUAL);
    await(load, transactions);
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    return requireEqual(cluster, primary);
  }

  /** Waits until the load has done so many transactions. */
  static void await(Load load, long transactions) {
    Await.until(
        transactions + " transactions",
        LIMIT,
        () -> load.transactions() >= transactions || !load.isRunning(),
        () -> load.transactions() + " were done");
    assertTrue(
        load.transactions() >= transactions, () -> "the load ended early: " + load.failure());
  }
}
