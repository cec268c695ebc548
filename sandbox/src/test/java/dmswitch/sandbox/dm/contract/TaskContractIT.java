package dmswitch.sandbox.dm.contract;

import static dmswitch.sandbox.dm.contract.Recording.assertShape;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.dm.contract.Rig.Worker;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.sandbox.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks: what survives what, and what comes into the target. */
class TaskContractIT {
  private static final Servers SERVERS = Servers.get();
  private static int schemas;
  private String schema;
  private Rig rig;
  private int nextId = 1;

  @BeforeEach
  void schema() {
    schema = "ts" + ++schemas;
    for (MySqlInstance server : new MySqlInstance[] {SERVERS.primary, SERVERS.target}) {
      server
          .sql()
          .execute(
              "CREATE DATABASE " + schema,
              "CREATE TABLE " + schema + ".k (id BIGINT PRIMARY KEY, v VARCHAR(2000))",
              "CREATE TABLE " + schema + ".n (id BIGINT, v VARCHAR(2000))",
              "CREATE TABLE " + schema + ".begun (id BIGINT PRIMARY KEY)");
    }
    SERVERS.sync();
  }

  @AfterEach
  void end() {
    if (rig != null) {
      rig.close();
    }
  }

  private void row() {
    SERVERS.primary.sql().execute("INSERT INTO " + schema + ".k VALUES (" + nextId++ + ", 'x')");
  }

