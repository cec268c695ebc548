package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * After the roll start-task fails its pre-check, on the new server and on the other source of a
 * sharded task: the message has DM's reason, the operator fixes it and runs the same playbook
 * again.
 */
class StartTaskFailsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FIRST = ClusterBuilder.workerAlias(1);
  private static final String SECOND = ClusterBuilder.workerAlias(2);
  private static final String USER = "'" + Logins.DM_USER + "'@'%'";

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder
                  .secondWorker()
                  .tasks(Task.plain("app", FIRST), Task.sharded("shop", List.of(FIRST, SECOND))));

  @Test
  void preCheckFailsAfterTheRoll() {
    Cluster cluster = extension.get();
    Worker worker = cluster.worker();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    Load load = Load.start(cluster, FIRST, cluster.oldServer(), Load.Pace.QUIET.withoutDdl());
    Load other =
        Load.start(cluster, SECOND, cluster.server(Cluster.OTHER), Load.Pace.QUIET.withoutDdl());
    Rows.await(load, 50);

    // A right that the pre-flight has still seen.
    dmctl.hold("start-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("start-task", running);
    onNewServer(cluster, "REVOKE REPLICATION SLAVE ON *.* FROM " + USER);
    dmctl.release("start-task");
    requireReason(running.await(), "app", "lack of REPLICATION SLAVE privilege");
    assertEquals("", cluster.dmctl().taskStage(worker, "app"));
    onNewServer(cluster, "GRANT REPLICATION SLAVE ON *.* TO " + USER);

    // The other source lets nobody in: the plain task runs, the sharded one does not.
    dmctl.hold("start-task");
    running = run.start();
    dmctl.awaitHeld("start-task", running);
    cluster.server(Cluster.OTHER).sql().execute("ALTER USER " + USER + " ACCOUNT LOCK");
    dmctl.release("start-task");
    requireReason(running.await(), "shop", "locked");
    assertEquals("Running", cluster.dmctl().taskStage(worker, "app"));
    cluster.server(Cluster.OTHER).sql().execute("ALTER USER " + USER + " ACCOUNT UNLOCK");

    run.run().succeeded();

    load.close();
    other.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    for (Worker each : cluster.workers()) {
      assertEquals("Running", cluster.dmctl().taskStage(each, "shop"), each.alias());
    }
    SwitchJournal.requireClosed(cluster);
  }

  /** It is a replica still. */
  private static void onNewServer(Cluster cluster, String statement) {
    cluster
        .newServer()
        .sql()
        .execute("SET GLOBAL super_read_only = OFF", "SET sql_log_bin = 0", statement);
  }

  private static void requireReason(RunEnded ended, String task, String... words) {
    RunEnded.Told told = ended.stoppedMidwayIn("Step 9");
    assertTrue(told.found().startsWith("task " + task + " does not start: "), told.found());
    for (String word : words) {
      assertTrue(told.found().contains(word), told.found());
    }
    assertFalse(told.found().contains("\n"), told.found());
    assertFalse(told.found().contains("github.com/pingcap"), "a Go stack: " + told.found());
    assertTrue(told.next().contains("relay purge does not spare"), told.next());
  }
}
