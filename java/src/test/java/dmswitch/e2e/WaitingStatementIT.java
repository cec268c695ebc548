package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tables without a key while a statement of the task waits in the target: the task's counters stand
 * still, as at rest, but stopped now, it would apply rows of the last half minute twice.
 */
class WaitingStatementIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void aStatementThatWaitsInTheTargetLooksLikeRest() throws SQLException {
    refusedWhileAStatementWaits(
        "app." + Tables.AUDIT, "INSERT INTO app." + Tables.AUDIT + " VALUES (NOW(3), 'row', 1)");
  }

  /** The upstream has the key; DM builds its statements from the target's. */
  @Test
  void aKeyThatOnlyTheUpstreamHas() throws SQLException {
    extension
        .get()
        .target()
        .sql()
        .execute("ALTER TABLE app." + Tables.SESSIONS + " DROP INDEX by_token");
    refusedWhileAStatementWaits(
        "app." + Tables.SESSIONS,
        "INSERT INTO app." + Tables.SESSIONS + " VALUES (MD5(RAND()), 1, NOW(3))");
  }

  private void refusedWhileAStatementWaits(String table, String insert) throws SQLException {
    Cluster cluster = extension.get();
    Rows.requireFlow(cluster, cluster.oldServer(), 50);
    RunEnded refused;
    try (Connection locker = cluster.target().connect();
        Statement lock = locker.createStatement()) {
      lock.execute("LOCK TABLES app." + Tables.ORDERS + " WRITE");
      for (int i = 0; i < 20; i++) {
        cluster.oldServer().sql().execute(insert);
      }
      long rows = count(cluster.oldServer(), table);
      cluster
          .oldServer()
          .sql()
          .execute("UPDATE app." + Tables.ORDERS + " SET amount = amount + 1 LIMIT 1");
      Await.until(
          "the rows of " + table,
          LIMIT,
          () -> count(cluster.target(), table) == rows,
          () -> count(cluster.target(), table) + " of " + rows);

      refused = SwitchRun.of(cluster).with("drain_timeout", 5).run();
    }

    RunEnded.Told told = refused.problem();
    assertEquals("refused", told.exitCode(), told::toString);
    assertTrue(told.found().contains("`" + table.replace(".", "`.`") + "`"), told::toString);
    assertTrue(
        told.next().contains("run again with a drain_timeout of at least 120"), told::toString);
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertEquals("Running", Relay.stage(cluster), "it goes back on its own");
    SwitchRun.of(cluster).with("drain_timeout", 120).run().succeeded();
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static long count(MySqlInstance server, String table) {
    return Long.parseLong(server.sql().value("SELECT COUNT(*) FROM " + table));
  }
}
