package dmswitch.sandbox.dm.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.dm.contract.Rig.Worker;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.net.Vip;
import dmswitch.sandbox.process.Reaper;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker whose upstream moves behind a real virtual IP. Needs root. */
class VipContractIT {
  private static final Servers SERVERS = Servers.get();
  private static Network network;
  private static Vip vip;
  private static Servers.Pair pair;
  private static int nextId = 1;

  private int firstId;
  private Rig rig;
  private Worker worker;

  @BeforeAll
  static void servers() {
    network = Network.create();
    Reaper.atEnd(network.deletion());
    vip = network.vip();
    pair = new Servers.Pair(server("vip-primary", 51), server("vip-replica", 52));
    DmUsers.upstream(pair.primary(), Servers.USER, Servers.PASSWORD);
    pair.replica().replication().from(pair.primary());
    String[] schema = {"CREATE DATABASE vip", "CREATE TABLE vip.t (id BIGINT PRIMARY KEY)"};
    pair.primary().sql().execute(schema);
    SERVERS.target.sql().execute(schema);
    pair.sync();
  }

  private static MySqlInstance server(String name, int serverId) {
    Host host = network.addHost();
    return MySqlInstance.start(
        SERVERS.directory.resolve(name),
        MySqlOptions.serverId(serverId),
        Place.on(host),
        MySqlInstance.Life.WITH_JVM);
  }

  @AfterAll
  static void gone() {
    pair.close();
    network.delete();
  }

