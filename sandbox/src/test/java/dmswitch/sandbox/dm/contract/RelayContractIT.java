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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The relay log: what is pulled, where it lies, and what a switch does to it. */
class RelayContractIT {
  private static final Servers SERVERS = Servers.get();

  /** A Rotate event with a name like mysql-bin.000002 and a checksum. */
  private static final long ROTATE_LENGTH = 47;

  private static final long CHUNK = 3 << 20;
  private static int nextId = 1;
  private Rig rig;

  @BeforeAll
  static void schema() {
    SERVERS
        .primary
        .sql()
        .execute(
            "CREATE DATABASE IF NOT EXISTS rl",
            "CREATE TABLE IF NOT EXISTS rl.t (id BIGINT PRIMARY KEY, v LONGBLOB)");
    SERVERS
        .target
        .sql()
        .execute(
            "CREATE DATABASE IF NOT EXISTS rl",
            "CREATE TABLE IF NOT EXISTS rl.t (id BIGINT PRIMARY KEY, v LONGBLOB)");
    SERVERS.sync();
  }

  @AfterEach
  void end() {
    if (rig != null) {
      rig.close();
    }
  }

  private Worker onPrimary() {
    rig = Rig.onPrimary();
    return rig.worker();
  }

  /** One transaction on the primary, of about {@code bytes}. */
  private static void row(long bytes) {
    row(SERVERS.primary, bytes);
  }

  private static void row(MySqlInstance server, long bytes) {
    server.sql().execute("INSERT INTO rl.t VALUES (" + nextId++ + ", REPEAT('x', " + bytes + "))");
  }

  private static String stage(JsonNode relay) {
    return relay.get("stage").asText();
  }

  private static JsonNode error(JsonNode relay) {
    return relay.get("result").get("errors").get(0).get("error");
  }

  private static long offset(JsonNode relay) {
    String position = relay.get("relayBinlog").asText();
    return Long.parseLong(position.replaceAll(".*, |\\)", ""));
  }

  @Test
  void relayFileMirrorsTheUpstreamsFile() throws IOException {
    Worker worker = onPrimary();
    row(1000);
    row(2000);
    worker.awaitCaughtUp(SERVERS.primary);
    Path relayed = worker.lastFile();
    byte[] copy = Files.readAllBytes(relayed);
    byte[] original =
        Files.readAllBytes(SERVERS.primary.dataDirectory().resolve(relayed.getFileName()));
    int end = Math.toIntExact(offset(worker.relay()));
    assertEquals(end, copy.length);
    // The format description's flag "in use" differs while the upstream writes the file.
    int behind = 123;
    assertTrue(
        Arrays.equals(
            Arrays.copyOfRange(original, behind, end), Arrays.copyOfRange(copy, behind, end)));
  }

  @Test
  void filesOfARelayDir() {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    assertEquals(List.of(SERVERS.uuid(SERVERS.primary) + ".000001"), worker.subDirs());
    worker.pauseRelay();
    String meta = Rig.read(worker.lastSubDir().resolve("relay.meta"));
    Pattern form =
        Pattern.compile(
            "binlog-name = \"mysql-bin\\.\\d{6}\"\nbinlog-pos = \\d+\nbinlog-gtid = \"[^\"]+\"\n");
    assertTrue(form.matcher(meta).matches(), meta);
    assertTrue(meta.contains("binlog-pos = " + offset(worker.relay()) + "\n"), meta);
  }

  @Test
  void relayPullsWhileTasksAreStopped() {
    Worker worker = onPrimary();
    Path task = rig.taskFile("app", "rl", SERVERS.primary);
    rig.must("start-task", task.toString());
    rig.must("stop-task", "app");
    String before = worker.relay().get("relayBinlogGtid").asText();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    assertNotEquals(before, worker.relay().get("relayBinlogGtid").asText());
  }

  @Test
  void accountStatementsMoveNothing() throws IOException {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    JsonNode before = worker.relay();
    long size = Files.size(worker.lastFile());
    SERVERS.primary.sql().execute("CREATE USER nobody" + nextId++ + "@'%'");
    Await.until(
        "the statement in the relay file",
        Rig.LIMIT,
        () -> worker.lastFile().toFile().length() > size,
        worker::log);
    assertEquals(before.get("relayBinlog"), worker.relay().get("relayBinlog"));
    assertEquals(before.get("relayBinlogGtid"), worker.relay().get("relayBinlogGtid"));
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
  }

