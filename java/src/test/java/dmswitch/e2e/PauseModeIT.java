package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code task_mode: pause}: without any task file, and without what needs one. (With a dead old
 * server: {@link RollbackIT}.)
 */
class PauseModeIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void oldServerAliveAndWrittenToAllTheTime() throws IOException {
    Cluster cluster = extension.get();
    Files.delete(cluster.taskFile("app"));
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);

    WatchedDmctl dmctl = WatchedDmctl.of(cluster);

    RunEnded run =
        SwitchRun.of(cluster)
            .with("task_mode", "pause")
            .with("dmctl", dmctl.program().toString())
            .run()
            .succeeded();

    load.close();
    dmctl.requireTasksOnlyPaused();
    assertEquals("pause", run.summary().path("task_mode").asText());
    assertEquals("app", run.summary().path("tasks").path(0).asText());
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }
}
