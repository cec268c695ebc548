package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole switch while the old server lives and is written to: there with tasks that are stopped,
 * and back, to a replica of the primary by then, with tasks that are paused. The inventory is not
 * of the usual name: there ansible.cfg names it, back dm_inventory does. With a dead old server:
 * {@link NoCheckpointIT} and {@link RollbackIT}.
 */
class SwitchIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void thereWithStoppedTasksAndBackWithPausedOnes() throws IOException {
    Cluster cluster = extension.get();
    MySqlInstance first = cluster.oldServer();
    MySqlInstance second = cluster.newServer();
    Path hosts = inventoryByAnsibleCfg(cluster);
    String unused = Files.readString(cluster.inventory());

    RunEnded there = switched(cluster, first, second, SwitchRun.of(cluster).options("--diff"));

    assertEquals("stop", there.summary().path("task_mode").asText());
    assertTrue(Files.readString(hosts).contains("mysql_port=" + second.port()), "the edited one");
    assertTrue(there.output().contains("[defaults] forks: 7 (DM-Ansible 1.0.7: not set)"));
    Files.writeString(
        cluster.dmAnsible().resolve("ansible.cfg"), "[defaults]\ngathering = explicit\n");

    first.replication().from(second);
    Files.delete(cluster.taskFile("app"));
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun pausing =
        SwitchRun.of(cluster, first)
            .with("task_mode", "pause")
            .with("dm_inventory", cluster.dmAnsible().relativize(hosts).toString())
            .with("dmctl", dmctl.program().toString());

    RunEnded back = switched(cluster, second, first, pausing);

    assertEquals("pause", back.summary().path("task_mode").asText());
    dmctl.requireTasksOnlyPaused();
    assertTrue(Files.readString(hosts).contains("mysql_port=" + first.port()), "the edited one");
    assertEquals(unused, Files.readString(cluster.inventory()));
  }

  /** The inventory elsewhere, by ansible.cfg; that of the usual name is of no cluster any more. */
  private static Path inventoryByAnsibleCfg(Cluster cluster) throws IOException {
    Path hosts =
        Files.createDirectory(cluster.dmAnsible().resolve("our prod")).resolve("hosts.ini");
    Files.move(cluster.inventory(), hosts);
    Files.writeString(cluster.inventory(), "[dm_worker_servers]\nnobody\n");
    Path config = cluster.dmAnsible().resolve("ansible.cfg");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "inventory = inventory.ini", "inventory = ./our prod/hosts.ini ; ours\nforks = 7"));
    return hosts;
  }

  /** Runs the switch under load, makes the new server the primary, and judges. */
  private static RunEnded switched(
      Cluster cluster, MySqlInstance from, MySqlInstance to, SwitchRun run) {
    Load load = Load.start(cluster, cluster.worker().alias(), from, Load.Pace.USUAL);
    Rows.await(load, 50);

    RunEnded ended = run.run().succeeded();

    long during = load.transactions();
    assertTrue(during > 100, () -> "written to all the time, but only " + during);
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    to.replication().awaitAllOf(from, LIMIT);
    to.replication().promote();
    Rows.requireFlow(cluster, to, 50);
    assertTrue(Relay.subDir(cluster).startsWith(to.uuid()), Relay.subDir(cluster));
    assertEquals("Running", Relay.stage(cluster));
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertEquals("app", ended.summary().path("tasks").path(0).asText());
    String notYet = ended.summary().path("not_yet_proven").toString();
    assertFalse(notYet.contains("sends its binlog"), notYet);
    return ended;
  }
}
