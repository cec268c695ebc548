package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.relay.Hole;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The current relay file begins with a hole, and the new server's current file is as large. The
 * stand-in cuts at the next restart what dm-switch minds: a hole over 16 MB.
 */
class HoleIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NO_WAY_BACK = "there is no way back";
  private static final String OF_A_HOLE = "begins with a hole of ";

  @RegisterExtension
  final ClusterExtension extension =
      // Somebody pauses a task while rows flow: DM itself doubles rows of a table without a key
      // then.
      ClusterExtension.of(
              builder -> builder.withoutKeylessTables().writtenBefore(Hole.LIMIT_BYTES + (1 << 20)))
          .setting("recover-event-limit", Hole.LIMIT_BYTES);

  @Test
  void relayOfABusyOldServerLeavesIt() {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    String holed = Relay.file(cluster);
    String large = currentFile(cluster.newServer());
    Load load = load(cluster, cluster.oldServer());
    Rows.await(load, 50);

    // Given up in step 5: going back is resume-relay, in a file without a hole.
    dmctl.hold("pause-relay");
    SwitchRun.Running first = run.start();
    dmctl.awaitHeld("pause-relay", first);
    assertTrue(Relay.file(cluster).compareTo(holed) > 0, "left before relay is paused");
    pauseApp(cluster);
    dmctl.release("pause-relay");
    RunEnded givenUp = first.await();
    assertEquals("warning", givenUp.check("hole"));
    assertTrue(givenUp.problem().found().contains("app was Running, is Paused"), givenUp.output());
    assertTrue(
        givenUp.output().contains("relay runs again, everything is as before"), givenUp.output());
    assertEquals("Running", Relay.stage(cluster));
    resumeApp(cluster);

    RunEnded switched = run.run().succeeded();

    assertEquals("passed", switched.check("hole"));
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    Relay.awaitLaterFile(cluster, large);
    RollingUpdate.requireNothingLost(cluster);
  }

  /** Relay stays in it: a switch that stops there is not undone, and continues. */
  @Test
  void relayOfAnIdleOldServerCannotLeaveIt() {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run =
        SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).with("catch_up_timeout", 5);
    writtenAndIdle(cluster);
    String holed = Relay.file(cluster);
    int oldLogs = logs(cluster.oldServer()).size();
    int newLogs = logs(cluster.newServer()).size();
    dmctl.hold("pause-relay");
    SwitchRun.Running first = run.start();
    dmctl.awaitHeld("pause-relay", first);
    pauseApp(cluster);
    dmctl.release("pause-relay");

    RunEnded stopped = first.await();

    assertEquals("warning", stopped.check("hole"));
    assertTrue(
        stopped.result("Step 1 of 9 | Check").orElseThrow().at("/plan/leave_hole").asBoolean());
    assertEquals(oldLogs + 1, logs(cluster.oldServer()).size(), "flushed once");
    assertTrue(stopped.output().contains("no transaction came within 5 s"), stopped.output());
    assertTrue(stopped.output().contains(NO_WAY_BACK), stopped.output());
    assertTrue(
        fence(stopped).startsWith("(" + holed + ","),
        () -> "relay left the hole: " + fence(stopped));
    assertTrue(stopped.problem().found().contains("app was Running, is Paused"), stopped.output());
    assertTrue(stopped.problem().next().contains("run the same playbook again"), stopped.output());
    assertTrue(
        stopped.output().contains("relay stays Paused: its current file begins with a hole"),
        stopped.output());
    assertTrue(
        stopped.output().contains("do not resume relay or restart this worker"), stopped.output());
    assertEquals("Paused", Relay.stage(cluster));

    RunEnded again = run.run().succeeded();

    assertFalse(dmctl.commands().contains("resume-relay"), () -> dmctl.calls().toString());
    assertTrue(fence(again).startsWith("(" + holed + ","), () -> fence(again));
    assertEquals(oldLogs + 1, logs(cluster.oldServer()).size(), "not flushed again");
    // The new server's file is large, and E equals W: relay begins at the head of a fresh one.
    assertEquals(newLogs + 1, logs(cluster.newServer()).size(), "flushed once");
    assertTrue(flushOfNew(stopped).path("clean_head").asBoolean(), stopped.output());
    assertFalse(again.summary().path("warnings").toString().contains(OF_A_HOLE), again.output());
    assertEquals("[\"app\"]", again.summary().path("tasks_left_paused").toString());
    resumeApp(cluster);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    RollingUpdate.requireNothingLost(cluster);
  }

  @Test
  void aNewServerWithLaterTransactionsGivesOneAgain() {
    Cluster cluster = extension.get();
    DeadOldServer.killUnderLoad(cluster);
    cluster.newServer().replication().promote();
    write(cluster, cluster.newServer(), 20);

    RunEnded run = SwitchRun.of(cluster).run().succeeded();

    assertEquals("warning", run.check("hole"));
    assertTrue(run.output().contains(NO_WAY_BACK), run.output());
    assertFalse(flushOfNew(run).path("clean_head").asBoolean(), run.output());
    requireWarned(run);
    String holed = Relay.file(cluster);
    write(cluster, cluster.newServer(), 1);
    Relay.awaitLaterFile(cluster, holed);
    RollingUpdate.requireNothingLost(cluster);
  }

  @Test
  void neverFlushed() {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    writtenAndIdle(cluster);
    List<String> oldLogs = logs(cluster.oldServer());
    List<String> newLogs = logs(cluster.newServer());

    RunEnded run =
        SwitchRun.of(cluster)
            .with("dmctl", dmctl.program().toString())
            .with("flush_binary_logs", "never")
            .run()
            .succeeded();

    assertEquals("warning", run.check("hole"));
    JsonNode plan = run.result("Step 1 of 9 | Check").orElseThrow().path("plan");
    assertFalse(plan.path("leave_hole").asBoolean(true), plan.toString());
    assertFalse(plan.path("abort_possible").asBoolean(true), plan.toString());
    assertEquals(oldLogs, logs(cluster.oldServer()));
    assertEquals(newLogs, logs(cluster.newServer()));
    assertFalse(dmctl.commands().contains("resume-relay"), () -> dmctl.calls().toString());
    assertFalse(
        Files.exists(Path.of(run.summary().path("journal").asText()).resolve("roll-2")),
        "rolled once");
    requireWarned(run);
    cluster.newServer().replication().promote();
    write(cluster, cluster.newServer(), 1);
    Relay.awaitAllOf(cluster, cluster.newServer());
    String holed = Relay.file(cluster);
    assertEquals(newLogs.get(newLogs.size() - 1), holed);
    cluster.newServer().sql().execute("FLUSH BINARY LOGS");
    write(cluster, cluster.newServer(), 1);
    Relay.awaitLaterFile(cluster, holed);
    RollingUpdate.requireNothingLost(cluster);
  }

  private static Load load(Cluster cluster, MySqlInstance server) {
    return Load.start(cluster, cluster.worker().alias(), server, Load.Pace.USUAL);
  }

  private static void write(Cluster cluster, MySqlInstance server, int transactions) {
    try (Load load = load(cluster, server)) {
      Rows.await(load, transactions);
    }
  }

  /** The new server has what W has, and nothing comes any more. */
  private static void writtenAndIdle(Cluster cluster) {
    write(cluster, cluster.oldServer(), 50);
    Relay.awaitAllOf(cluster, cluster.oldServer());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
  }

  private static void pauseApp(Cluster cluster) {
    cluster.dmctl().run("pause-task", "-w", cluster.worker().address(), "app");
    awaitApp(cluster, "Paused");
  }

  private static void resumeApp(Cluster cluster) {
    cluster.dmctl().run("resume-task", "-w", cluster.worker().address(), "app");
    awaitApp(cluster, "Running");
  }

  private static void awaitApp(Cluster cluster, String stage) {
    Await.until(
        "app " + stage,
        LIMIT,
        () -> cluster.dmctl().taskStage(cluster.worker(), "app").equals(stage),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }

  private static List<String> logs(MySqlInstance server) {
    return server.sql().rows("SHOW BINARY LOGS").stream().map(row -> row.get(0)).toList();
  }

  private static String currentFile(MySqlInstance server) {
    return server.sql().column("SHOW MASTER STATUS", "File");
  }

  private static String fence(RunEnded run) {
    return run.result("Step 2 of 9").orElseThrow().path("relay_binlog").asText();
  }

  private static JsonNode flushOfNew(RunEnded run) {
    return run.result("Step 4 of 9").orElseThrow();
  }

  private static void requireWarned(RunEnded run) {
    String warnings = run.summary().path("warnings").toString();
    assertTrue(warnings.contains(OF_A_HOLE + "17 MB"), run.output());
    assertTrue(warnings.contains("until relayBinlog names a later file"), run.output());
  }
}