  /** Relay and a task on the primary, through the VIP; what was written has arrived. */
  @BeforeEach
  void taskThroughTheVip() {
    vip.moveTo(pair.primary().ownHost());
    pair.primary().sql().execute("FLUSH BINARY LOGS");
    rig = new Rig(Place.MYSQL_PORT);
    worker = rig.worker();
    worker.host = vip.address();
    rig.start();
    firstId = nextId;
    row();
    worker.awaitCaughtUp(pair.primary());
    rig.must("start-task", rig.taskFile("vip", "vip", pair.primary()).toString());
    awaitRows();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void movedUnderARunningRelay() {
    vip.moveTo(pair.replica().ownHost());
    row();
    pair.sync();
    // Noticed with the first TCP keep-alive: nobody sends anything else.
    JsonNode relay =
        worker.awaitRelay(
            "Paused by a duplicate, or pulling under the old uuid",
            r ->
                r.get("stage").asText().equals("Paused")
                    || rig.contains(
                        r.get("relayBinlogGtid").asText(),
                        pair.replica().replication().executed()));
    requireSubDirs(subDir(pair.primary(), 1));
    if (relay.get("stage").asText().equals("Paused")) {
      JsonNode error = relay.get("result").get("errors").get(0).get("error");
      assertEquals(30029, error.get("ErrCode").asInt());
      assertTrue(
          error.get("Message").asText().startsWith("handle a potential duplicate event"),
          error.toString());
    } else {
      worker.pauseRelay();
    }

    rig.must("pause-task", "vip");
    rig.must("switch-relay-master", "-w", worker.address());
    worker.resumeRelay();
    rig.must("resume-task", "vip");
    row();
    awaitRows();
    requireSubDirs(subDir(pair.primary(), 1), subDir(pair.replica(), 2));
  }

  @Test
  void resumeRelayAfterTheMoveTripsOverAConnectionOfBefore() {
    pause();
    vip.moveTo(pair.replica().ownHost());
    row();
    pair.sync();
    worker.resumeRelay();
    JsonNode relay =
        worker.awaitRelay(
            "Paused, or in the replica's sub dir",
            r ->
                r.get("stage").asText().equals("Paused")
                    || r.get("relaySubDir").asText().equals(subDir(pair.replica(), 2)));
    if (tripped(relay.get("stage").asText().equals("Paused"))) {
      JsonNode error = relay.get("result").get("errors").get(0).get("error");
      assertEquals(10003, error.get("ErrCode").asInt(), error.toString());
      assertEquals("invalid connection", error.get("RawCause").asText());
      requireSubDirs(subDir(pair.primary(), 1));
      awaitReplicaSeen();
      worker.resumeRelay();
    }
    rig.must("resume-task", "vip");
    awaitRows();
    requireSubDirs(subDir(pair.primary(), 1), subDir(pair.replica(), 2));
  }

  @Test
  void switchRelayMasterAfterTheMoveTripsOverAConnectionOfBefore() {
    pause();
    vip.moveTo(pair.replica().ownHost());
    JsonNode answer = rig.json("switch-relay-master", "-w", worker.address());
    assertTrue(answer.get("result").asBoolean());
    JsonNode ofWorker = answer.get("workers").get(0);
    if (tripped(!ofWorker.get("result").asBoolean())) {
      assertTrue(
          ofWorker
              .get("msg")
              .asText()
              .startsWith(
                  "[code=10003:class=database:scope=not-set:level=high]"
                      + " database driver: invalid connection\n"),
          ofWorker.toString());
      requireSubDirs(subDir(pair.primary(), 1));
      awaitReplicaSeen();
      rig.must("switch-relay-master", "-w", worker.address());
    }
    worker.resumeRelay();
    rig.must("resume-task", "vip");
    row();
    awaitRows();
    requireSubDirs(subDir(pair.primary(), 1), subDir(pair.replica(), 2));
  }

  @Test
  void switchRelayMasterBeforeItMovedMakesAWall() {
    pause();
    rig.must("switch-relay-master", "-w", worker.address());
    vip.moveTo(pair.replica().ownHost());
    awaitReplicaSeen();
    worker.resumeRelay();
    requireWall(subDir(pair.primary(), 1), subDir(pair.primary(), 2), subDir(pair.replica(), 3));
  }

  @Test
  void switchRelayMasterTwiceMakesAWall() {
    pause();
    vip.moveTo(pair.replica().ownHost());
    awaitReplicaSeen();
    rig.must("switch-relay-master", "-w", worker.address());
    rig.must("switch-relay-master", "-w", worker.address());
    worker.resumeRelay();
    requireWall(subDir(pair.primary(), 1), subDir(pair.replica(), 2), subDir(pair.replica(), 3));
  }

  /**
   * Real DM asks its upstream every five seconds by itself, and may so have lost the connection of
   * before already. The stand-in always trips.
   */
  private static boolean tripped(boolean whatHappened) {
    assertTrue(whatHappened || !Rig.REAL.isEmpty(), "the stand-in is kinder than real DM");
    return whatHappened;
  }

  /** Until the worker itself sees the replica: by then it has no connection of before any more. */
  private void awaitReplicaSeen() {
    String wanted =
        "(%s, %s)"
            .formatted(
                pair.replica().sql().column("SHOW MASTER STATUS", "File"),
                pair.replica().sql().column("SHOW MASTER STATUS", "Position"));
    worker.awaitRelay(
        "masterBinlog " + wanted, relay -> relay.get("masterBinlog").asText().equals(wanted));
  }

  private void requireSubDirs(String... wanted) {
    assertEquals(List.of(wanted), worker.subDirs());
  }

  private void pause() {
    worker.pauseRelay();
    rig.must("pause-task", "vip");
  }

  /** The task does not get past the second of these sub dirs, though relay does. */
  private void requireWall(String... subDirs) {
    row();
    pair.sync();
    worker.awaitCaughtUp(pair.replica());
    requireSubDirs(subDirs);
    rig.must("resume-task", "vip");
    JsonNode task =
        worker.awaitTask(
            "vip",
            "Paused with an error",
            t -> t.get("stage").asText().equals("Paused") && t.get("result").isObject());
    String error = task.get("result").get("errors").toString();
    assertTrue(error.matches(".*binlog files in dir [^ ]*\\.000002 not found.*"), error);
    assertEquals("Running", worker.relay().get("stage").asText());
  }

  private static void row() {
    pair.primary().sql().execute("INSERT INTO vip.t VALUES (" + nextId++ + ")");
  }

  /** Behind a wall, rows of other tests are missing. */
  private void awaitRows() {
    String ids = "SELECT GROUP_CONCAT(id ORDER BY id) FROM vip.t WHERE id >= " + firstId;
    rig.awaitTarget(ids, pair.primary().sql().value(ids));
  }

  private static String subDir(MySqlInstance server, int suffix) {
    return "%s.%06d".formatted(server.uuid(), suffix);
  }
}
