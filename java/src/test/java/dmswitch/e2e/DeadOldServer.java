package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** The end of the old server. */
final class DeadOldServer {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private DeadOldServer() {}

  /**
   * kill -9 under load, with commits held up for a moment so that relay and the replicas have the
   * same: one that had more would rightly be refused. Relay is Paused by the loss then.
   */
  static void killUnderLoad(Cluster cluster) {
    MySqlInstance old = cluster.oldServer();
    Load load = Load.start(cluster, cluster.worker().alias(), old, Load.Pace.USUAL);
    Rows.await(load, 50);
    try (Connection lock = old.connect();
        Statement statement = lock.createStatement()) {
      statement.execute("FLUSH TABLES WITH READ LOCK");
      for (String replica : List.of(Cluster.NEW, Cluster.THIRD)) {
        if (cluster.servers().containsKey(replica)) {
          cluster.server(replica).replication().awaitAllOf(old, LIMIT);
        }
      }
      Relay.awaitAllOf(cluster, old);
      assertTrue(load.isRunning(), () -> "the load ended: " + load.failure());
      old.kill();
    } catch (SQLException e) {
      throw new AssertionError("cannot hold up commits on the old server", e);
    }
    Await.until("the end of the load", LIMIT, () -> !load.isRunning(), () -> "it writes still");
    Relay.awaitStage(cluster, "Paused");
  }
}
