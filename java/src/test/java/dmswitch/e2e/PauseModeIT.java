package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code task_mode: pause}: without any task file, and without what needs one. */
class PauseModeIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void oldServerAliveAndWrittenToAllTheTime() throws IOException {
    Cluster cluster = extension.get();
    Files.delete(cluster.taskFile("app"));
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);

    switched(cluster);

    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  @Test
  void oldServerDead() throws IOException {
    Cluster cluster = extension.get();
    DeadOldServer.killUnderLoad(cluster);
    cluster.newServer().replication().promote();
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.newServer(), Load.Pace.USUAL);

    RunEnded stopping = SwitchRun.of(cluster).preflight().succeeded();
    assertEquals("warning", stopping.check("old_server_port"));
    assertTrue(
        stopping.output().contains("task_mode: pause brings the tasks back"), stopping.output());
    Files.delete(cluster.taskFile("app"));
    RunEnded run = switched(cluster);

    load.close();
    assertEquals("warning", run.check("old_server_port"));
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static RunEnded switched(Cluster cluster) {
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    RunEnded run =
        SwitchRun.of(cluster)
            .with("task_mode", "pause")
            .with("dmctl", dmctl.program().toString())
            .run()
            .succeeded();
    Set<String> ofTasks = new TreeSet<>(dmctl.commands());
    ofTasks.removeIf(command -> !command.endsWith("-task"));
    assertEquals(Set.of("pause-task", "resume-task"), ofTasks);
    assertEquals("pause", run.summary().path("task_mode").asText());
    assertEquals("app", run.summary().path("tasks").path(0).asText());
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    return run;
  }
}
