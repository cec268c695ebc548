package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The old server is dead, the tasks are stopped, and then the new server is lost too: before the
 * worker is rolled, while it is (then it is down, and cannot start: without flavor a dm-worker asks
 * its upstream first), and once relay is there. Each time another server of the cluster takes over.
 */
class LostNewServerIT {
  /** Its port answers when it is dead, as that of a TCP proxy does. */
  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder -> builder.thirdServer().haproxy().waitTimeout(Duration.ofSeconds(10)));

  @Test
  void theSwitchGoesOnToAnother() throws IOException {
    Cluster cluster = extension.get();
    // As in the inventory.ini of DM-Ansible.
    Path variables = cluster.dmAnsible().resolve("group_vars/dm_worker_servers.yml");
    Files.writeString(variables, Files.readString(variables).replaceAll("(?m)^flavor:.*\n", ""));
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
    JsonNode oldServer = plannedOldServer(cluster);

    RunEnded back = SwitchRun.rollback(cluster).run();
    assertTrue(back.problem().next().contains("or to another one"), back.output());

    // It comes back, and is lost again in the middle of the roll.
    cluster.newServer().start();
    WatchedSystemctl systemctl = WatchedSystemctl.of(cluster);
    systemctl.hold("start");
    running = run.start();
    systemctl.awaitHeld("start", running);
    cluster.newServer().kill();
    systemctl.release("start");
    told = running.await().stoppedMidwayIn("Step 7");
    assertTrue(told.found().contains("wait for dm-worker up"), told.found());
    assertTrue(
        told.next().contains("if the new server is lost, run it with another one"), told.next());
    back = SwitchRun.rollback(cluster).run();
    assertTrue(back.problem().next().contains("or to another one"), back.output());

    SwitchRun other =
        SwitchRun.of(cluster, third)
            .with("dmctl", dmctl.program().toString())
            .with("start_timeout", 5);
    RunEnded fit = other.preflight().succeeded();
    assertEquals("warning", fit.check("old_server_port"), "not that of the new one");
    dmctl.hold("start-task");
    running = other.start();
    dmctl.awaitHeld("start-task", running);
    assertTrue(Relay.subDir(cluster).startsWith(third.uuid()), Relay.subDir(cluster));
    assertEquals(oldServer, plannedOldServer(cluster), "not the state of the new one");

    // Relay is on the third, and that is lost as well.
    third.kill();
    dmctl.release("start-task");
    told = running.await().stoppedMidwayIn("Step 9");
    assertTrue(told.next().contains("run it with another one"), told.next());
    cluster.newServer().start();
    cluster.newServer().replication().promote();
    RunEnded ended = run.run().succeeded();

    assertTrue(ended.output().contains("continues with it to another new server"), ended.output());
    String subDir = Relay.subDir(cluster);
    assertTrue(subDir.startsWith(cluster.newServer().uuid()), subDir);
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    SwitchJournal.requireClosed(cluster);
    assertEquals(1, dmctl.commands().stream().filter("stop-task"::equals).count());
  }

  /** As the plan of the open switch has it. */
  private static JsonNode plannedOldServer(Cluster cluster) throws IOException {
    String plan = SwitchJournal.files(cluster).get("plan.json");
    JsonNode oldServer = new ObjectMapper().readTree(plan).path("old_server");
    assertTrue(oldServer.path("answers").isTextual(), plan);
    return oldServer;
  }
}
