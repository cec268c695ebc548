package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole switch, with the old server alive; with a dead one: {@link NoCheckpointIT}. */
class SwitchIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void oldServerAliveAndWrittenToAllTheTime() {
    Cluster cluster = extension.get();
    String alias = cluster.worker().alias();
    String newUuid = cluster.newServer().uuid();
    Load load = Load.start(cluster, alias, cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);

    RunEnded run = SwitchRun.of(cluster).run().succeeded();

    long during = load.transactions();
    assertTrue(during > 100, () -> "written to all the time, but only " + during);
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);

    JsonNode status = cluster.dmctl().status(cluster.worker());
    assertTrue(status.path("relayStatus").path("relaySubDir").asText().startsWith(newUuid));
    assertEquals("Running", status.path("relayStatus").path("stage").asText());
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertEquals("app", run.summary().path("tasks").path(0).asText());
  }
}