  private void awaitRows(int wanted) {
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".k", Integer.toString(wanted));
  }

  /** A rig with the task running. */
  private Path running() {
    rig = Rig.onPrimary();
    return startTask(SERVERS.primary);
  }

  private Path startTask(MySqlInstance... sources) {
    Path task = rig.taskFile("app", schema, sources);
    row();
    // The end of the first transaction has been read when rows of a second are there; a task that
    // is stopped between a row and that end cannot be started again.
    SERVERS.primary.sql().execute("INSERT INTO " + schema + ".begun VALUES (1)");
    rig.worker().awaitCaughtUp(SERVERS.primary);
    rig.must("start-task", task.toString());
    awaitRows(nextId - 1);
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".begun", "1");
    return task;
  }

  private static String stage(JsonNode node) {
    return node.get("stage").asText();
  }

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

  /** A transaction cut by pause-relay on the primary, then the whole of it from the replica. */
  private int halfThenWhole(String table) {
    int rows;
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      startTask(SERVERS.primary);
      Worker worker = rig.worker();
      long before = worker.lastFile().toFile().length();
      address.limit(1 << 20);
      rows = BigTransaction.into(SERVERS.primary, schema + "." + table, 4 << 20);
      Await.until(
          "a part of the transaction",
          Rig.LIMIT,
          () -> worker.lastFile().toFile().length() > before + (1 << 20),
          worker::log);
      worker.pauseRelay();
      Await.until(
          "the half in the target",
          Rig.LIMIT,
          () -> count(table) > 100,
          () -> worker.status() + worker.log());
      address.limit(Long.MAX_VALUE);
      rig.must("pause-task", "app");
      assertTrue(count(table) < rows, "only a half");
      SERVERS.sync();
      worker.restartOn(SERVERS.replica);
      worker.awaitCaughtUp(SERVERS.replica);
      rig.must("resume-task", "app");
      row();
      SERVERS.sync();
      rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".k WHERE v = 'x'", "2");
    }
    return rows;
  }

  private long count(String table) {
    return Long.parseLong(
        SERVERS.target.sql().value("SELECT COUNT(*) FROM " + schema + "." + table));
  }

  @Test
  void halfTransactionComesEqualWithAKey() {
    SERVERS
        .target
        .sql()
        .execute("CREATE TABLE " + schema + ".big (id BIGINT PRIMARY KEY, v VARCHAR(2000))");
    SERVERS
        .primary
        .sql()
        .execute("CREATE TABLE " + schema + ".big (id BIGINT PRIMARY KEY, v VARCHAR(2000))");
    int rows = halfThenWhole("big");
    assertEquals(rows, count("big"));
  }

  @Test
  void halfTransactionDoublesWithoutAKey() {
    int rows = halfThenWhole("n");
    assertTrue(count("n") > rows, count("n") + " rows for " + rows);
  }

  @Test
  void checkpointMovesLate() {
    running();
    row();
    awaitRows(2);
    String early = rig.worker().task("app").get("sync").get("syncerBinlog").asText();
    row();
    awaitRows(3);
    JsonNode sync = rig.worker().task("app").get("sync");
    assertEquals(early, sync.get("syncerBinlog").asText());
    assertEquals("", sync.get("syncerBinlogGtid").asText());
    rig.must("pause-task", "app");
    String paused = rig.worker().task("app").get("sync").get("syncerBinlog").asText();
    assertNotEquals(early, paused);
    assertTrue(paused.matches("\\(mysql-bin\\|000001\\.\\d{6}, \\d+\\)"), paused);
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
  void lowerBaseNameBreaksTheNextStart() {
    try (Servers.Pair pair = SERVERS.freshPair("binlog")) {
      String insert = "INSERT INTO " + schema + ".k VALUES ";
      Worker worker = onPair(pair);
      rig.must("pause-task", "app");
      worker.restartOn(pair.replica());
      rig.must("resume-task", "app");
      pair.primary().sql().execute(insert + "(2, 'x')");
      pair.sync();
      awaitRows(2);
      assertEquals("Running", stage(worker.task("app")));
      rig.must("pause-task", "app");
      String checkpoint = worker.task("app").get("sync").get("syncerBinlog").asText();
      assertTrue(checkpoint.startsWith("(mysql-bin|000001."), checkpoint);
      rig.must("resume-task", "app");
      JsonNode broken =
          worker.awaitTask("app", "Paused", t -> stage(t).equals("Paused") && hasError(t));
      assertEquals(11106, firstError(broken).get("ErrCode").asInt());
    }
  }

  /** A rig on the pair's primary with the task running, and one row. */
  private Worker onPair(Servers.Pair pair) {
    pair.primary()
        .sql()
        .execute(
            "CREATE DATABASE " + schema,
            "CREATE TABLE " + schema + ".k (id BIGINT PRIMARY KEY, v VARCHAR(2000))");
    rig = new Rig(pair.primary().port()).start();
    Path task = rig.taskFile("app", schema, pair.primary());
    pair.primary().sql().execute("INSERT INTO " + schema + ".k VALUES (1, 'x')");
    rig.worker().awaitCaughtUp(pair.primary());
    rig.must("start-task", task.toString());
    awaitRows(1);
    return rig.worker();
  }

  private static String syncerBinlog(JsonNode task) {
    return task.get("sync").get("syncerBinlog").asText();
  }

  /** A rig on the pair's primary with the task running, which no transaction has reached yet. */
  private Path withoutCheckpoint(Servers.Pair pair) {
    pair.primary()
        .sql()
        .execute(
            "CREATE DATABASE " + schema,
            "CREATE TABLE " + schema + ".k (id BIGINT PRIMARY KEY, v VARCHAR(2000))",
            "FLUSH BINARY LOGS");
    pair.sync();
    // The name in the task file exists on both.
    pair.replica().sql().execute("FLUSH BINARY LOGS");
    assertEquals(file(pair.primary()), file(pair.replica()));
    rig = new Rig(pair.primary().port()).start();
    Path task = rig.taskFile("app", schema, pair.primary());
    rig.must("start-task", task.toString());
    String begin = "(" + file(pair.primary()) + ", 4)";
    rig.worker()
        .awaitTask(
            "app",
            "without a checkpoint",
            t -> t.has("sync") && syncerBinlog(t).equals(begin) && stage(t).equals("Running"));
    return task;
  }

  private static String file(MySqlInstance server) {
    return server.sql().column("SHOW MASTER STATUS", "File");
  }

  /** Row 1 while the task is out of the way, row 2 from the replica once it is back. */
  private void rowOnEachServer(Servers.Pair pair, Runnable away, Runnable back) {
    String insert = "INSERT INTO " + schema + ".k VALUES ";
    away.run();
    pair.primary().sql().execute(insert + "(1, 'x')");
    pair.sync();
    rig.worker().awaitCaughtUp(pair.primary());
    rig.worker().restartOn(pair.replica());
    back.run();
    pair.primary().sql().execute(insert + "(2, 'x')");
    pair.sync();
    rig.awaitTarget("SELECT MAX(id) FROM " + schema + ".k", "2");
    assertEquals("Running", stage(rig.worker().task("app")));
  }

  @Test
  void pausedTaskWithoutCheckpointLosesRows() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      withoutCheckpoint(pair);
      rowOnEachServer(
          pair,
          () -> {
            rig.must("pause-task", "app");
            assertEquals(
                "(" + file(pair.primary()) + ", 4)", syncerBinlog(rig.worker().task("app")));
          },
          () -> rig.must("resume-task", "app"));
      assertEquals(1, count("k"));
    }
  }

  @Test
  void stoppedTaskWithoutCheckpointLosesRows() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Path task = withoutCheckpoint(pair);
      rowOnEachServer(
          pair, () -> rig.must("stop-task", "app"), () -> rig.must("start-task", task.toString()));
      assertEquals(1, count("k"));
    }
  }

  @Test
  void metaMayNameTheSubDir() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Path task = withoutCheckpoint(pair);
      Rig.write(
          task,
          Rig.read(task).replace("binlog-name: mysql-bin.", "binlog-name: mysql-bin|000001."));
      rowOnEachServer(
          pair, () -> rig.must("stop-task", "app"), () -> rig.must("start-task", task.toString()));
      assertEquals(2, count("k"));
    }
  }

  @Test
  void pauseWritesTheCheckpoint() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      withoutCheckpoint(pair);
      rowOnEachServer(
          pair,
          () -> {
            pair.primary().sql().execute("INSERT INTO " + schema + ".k VALUES (0, 'x')");
            awaitRows(1);
            rig.must("pause-task", "app");
            String checkpoint = syncerBinlog(rig.worker().task("app"));
            assertTrue(checkpoint.startsWith("(mysql-bin|000001."), checkpoint);
          },
          () -> rig.must("resume-task", "app"));
      assertEquals(3, count("k"));
    }
  }

  @Test
  void restartInTheFirstTransactionFailsForGood() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      Path task = rig.taskFile("app", schema, SERVERS.primary);
      rig.must("start-task", task.toString());
      address.limit(1 << 20);
      BigTransaction.into(SERVERS.primary, schema + ".k", 4 << 20);
      Await.until(
          "a part of the transaction in the target",
          Rig.LIMIT,
          () -> count("k") > 100,
          () -> rig.worker().status() + rig.worker().log());
      rig.worker().restart();
      JsonNode broken =
          rig.worker().awaitTask("app", "Paused", t -> stage(t).equals("Paused") && hasError(t));
      assertEquals(11035, firstError(broken).get("ErrCode").asInt());
      address.limit(Long.MAX_VALUE);
    }
  }

  private static boolean hasError(JsonNode task) {
    return task.get("result").isObject() && task.get("result").get("errors").size() > 0;
  }

  private static JsonNode firstError(JsonNode task) {
    return task.get("result").get("errors").get(0).get("error");
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
  void cutRelayFileLosesRows() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      String insert = "INSERT INTO " + schema + ".k VALUES ";
      Worker worker = onPair(pair);
      pair.primary().sql().execute("CREATE DATABASE hole", "CREATE TABLE hole.x (v LONGBLOB)");
      // In a schema that the task does not replicate.
      for (long left = Rig.CUT_LIMIT + (1 << 20); left > 0; left -= 3 << 20) {
        long size = Math.min(left, 3 << 20);
        pair.primary().sql().execute("INSERT INTO hole.x VALUES (REPEAT('x', " + size + "))");
      }
      pair.sync();
      worker.awaitCaughtUp(pair.primary());
      rig.must("pause-task", "app");
      worker.restartOn(pair.replica());
      pair.primary().sql().execute(insert + "(2, 'lost')");
      pair.sync();
      worker.awaitCaughtUp(pair.replica());
      worker.restart();
      Await.until(
          "the recovery of the relay file",
          Rig.LIMIT,
          () -> worker.log().contains("relay log file recovered"),
          worker::log);
      pair.primary().sql().execute(insert + "(3, 'x')");
      pair.sync();
      worker.awaitCaughtUp(pair.replica());
      rig.must("resume-task", "app");
      rig.awaitTarget("SELECT MAX(id) FROM " + schema + ".k", "3");
      assertEquals(2, count("k"));
      assertEquals("Running", stage(worker.task("app")));
    }
  }

  @Test
  void poweredOffUpstream() throws Exception {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      MySqlInstance fresh = pair.primary();
      Worker worker = onPair(pair);
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
        assertTrue(seconds >= 29 && seconds < 60, "gave up after " + seconds + " s");
        JsonNode stopped = stop.get(150, TimeUnit.SECONDS).get("workers").get(0).get("meta");
        assertFalse(stopped.get("result").asBoolean(), stopped.toString());
        // The query of the upstream goes on for minutes; what asks nothing of it waits as well.
        long passed = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        Await.within(Duration.ofSeconds(Math.max(0, 75 - passed)), () -> false);
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
