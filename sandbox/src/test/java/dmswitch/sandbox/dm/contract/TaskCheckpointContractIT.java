package dmswitch.sandbox.dm.contract;

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
import org.junit.jupiter.api.Test;

/** Tasks: their checkpoints, and which rows come twice or never. */
class TaskCheckpointContractIT extends TaskContract {
  /** A transaction cut by pause-relay on the primary, then the whole of it from the replica. */
  private int halfThenWhole(String table) {
    int rows;
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      startTask(SERVERS.primary);
      Worker worker = rig.worker();
      // DM writes a checkpoint when it pauses a task that has nothing in work. Without one the
      // task could not go on, were it paused while a statement of the half works.
      rig.must("pause-task", "app");
      rig.must("resume-task", "app");
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
    // Queues run beside each other: the row behind the transaction may come first.
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".big", Integer.toString(rows));
  }

  @Test
  void halfTransactionDoublesWithoutAKey() {
    int rows = halfThenWhole("n");
    rig.awaitTarget("SELECT COUNT(*) > " + rows + " FROM " + schema + ".n", "1");
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

  /** As after purge or a relay directory made anew: the subtask has no unit, and no checkpoint. */
  @Test
  void startOnAMissingSubDirHasNoUnit() {
    Path task = running();
    rig.must("stop-task", "app");
    SERVERS
        .target
        .sql()
        .execute(
            "UPDATE `"
                + task.getParent().getFileName()
                + "`.app_syncer_checkpoint SET binlog_name = 'mysql-bin|000009.000001'");
    rig.dmctl("start-task", task.toString());
    JsonNode broken =
        rig.worker().awaitTask("app", "Paused", t -> stage(t).equals("Paused") && hasError(t));
    assertEquals("InvalidUnit", broken.get("unit").asText());
    assertFalse(broken.has("sync"), broken.toString());
    assertEquals(22001, firstError(broken).get("ErrCode").asInt());
    String message = firstError(broken).get("Message").asText();
    assertTrue(message.contains("UUID suffix 000009 with UUIDs ["), message);
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
}
