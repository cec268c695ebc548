package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two workers: a task sharded over both stands still as a whole, a plain task of the other worker
 * does not.
 */
class TwoWorkersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FIRST = ClusterBuilder.workerAlias(1);
  private static final String SECOND = ClusterBuilder.workerAlias(2);

  /** Commands that change what runs. */
  private static final Set<String> CHANGING =
      Set.of(
          "stop-task",
          "start-task",
          "pause-task",
          "resume-task",
          "pause-relay",
          "resume-relay",
          "switch-relay-master");

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder
                  .secondWorker()
                  .tasks(
                      Task.sharded("shop", List.of(FIRST, SECOND)),
                      Task.plain("app", FIRST),
                      Task.plain("crm", SECOND)));

  @Test
  void shardedTaskIsStoppedWholeAndTheOthersOwnTaskRunsOn() {
    Cluster cluster = extension.get();
    Worker first = cluster.workers().get(0);
    Worker second = cluster.workers().get(1);
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    String secondBefore = identity(cluster, second);
    Load onOld = Load.start(cluster, FIRST, cluster.oldServer(), Load.Pace.USUAL.withoutDdl());
    Load onOther =
        Load.start(cluster, SECOND, cluster.server(Cluster.OTHER), Load.Pace.USUAL.withoutDdl());
    Rows.await(onOld, 50);
    Rows.await(onOther, 50);

    RunEnded run;
    List<String> stages;
    try (Watch crm = Watch.start(cluster, second, "crm")) {
      run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).run().succeeded();
      stages = crm.seen();
    }

    onOther.close();
    onOld.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    assertFalse(stages.isEmpty(), "crm was never looked at");
    assertEquals(Set.of("Running"), Set.copyOf(stages), "stages of crm during the switch");
    assertEquals(secondBefore, identity(cluster, second), "process of the other worker");
    for (WatchedDmctl.Call call : dmctl.calls()) {
      if (!CHANGING.contains(call.command())) {
        continue;
      }
      String words = String.join(" ", call.words());
      assertFalse(words.contains(second.address()), () -> "touches the other worker: " + words);
      assertFalse(words.contains("crm"), () -> "touches the other worker's task: " + words);
      // The sharded one whole, every other command for this worker only.
      assertEquals(!words.contains("shop"), words.contains("-w " + first.address()), words);
    }
    for (Worker worker : cluster.workers()) {
      assertEquals("Running", cluster.dmctl().taskStage(worker, "shop"), worker.alias());
    }
    assertEquals("Running", cluster.dmctl().taskStage(first, "app"));
    assertEquals(List.of("app", "shop"), texts(run.summary().path("tasks")));
    assertTrue(
        cluster
            .dmctl()
            .status(second)
            .path("relayStatus")
            .path("relaySubDir")
            .asText()
            .startsWith(cluster.server(Cluster.OTHER).uuid()));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts.stream().sorted().toList();
  }

  /** A service with its process. */
  private static String identity(Cluster cluster, Worker worker) {
    return cluster.services().list().stream()
        .filter(line -> line.startsWith(worker.unit()))
        .findFirst()
        .orElseThrow();
  }
}
