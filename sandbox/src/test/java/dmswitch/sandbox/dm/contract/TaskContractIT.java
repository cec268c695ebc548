package dmswitch.sandbox.dm.contract;

import static dmswitch.sandbox.dm.contract.Recording.assertShape;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.dm.contract.Rig.Worker;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.sandbox.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tasks: what survives what, and what asks the upstream. */
class TaskContractIT extends TaskContract {
  @Test
  void stopTaskForgets() {
    Path task = running();
    rig.must("stop-task", "app");
    assertEquals(0, rig.worker().status().get("subTaskStatus").size());
    rig.worker().restart();
    assertEquals(0, rig.worker().status().get("subTaskStatus").size());
    row();
    rig.worker().awaitCaughtUp(SERVERS.primary);
    rig.must("start-task", task.toString());
    awaitRows(2);
  }

  @Test
  void restartBringsARunningTaskBack() {
    running();
    rig.worker().restart();
    row();
    awaitRows(2);
    assertEquals("Running", stage(rig.worker().task("app")));
  }

  @Test
  void pausedTaskComesBackPaused() {
    running();
    rig.must("pause-task", "app");
    SERVERS.sync();
    rig.worker().restartOn(SERVERS.replica);
    row();
    SERVERS.sync();
    rig.worker().awaitCaughtUp(SERVERS.replica);
    assertShape(
        "query-status.worker.paused-task-after-roll",
        rig.dmctl("query-status", "-w", rig.worker().address()).stdout());
    rig.must("resume-task", "-w", rig.worker().address(), "app");
    awaitRows(2);
    SERVERS.primary.sql().execute("ALTER TABLE " + schema + ".k ADD COLUMN w INT");
    SERVERS.primary.sql().execute("INSERT INTO " + schema + ".k VALUES (9, 'x', 7)");
    SERVERS.sync();
    rig.awaitTarget("SELECT w FROM " + schema + ".k WHERE id = 9", "7");
  }

  @Test
  void preCheckLooksAtAllSources() {
    try (Proxy other = new Proxy(SERVERS.replica)) {
      rig = new Rig(SERVERS.primary.port(), other.port()).start();
      Path task = rig.taskFile("app", schema, SERVERS.primary, SERVERS.replica);
      assertTrue(rig.json("check-task", task.toString()).get("result").asBoolean());
      other.refuse();
      JsonNode answer = rig.json("start-task", "-w", rig.worker().address(), task.toString());
      assertFalse(answer.get("result").asBoolean());
      assertTrue(
          answer.get("msg").asText().startsWith("[code=10001:class=dm-master:"), answer.toString());
    }
  }

  @Test
  void preCheckUsesTheWorkersAddress() {
    Path task = running();
    rig.must("stop-task", "app");
    rig.worker().user = Servers.WEAK_USER;
    rig.worker().restart();
    assertTrue(
        rig.dmctl("start-task", task.toString())
            .stdout()
            .contains("lack of REPLICATION SLAVE privilege"));
    assertEquals(0, rig.worker().status().get("subTaskStatus").size());
  }

  @Test
  void preCheckOfADeadUpstream() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      Path task = startTask(SERVERS.primary);
      rig.must("stop-task", "app");
      address.refuse();
      assertShape("start-task.upstream-down", rig.dmctl("start-task", task.toString()).stdout());
      assertShape("check-task.upstream-down", rig.dmctl("check-task", task.toString()).stdout());
      address.accept();
    }
  }

  @Test
  void runningTaskDoesNotSeeANewSubDir() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      startTask(SERVERS.primary);
      Worker worker = rig.worker();
      worker.pauseRelay();
      SERVERS.sync();
      address.moveTo(SERVERS.replica);
      worker.resumeRelay();
      row();
      SERVERS.sync();
      worker.awaitCaughtUp(SERVERS.replica);
      assertFalse(Await.within(Duration.ofSeconds(3), () -> count("k") == 2));
      rig.must("pause-task", "app");
      rig.must("resume-task", "app");
      awaitRows(2);
    }
  }

  @Test
  void taskPausedByAnErrorIsResumed() {
    running();
    SERVERS.target.sql().execute("RENAME TABLE " + schema + ".k TO " + schema + ".away");
    SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
    rig.must("pause-task", "app");
    rig.must("resume-task", "app");
    row();
    rig.worker().awaitTask("app", "Paused", t -> stage(t).equals("Paused") && hasError(t));
    SERVERS.target.sql().execute("RENAME TABLE " + schema + ".away TO " + schema + ".k");
    awaitRows(2);
  }

  @Test
  void poweredOffUpstream() throws Exception {
    poweredOff(Optional.of(Duration.ofSeconds(5)), 5);
  }

  /**
   * With DM's own limits: 30 s in dm-master; in the worker more than the minute that this takes.
   */
  @Test
  void poweredOffUpstreamAtTheRealLimits() throws Exception {
    poweredOff(Optional.empty(), 30);
  }

  private void poweredOff(Optional<Duration> rpcTimeout, int limit) throws Exception {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      MySqlInstance fresh = pair.primary();
      Worker worker = onPair(pair, rpcTimeout);
      fresh.freeze();
      try {
        long begin = System.nanoTime();
        CompletableFuture<JsonNode> status = CompletableFuture.supplyAsync(worker::status);
        JsonNode errors = rig.json("query-error", "-w", worker.address()).get("workers").get(0);
        assertTrue(errors.get("result").asBoolean());
        // Nothing shows that query-status has reached the worker and hangs.
        Await.within(Duration.ofSeconds(2), () -> false);
        CompletableFuture<JsonNode> stop =
            CompletableFuture.supplyAsync(() -> rig.json("stop-task", "app"));
        JsonNode answer = status.get(100, TimeUnit.SECONDS);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        assertFalse(answer.get("result").asBoolean());
        assertTrue(answer.get("msg").asText().contains("context deadline exceeded"));
        assertTrue(seconds >= limit - 1 && seconds < limit + 30, "gave up after " + seconds + " s");
        JsonNode stopped = stop.get(150, TimeUnit.SECONDS).get("workers").get(0).get("meta");
        assertFalse(stopped.get("result").asBoolean(), stopped.toString());
        // The query of the upstream goes on for minutes; what asks nothing of it waits as well.
        errors = rig.json("query-error", "-w", worker.address()).get("workers").get(0);
        assertFalse(errors.get("result").asBoolean(), errors.toString());
      } finally {
        fresh.thaw();
      }
      rig.awaitConnected(worker);
      Await.until(
          "the stop that was reported as failed",
          Rig.LIMIT,
          () -> worker.status().get("subTaskStatus").isEmpty(),
          worker::log);
    }
  }
}
