package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The old server is dead, the tasks are stopped, the inventory is edited, and then the new server
 * is lost too: a third one of the cluster takes over.
 */
class LostNewServerIT {
  /** Its port answers when it is dead, as that of a TCP proxy does. */
  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(builder -> builder.thirdServer().haproxy());

  @Test
  void theSwitchGoesOnToAnother() throws IOException {
    Cluster cluster = extension.get();
    MySqlInstance third = cluster.server(Cluster.THIRD);
    String inventory = Files.readString(cluster.inventory());
    assertEquals(
        "passed", SwitchRun.of(cluster).preflight().succeeded().check("old_server_port"), "alive");
    DeadOldServer.killUnderLoad(cluster);
    third.replication().promote();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    dmctl.hold("stop-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("stop-task", running);
    // What stop-task waits for was judged before.
    cluster.newServer().kill();
    dmctl.release("stop-task");
    RunEnded stopped = running.await();
    assertEquals("warning", stopped.check("old_server_port"));
    RunEnded.Told told = stopped.stoppedMidwayIn("Step 7");
    assertTrue(
        told.next().contains("if the new server is lost, run it with another one"), told.next());
    assertFalse(inventory.equals(Files.readString(cluster.inventory())), "not edited");

    RunEnded back = SwitchRun.rollback(cluster).run();
    assertTrue(back.problem().next().contains("or to another one"), back.output());

    SwitchRun other = SwitchRun.of(cluster, third).with("dmctl", dmctl.program().toString());
    assertEquals(0, other.preflight().status(), "the third one is fit");
    RunEnded ended = other.run().succeeded();

    assertTrue(ended.output().contains("goes on with it to another new server"), ended.output());
    assertTrue(Relay.subDir(cluster).startsWith(third.uuid()), Relay.subDir(cluster));
    Rows.requireFlow(cluster, third, 50);
    SwitchJournal.requireClosed(cluster);
    assertEquals(1, dmctl.commands().stream().filter("stop-task"::equals).count());
  }
}