  @Test
  void restartForgetsThePause() {
    Worker worker = onPrimary();
    worker.pauseRelay();
    assertEquals("Paused", stage(worker.relay()));
    worker.restart();
    worker.awaitRelay("Running", relay -> stage(relay).equals("Running"));
  }

  @Test
  void lostUpstreamPausesRelay() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      Worker worker = rig.worker();
      Path task = rig.taskFile("app", "rl", SERVERS.primary);
      row(10);
      worker.awaitCaughtUp(SERVERS.primary);
      rig.must("start-task", task.toString());
      rig.awaitTarget("SELECT COUNT(*) FROM rl.t WHERE id = " + (nextId - 1), "1");
      address.refuse();
      JsonNode relay = worker.awaitRelay("Paused", r -> stage(r).equals("Paused"));
      assertEquals(30014, error(relay).get("ErrCode").asInt());
      assertTrue(error(relay).get("RawCause").asText().endsWith("connect: connection refused"));
      assertShape(
          "query-status.worker.upstream-down",
          rig.dmctl("query-status", "-w", worker.address()).stdout());
      assertShape("check-task.upstream-down", rig.dmctl("check-task", task.toString()).stdout());
    }
  }

  @Test
  void restartWithDeadUpstream() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      rig = new Rig(address.port()).start();
      Worker worker = rig.worker();
      row(10);
      worker.awaitCaughtUp(SERVERS.primary);
      address.refuse();
      worker.restart();
      JsonNode relay = worker.awaitRelay("Paused", r -> stage(r).equals("Paused"));
      assertEquals(10001, error(relay).get("ErrCode").asInt());
      assertEquals("(, 0)", relay.get("masterBinlog").asText());
    }
  }

  @Test
  void newSubDirOnRestartWithAnotherServer() {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    SERVERS.sync();
    worker.restartOn(SERVERS.replica);
    row(10);
    SERVERS.sync();
    worker.awaitCaughtUp(SERVERS.replica);
    assertEquals(
        List.of(
            SERVERS.uuid(SERVERS.primary) + ".000001", SERVERS.uuid(SERVERS.replica) + ".000002"),
        worker.subDirs());
  }

  @Test
  void resumeRelayOpensTheSubDirByItself() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      rig = new Rig(address.port()).start();
      Worker worker = rig.worker();
      row(10);
      worker.awaitCaughtUp(SERVERS.primary);
      SERVERS.sync();
      worker.pauseRelay();
      address.moveTo(SERVERS.replica);
      worker.resumeRelay();
      worker.awaitRelay(
          "the replica's sub dir",
          relay ->
              relay.get("relaySubDir").asText().equals(SERVERS.uuid(SERVERS.replica) + ".000002"));
      row(10);
      SERVERS.sync();
      worker.awaitCaughtUp(SERVERS.replica);
    }
  }

  @Test
  void switchRelayMasterOpensASubDirEachTime() {
    Worker worker = onPrimary();
    JsonNode refused =
        rig.json("switch-relay-master", "-w", worker.address()).get("workers").get(0);
    assertFalse(refused.get("result").asBoolean());
    assertTrue(refused.get("msg").asText().contains("code=40039"), refused.toString());
    worker.pauseRelay();
    assertShape(
        "switch-relay-master.ok",
        rig.dmctl("switch-relay-master", "-w", worker.address()).stdout());
    rig.must("switch-relay-master", "-w", worker.address());
    String uuid = SERVERS.uuid(SERVERS.primary);
    assertEquals(List.of(uuid + ".000001", uuid + ".000002", uuid + ".000003"), worker.subDirs());
    assertEquals("(, 4)", worker.relay().get("relayBinlog").asText());
  }

  @Test
  void idleNewServerShowsNoPosition() {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    SERVERS.sync();
    SERVERS.replica.sql().execute("FLUSH BINARY LOGS");
    worker.restartOn(SERVERS.replica);
    JsonNode relay =
        worker.awaitRelay(
            "Running in a new sub dir",
            r -> stage(r).equals("Running") && r.get("relaySubDir").asText().endsWith(".000002"));
    Await.until(
        "a file in the new sub dir",
        Rig.LIMIT,
        () -> worker.lastSubDir().toFile().list().length > 1,
        worker::log);
    assertEquals("(, 4)", relay.get("relayBinlog").asText());
    assertEquals("(, 4)", worker.relay().get("relayBinlog").asText());
    assertTrue(worker.lastFile().toFile().length() < 500);
  }

  @Test
  void gapInTheIndexStopsTheWorker() throws IOException {
    Worker worker = onPrimary();
    worker.stop();
    String uuid = SERVERS.uuid(SERVERS.primary);
    Files.move(
        worker.relayDir().resolve(uuid + ".000001"), worker.relayDir().resolve(uuid + ".000003"));
    Files.createDirectory(worker.relayDir().resolve(uuid + ".000005"));
    Rig.write(
        worker.relayDir().resolve("server-uuid.index"), uuid + ".000003\n" + uuid + ".000005\n");
    worker.launch();
    assertEquals(1, worker.awaitExit());
    assertTrue(
        worker.log().contains("suffix 5 should be 1 larger than previous suffix 3"), worker.log());
  }

  @Test
  void noReplicationRight() {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    SERVERS.sync();
    worker.user = Servers.WEAK_USER;
    worker.restartOn(SERVERS.replica);
    JsonNode relay = worker.awaitRelay("Paused", r -> stage(r).equals("Paused"));
    assertEquals(30014, error(relay).get("ErrCode").asInt());
    assertEquals("(, 4)", relay.get("relayBinlog").asText());
    assertEquals(List.of("relay.meta"), List.of(worker.lastSubDir().toFile().list()));
    assertShape(
        "query-status.worker.no-replication-right",
        rig.dmctl("query-status", "-w", worker.address()).stdout());
  }

  @Test
  void purgedBinlog() {
    Worker worker = onPrimary();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    worker.pauseRelay();
    row(10);
    SERVERS.sync();
    worker.stop();
    SERVERS.replica.replication().purgeBinaryLogs();
    worker.mysqlPort = SERVERS.replica.port();
    worker.writeConfig();
    worker.start();
    rig.awaitConnected(worker);
    JsonNode relay = worker.awaitRelay("Paused", r -> stage(r).equals("Paused"));
    assertEquals(30015, error(relay).get("ErrCode").asInt());
    assertTrue(
        error(relay)
            .get("Message")
            .asText()
            .startsWith("TCPReader get relay event with error: ERROR 1236 (HY000): "));
    assertEquals("(, 4)", relay.get("relayBinlog").asText());
  }

  @Test
  void missingTransactionsGoUnnoticed() {
    Worker worker = onPrimary();
    SERVERS.sync();
    SERVERS.replica.replication().stop();
    try {
      row(10);
      worker.awaitCaughtUp(SERVERS.primary);
      worker.restartOn(SERVERS.replica);
      JsonNode relay =
          worker.awaitRelay(
              "a new sub dir", r -> r.get("relaySubDir").asText().endsWith(".000002"));
      assertEquals("Running", stage(relay));
      assertTrue(relay.get("result").isNull());
      assertFalse(
          rig.contains(
              SERVERS.replica.replication().executed(), relay.get("relayBinlogGtid").asText()));
    } finally {
      SERVERS.replica.replication().start();
    }
    SERVERS.sync();
  }

  @Test
  void vipMovedUnderARunningRelay() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      Worker worker = rig.worker();
      row(10);
      worker.awaitCaughtUp(SERVERS.primary);
      SERVERS.sync();
      address.moveTo(SERVERS.replica);
      row(10);
      SERVERS.sync();
      JsonNode relay =
          worker.awaitRelay(
              "Paused by a duplicate, or pulling under the old uuid",
              r ->
                  stage(r).equals("Paused")
                      || rig.contains(
                          r.get("relayBinlogGtid").asText(),
                          SERVERS.replica.replication().executed()));
      assertEquals(SERVERS.uuid(SERVERS.primary) + ".000001", relay.get("relaySubDir").asText());
      if (stage(relay).equals("Paused")) {
        assertEquals(30029, error(relay).get("ErrCode").asInt());
        assertTrue(
            error(relay)
                .get("Message")
                .asText()
                .startsWith("handle a potential duplicate event &{Timestamp:"));
      }
    }
  }

  @Test
  void pauseCutsABigTransaction() {
    try (Proxy address = new Proxy(SERVERS.primary)) {
      SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
      rig = new Rig(address.port()).start();
      Worker worker = rig.worker();
      SERVERS.primary.sql().execute(BigTransaction.TABLE);
      worker.awaitCaughtUp(SERVERS.primary);
      JsonNode before = worker.relay();
      address.limit(2 << 20);
      BigTransaction.into(SERVERS.primary, "rl.big", 6 << 20);
      long cut = offset(before) + (1 << 20);
      Await.until(
          "a part of the transaction",
          Rig.LIMIT,
          () -> worker.lastFile().toFile().length() > cut,
          worker::log);
      worker.pauseRelay();
      JsonNode paused = worker.relay();
      assertEquals(before.get("relayBinlog"), paused.get("relayBinlog"));
      assertTrue(worker.lastFile().toFile().length() > cut);
      assertFalse(
          rig.contains(
              paused.get("relayBinlogGtid").asText(), SERVERS.primary.replication().executed()));
      address.limit(Long.MAX_VALUE);
      worker.resumeRelay();
      worker.awaitCaughtUp(SERVERS.primary);
      assertEquals(worker.lastFile().toFile().length(), offset(worker.relay()));
    }
  }

  /**
   * A worker that goes over to the replica in the middle of its first file, {@code hole} bytes in.
   * In a later file the transactions before it would be known, and relay would go back to them.
   */
  private Worker withHole(Servers.Pair pair, long hole) {
    pair.primary()
        .sql()
        .execute("CREATE DATABASE rl", "CREATE TABLE rl.t (id BIGINT PRIMARY KEY, v LONGBLOB)");
    rig = new Rig(pair.primary().port()).start();
    Worker worker = rig.worker();
    for (long left = hole; left > 0; left -= CHUNK) {
      row(pair.primary(), Math.min(left, CHUNK));
    }
    pair.sync();
    worker.awaitCaughtUp(pair.primary());
    worker.restartOn(pair.replica());
    worker.awaitRelay("a new sub dir", r -> r.get("relaySubDir").asText().endsWith(".000002"));
    row(pair.primary(), 10);
    pair.sync();
    worker.awaitCaughtUp(pair.replica());
    return worker;
  }

  private static void awaitRecovered(Worker worker) {
    Await.until(
        "the recovery of the relay file",
        Rig.LIMIT,
        () -> worker.log().contains("relay log file recovered"),
        worker::log);
    worker.awaitRelay("Running", relay -> stage(relay).equals("Running"));
  }

  @Test
  void holeIsFilledWithADummyEvent() throws IOException {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Worker worker = withHole(pair, 100_000);
      byte[] file = Files.readAllBytes(worker.lastFile());
      int previousGtids = 123;
      int dummy = previousGtids + littleEndian(file, previousGtids + 9);
      assertTrue(littleEndian(file, dummy + 9) > 100_000, "the event behind Previous_gtids");
      assertEquals(2, file[dummy + 4], "a Query event");
      assertEquals(file.length, offset(worker.relay()));
    }
  }

  private static int littleEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }

  @Test
  void bigHoleIsCutAtARestart() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Worker worker = withHole(pair, Rig.CUT_LIMIT + (1 << 20));
      JsonNode before = worker.relay();
      worker.restart();
      awaitRecovered(worker);
      JsonNode after = worker.relay();
      assertTrue(offset(before) > Rig.CUT_LIMIT);
      assertTrue(worker.lastFile().toFile().length() < 1000, "the file was cut");
      assertEquals(0, offset(after));
      assertTrue(
          rig.contains(
              after.get("relayBinlogGtid").asText(), before.get("relayBinlogGtid").asText()),
          "W stays: what was in the file does not come again");
    }
  }

  @Test
  void smallHoleIsNotCut() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Worker worker = withHole(pair, 100_000);
      long size = worker.lastFile().toFile().length();
      worker.restart();
      row(pair.primary(), 10);
      pair.sync();
      worker.awaitCaughtUp(pair.replica());
      assertFalse(worker.log().contains("relay log file recovered"), worker.log());
      assertTrue(worker.lastFile().toFile().length() > size);
    }
  }

  @Test
  void flushWithoutATransactionDoesNotLeaveTheHole() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Worker worker = withHole(pair, Rig.CUT_LIMIT + (1 << 20));
      Path holed = worker.lastFile();
      long before = holed.toFile().length();
      pair.replica().sql().execute("FLUSH BINARY LOGS");
      Await.until(
          "the next relay file", Rig.LIMIT, () -> !worker.lastFile().equals(holed), worker::log);
      worker.restart();
      awaitRecovered(worker);
      assertTrue(holed.toFile().length() < before);
    }
  }

  @Test
  void flushAndATransactionLeaveTheHole() {
    try (Servers.Pair pair = SERVERS.freshPair()) {
      Worker worker = withHole(pair, Rig.CUT_LIMIT + (1 << 20));
      Path holed = worker.lastFile();
      long before = holed.toFile().length();
      pair.replica().sql().execute("FLUSH BINARY LOGS");
      row(pair.primary(), 10);
      pair.sync();
      worker.awaitCaughtUp(pair.replica());
      worker.restart();
      row(pair.primary(), 10);
      pair.sync();
      worker.awaitCaughtUp(pair.replica());
      assertEquals(before, holed.toFile().length() - ROTATE_LENGTH);
    }
  }

  @Test
  void badTomlEndsTheWorker() {
    rig = new Rig(SERVERS.primary.port());
    Worker worker = rig.worker();
    worker.password = "a\"b";
    worker.writeConfig();
    worker.launch();
    assertEquals(2, worker.awaitExit());
    assertTrue(worker.output().startsWith("parse cmd flags err: "), worker.output());
    worker.password = Servers.PASSWORD;
    worker.extra = "no-such-key = 1";
    worker.writeConfig();
    worker.launch();
    assertEquals(2, worker.awaitExit());
    rig.startMaster();
  }

  @Test
  void sealedAndPlainPasswords() {
    rig = new Rig(SERVERS.primary.port());
    Worker worker = rig.worker();
    // What dmctl --encrypt once made of the password.
    worker.password = SEALED;
    rig.start();
    worker.awaitRelay("Running", relay -> stage(relay).equals("Running"));
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
  }

  private static final String SEALED = "YmK2ZezdPeQjeBgQBaZr60DVUWhe9og5";

  @Test
  void withoutGtidWIsEmpty() {
    rig = new Rig(SERVERS.primary.port());
    Worker worker = rig.worker();
    worker.gtid = false;
    rig.start();
    row(10);
    worker.awaitRelay(
        "the position of the primary",
        relay -> relay.get("relayBinlog").equals(relay.get("masterBinlog")));
    assertEquals("", worker.relay().get("relayBinlogGtid").asText());
  }

  @Test
  void emptySubDirInTheMiddleIsAWall() {
    Worker worker = onPrimary();
    Path task = rig.taskFile("app", "rl", SERVERS.primary);
    rig.must("start-task", task.toString());
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    rig.must("pause-task", "app");
    worker.pauseRelay();
    rig.must("switch-relay-master", "-w", worker.address());
    rig.must("switch-relay-master", "-w", worker.address());
    worker.resumeRelay();
    row(10);
    worker.awaitCaughtUp(SERVERS.primary);
    rig.must("resume-task", "app");
    JsonNode subtask =
        worker.awaitTask(
            "app",
            "Paused with an error",
            t -> t.get("stage").asText().equals("Paused") && t.get("result").isObject());
    JsonNode error = subtask.get("result").get("errors").get(0).get("error");
    assertEquals(11028, error.get("ErrCode").asInt());
    assertTrue(
        error
            .get("Message")
            .asText()
            .matches(
                "parse relay log file .* from offset \\d+ in dir .*\\.000001: "
                    + "parse relay log file .* from offset 0 in dir .*\\.000001: "
                    + "binlog files in dir .*\\.000002 not found"),
        error.toString());
    assertEquals("Running", stage(worker.relay()));
  }

  /** What the tests of this class write is not needed any more. */
  @AfterEach
  void shrink() {
    for (MySqlInstance server : List.of(SERVERS.primary)) {
      server.sql().execute("DELETE FROM rl.t", "DROP TABLE IF EXISTS rl.big");
    }
    assertTrue(
        Await.within(
            Duration.ofSeconds(60),
            () -> SERVERS.replica.replication().has(SERVERS.primary.replication().executed())));
  }
}
