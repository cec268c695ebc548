package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The new server gives relay nothing: its last sub dir is empty, and a roll back or onward would
 * make a wall of it (rule 9). The text says so; with the right granted the same playbook goes on.
 */
class NoRightsAfterRollIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String USER = "'" + Logins.DM_USER + "'@'%'";

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void relayGetsNothingFromTheNewServer() throws IOException {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run =
        SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).with("relay_timeout", 20);
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.QUIET);
    Rows.await(load, 50);

    dmctl.hold("stop-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("stop-task", running);
    onNewServer(cluster, "REVOKE REPLICATION SLAVE ON *.* FROM " + USER);
    dmctl.release("stop-task");
    RunEnded.Told told = running.await().stoppedMidwayIn("Step 8");

    assertTrue(told.found().contains("Access denied"), told.found());
    assertFalse(told.found().contains("github.com/pingcap"), "a Go stack: " + told.found());
    assertTrue(told.next().contains("do not roll the worker back or onward"), told.next());
    List<String> subDirs = subDirs(cluster);
    assertEquals(2, subDirs.size(), subDirs::toString);
    assertEquals(List.of(), binlogFiles(cluster, subDirs.get(1)));

    onNewServer(cluster, "GRANT REPLICATION SLAVE ON *.* TO " + USER);
    run.run().succeeded();

    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    assertEquals(subDirs, subDirs(cluster), "no further sub dir");
    for (String subDir : subDirs) {
      assertFalse(binlogFiles(cluster, subDir).isEmpty(), subDir + " is empty");
    }
    JsonNode relay = cluster.dmctl().status(cluster.worker()).path("relayStatus");
    assertEquals(subDirs.get(1), relay.path("relaySubDir").asText());
    SwitchJournal.requireClosed(cluster);
  }

  /** It is a replica still. */
  private static void onNewServer(Cluster cluster, String statement) {
    cluster
        .newServer()
        .sql()
        .execute("SET GLOBAL super_read_only = OFF", "SET sql_log_bin = 0", statement);
  }

  private static List<String> subDirs(Cluster cluster) throws IOException {
    return Files.readAllLines(cluster.worker().relayDir().resolve("server-uuid.index"));
  }

  private static List<String> binlogFiles(Cluster cluster, String subDir) throws IOException {
    try (Stream<Path> files = Files.list(cluster.worker().relayDir().resolve(subDir))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("relay.meta"))
          .toList();
    }
  }
}
