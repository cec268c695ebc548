package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nothing comes back from the old server: its port is open and nobody greets, or packets vanish.
 */
class SilentOldServerIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration SWITCH_LIMIT = Duration.ofMinutes(20);

  /** Commands that make a worker, or DM's pre-check, ask its upstream. */
  private static final Set<String> ASKING =
      Set.of("query-status", "check-task", "start-task", "resume-task", "resume-relay");

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(builder -> builder.ownHost(Cluster.OLD))
          // As real DM: relay.meta still has no W when the server goes.
          .setting("flush-meta-interval", 30_000)
          // Long enough for stop-task to be given up by dm-master (10 s) before it is heard.
          .setting("status-read-timeout", 100_000);

  /** As behind a TCP proxy whose server is powered off. */
  @Test
  void theOldServerAcceptsConnectionsAndIsSilent() {
    Cluster cluster = extension.get();
    writtenAndReplicated(cluster);
    cluster.oldServer().freeze();
    cluster.newServer().replication().promote();
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.newServer(), Load.Pace.USUAL);

    RunEnded run = SwitchRun.of(cluster).start().await(SWITCH_LIMIT).succeeded();

    load.close();
    assertEquals("warning", run.check("old_server_port"));
    assertEquals("passed", run.check("task_checkpoints"));
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    requireOnNewServer(cluster);
  }

  @Test
  void oldServerPoweredOff() throws IOException {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    writtenAndReplicated(cluster);
    cluster.oldServer().ownHost().poweredOff();
    // What anybody asks first; it holds the worker's lock for minutes.
    CompletableFuture<JsonNode> asked =
        CompletableFuture.supplyAsync(() -> cluster.dmctl().status(cluster.worker()));
    cluster.newServer().replication().promote();
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.newServer(), Load.Pace.USUAL);

    RunEnded run =
        SwitchRun.of(cluster)
            .with("dmctl", dmctl.program().toString())
            .start()
            .await(SWITCH_LIMIT)
            .succeeded();

    load.close();
    assertFalse(asked.join().path("result").booleanValue(), "query-status was answered");
    assertEquals("warning", run.check("old_server_port"));
    Instant roll = SwitchJournal.of(run).intent("worker_upgraded");
    List<WatchedDmctl.Call> before =
        dmctl.calls().stream().filter(call -> call.at().isBefore(roll)).toList();
    assertFalse(before.isEmpty(), "nothing was asked of DM at all");
    assertEquals(
        Set.of(),
        before.stream()
            .map(WatchedDmctl.Call::command)
            .filter(ASKING::contains)
            .collect(Collectors.toSet()),
        () -> "asked before the roll: " + before);
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    requireOnNewServer(cluster);
  }

  private static void writtenAndReplicated(Cluster cluster) {
    try (Load load =
        Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.USUAL)) {
      Rows.await(load, 50);
    }
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
  }

  private static void requireOnNewServer(Cluster cluster) {
    String subDir =
        cluster.dmctl().status(cluster.worker()).path("relayStatus").path("relaySubDir").asText();
    assertTrue(subDir.startsWith(cluster.newServer().uuid()), subDir);
  }
}
