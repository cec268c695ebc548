package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A task sharded over two workers whose merged table has lost its key: stop-task stops it on the
 * other worker too, in the middle of the rows there. DM-Ansible reaches both workers by ssh.
 */
class KeylessShardIT {
  private static final String FIRST = ClusterBuilder.workerAlias(1);
  private static final String SECOND = ClusterBuilder.workerAlias(2);

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder.overSsh().secondWorker().tasks(Task.sharded("shop", List.of(FIRST, SECOND))));

  @Test
  void isNotStoppedWhileTheOtherSourceIsWrittenTo() {
    Cluster cluster = extension.get();
    Worker second = cluster.workers().get(1);
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    cluster.target().sql().execute("ALTER TABLE shop." + Tables.ORDERS + " DROP PRIMARY KEY");
    Load other =
        Load.start(cluster, SECOND, cluster.server(Cluster.OTHER), Load.Pace.USUAL.withoutDdl());
    Rows.await(other, 50);

    RunEnded.Told told = run.with("drain_timeout", 5).run().problem();

    assertEquals("refused", told.exitCode(), told::toString);
    assertTrue(told.found().contains(second.address()), told::toString);
    assertTrue(
        told.found()
            .contains(
                "`"
                    + Tables.ordersOnUpstream(cluster.tasks().get(0), SECOND).replace(".", "`.`")
                    + "`"),
        told::toString);
    assertTrue(told.next().contains("stop the writes to these tables"), told::toString);
    assertTrue(!dmctl.commands().contains("stop-task"), () -> dmctl.commands().toString());
    for (Worker worker : cluster.workers()) {
      assertEquals("Running", cluster.dmctl().taskStage(worker, "shop"), worker.alias());
    }

    // What it says: the writes stop there, and the same playbook runs again.
    other.close();
    assertTrue(other.failure().isEmpty(), () -> "the load ended: " + other.failure());
    RunEnded done = run.with("drain_timeout", 120).options("-vvv").run().succeeded();

    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    assertEquals(1, looks(done, FIRST, "by ansible"), done.output());
    assertTrue(looks(done, FIRST, "by ssh") > 5, done.output());
    assertTrue(looks(done, SECOND, "by ansible") > 0, done.output());
  }

  private static long looks(RunEnded run, String alias, String way) {
    String line = "look at the host of " + alias + " " + way;
    return run.output().lines().filter(each -> each.strip().startsWith(line)).count();
  }
}
