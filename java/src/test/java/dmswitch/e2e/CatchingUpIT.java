package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * E trails W: not caught up in time after the fence, the switch goes back; caught up while the next
 * run waits, it is made. ({@link RefusalIT} has an E that trails before anything was touched.)
 */
class CatchingUpIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void goesBackWhenNotCaughtUpAndIsMadeWhenCaughtUp() {
    Cluster cluster = extension.get();
    MySqlInstance old = cluster.oldServer();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    Load load = Load.start(cluster, cluster.worker().alias(), old, Load.Pace.USUAL);
    Rows.await(load, 50);
    Untouched untouched = Untouched.of(cluster);

    dmctl.hold("pause-relay");
    SwitchRun.Running first = run.with("catch_up_timeout", 5).start();
    dmctl.awaitHeld("pause-relay", first);
    // All checks have passed; now the new server stands still, and the old one continues.
    cluster.newServer().sql().execute("STOP SLAVE SQL_THREAD");
    long executed = lastTransaction(cluster.newServer(), old.uuid());
    Rows.await(load, load.transactions() + 20);
    load.close();
    Relay.awaitAllOf(cluster, old);
    dmctl.release("pause-relay");
    RunEnded ended = first.await();

    RunEnded.Told told = ended.problem();
    assertTrue(told.task().contains("Step 2 of 9"), told.task());
    assertEquals(1, told.rc());
    String missing =
        old.uuid() + ":" + (executed + 1) + "-" + lastTransaction(old, old.uuid()) + " (waited 5 s";
    assertTrue(told.found().contains(missing), () -> missing + " is not said:\n" + told.text());
    assertTrue(told.next().contains("let the new server catch up"), told::text);
    assertTrue(
        ended.output().contains("state:  relay runs again, everything is as before"),
        ended::output);
    untouched.requireWentBack();
    Rows.requireFlow(cluster, old, 30);

    // What was printed is done: it catches up, and the same is run again.
    logStatements(cluster.newServer());
    Load during = Load.start(cluster, cluster.worker().alias(), old, Load.Pace.USUAL);
    SwitchRun.Running second = run.start();
    awaitWaiting(cluster.newServer(), second);
    cluster.newServer().sql().execute("START SLAVE SQL_THREAD");
    second.await().succeeded();

    during.close();
    assertTrue(during.failure().isEmpty(), () -> "the load ended: " + during.failure());
    cluster.newServer().replication().awaitAllOf(old, LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 30);
  }

  private static long lastTransaction(MySqlInstance server, String uuid) {
    for (String part : server.replication().executed().split(",", -1)) {
      if (part.startsWith(uuid)) {
        return Long.parseLong(part.substring(part.lastIndexOf('-') + 1));
      }
    }
    throw new AssertionError("nothing of " + uuid + " on the server at " + server.port());
  }

  private static void logStatements(MySqlInstance server) {
    server.sql().execute("SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = ON");
  }

  /** Until the run has asked so often for gtid_executed that it can only be waiting for it. */
  private static void awaitWaiting(MySqlInstance server, SwitchRun.Running run) {
    Await.until(
        "the run to wait for the new server",
        LIMIT,
        () ->
            Integer.parseInt(
                        server
                            .sql()
                            .value(
                                "SELECT COUNT(*) FROM mysql.general_log WHERE user_host LIKE '"
                                    + Logins.DM_USER
                                    + "[%' AND argument LIKE '%gtid\\_executed%'"))
                    >= 10
                || !run.process().isAlive(),
        run::output);
    assertTrue(run.process().isAlive(), run::output);
  }
}
