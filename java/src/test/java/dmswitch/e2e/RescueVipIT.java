package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What goes wrong by hand behind a virtual IP, really made, and repaired by rescue.yml. The tests
 * share one cluster: each moves the VIP to the other server, and leaves a healthy worker.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RescueVipIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ALIAS = ClusterBuilder.workerAlias(1);

  @RegisterExtension
  static final ClusterExtension EXTENSION = ClusterExtension.of(builder -> builder.vip());

  private final Cluster cluster = EXTENSION.get();

  /** Who holds the VIP, and who will. */
  private MySqlInstance primary;

  private MySqlInstance next;

  @BeforeEach
  void whoIsWho() {
    boolean atOld = cluster.vip().holders().contains(cluster.oldServer().ownHost());
    primary = atOld ? cluster.oldServer() : cluster.newServer();
    next = atOld ? cluster.newServer() : cluster.oldServer();
    if (!isReplica(next)) {
      next.replication().from(primary);
    }
    write(primary, 20);
  }

  @Test
  @Order(1)
  void movedUnderARunningRelay() throws IOException {
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    moveVip();
    write(next, 20);
    Relay.await(
        cluster,
        "Paused, or pulling under the old uuid",
        status ->
            status.path("stage").asText().equals("Paused")
                || next.sql()
                    .value(
                        "SELECT GTID_SUBSET(@@GLOBAL.gtid_executed, '"
                            + status.path("relayBinlogGtid").asText()
                            + "')")
                    .equals("1"));
    assertTrue(Relay.subDir(cluster).startsWith(primary.uuid()), Relay.subDir(cluster));

    RescueRun.wouldRepair(cluster, "vip_moved");
    RescueRun.repair(
        RescueRun.applying(cluster).with("dmctl", dmctl.program().toString()), "vip_moved");

    assertFalse(dmctl.commands().contains("switch-relay-master"), () -> "" + dmctl.commands());
    Rows.requireFlow(cluster, next, 20);
    assertEquals(List.of(name(primary, 1), name(next, 2)), RescueRun.subDirs(cluster));
  }

  @Test
  @Order(2)
  void switchRelayMasterCalledBeforeItMoved() {
    List<String> before = RescueRun.subDirs(cluster);
    dmctl("pause-relay", "-w", worker());
    dmctl("pause-task", "-w", worker(), "app");
    dmctl("switch-relay-master", "-w", worker());
    moveVip();

    RescueRun.repair(cluster, "switched_too_early");

    // An operator has paused it.
    assertEquals("Paused", cluster.dmctl().taskStage(cluster.worker(), "app"));
    dmctl("resume-task", "-w", worker(), "app");
    Rows.requireFlow(cluster, next, 20);
    requireOneMore(before);
  }

  /** As a worker that is killed between the two leaves it. */
  @Test
  @Order(3)
  void killedBetweenTheSubDirAndItsIndexEntry() throws IOException {
    List<String> before = RescueRun.subDirs(cluster);
    // Stopped while rows flow, DM would replay some of them twice.
    Rows.requireEqual(cluster, primary);
    cluster.services().stop(cluster.worker().unit());
    moveVip();
    Files.createDirectory(cluster.worker().relayDir().resolve(name(next, before.size() + 1)));
    cluster.services().start(cluster.worker().unit());
    Relay.await(cluster, "an error", status -> status.toString().contains("file exists"));

    RescueRun.repair(cluster, "index_entry_missing");

    Rows.requireFlow(cluster, next, 20);
    requireOneMore(before);
  }

  /** What is told is done: the other server still has the binlog, and comes to answer there. */
  @Test
  @Order(4)
  void stoppedByAPurgedBinlog() {
    List<String> before = RescueRun.subDirs(cluster);
    dmctl("pause-relay", "-w", worker());
    write(primary, 20);
    next.replication().awaitAllOf(primary, LIMIT);
    primary.replication().purgeBinaryLogs();
    dmctl("resume-relay", "-w", worker());
    Relay.await(cluster, "error 1236", status -> status.toString().contains("1236"));

    RunEnded.Told told = RescueRun.refused(cluster, "binlog_purged");

    assertTrue(told.found().contains(primary.uuid() + ":"), told.found());
    assertTrue(
        told.next().contains("make it answer at that address and run rescue.yml again"),
        told.next());
    moveVip();
    RescueRun.repair(cluster, "vip_moved");
    Rows.requireFlow(cluster, next, 20);
    requireOneMore(before);
  }

  @Test
  @Order(5)
  void theUpstreamSwallowsPackets() {
    next.replication().awaitAllOf(primary, LIMIT);
    primary.ownHost().poweredOff();
    next.replication().promote();

    RunEnded.Told told = SwitchRun.rescue(cluster).with("rescue_apply", true).run().problem();

    assertTrue(told.found().contains("no packet comes back"), told.found());
    assertTrue(told.next().contains("switch-vip.yml"), told.next());
    SwitchRun.Running switching =
        SwitchRun.behindVip(cluster)
            .with("new_mysql_host", next.host())
            .with("new_mysql_port", next.port())
            .start();
    switching.awaitOutput("Move the VIP to ");
    cluster.vip().moveTo(next.ownHost());
    switching.await().succeeded();
    Rows.requireFlow(cluster, next, 20);
  }

  // ---- helpers ---------------------------------------------------------------------------------

  /** The next server has all, becomes the primary and gets the VIP. */
  private void moveVip() {
    next.replication().awaitAllOf(primary, LIMIT);
    next.replication().promote();
    cluster.vip().moveTo(next.ownHost());
  }

  private String worker() {
    return cluster.worker().address();
  }

  private void dmctl(String... words) {
    cluster.dmctl().run(words);
  }

  private void write(MySqlInstance server, int transactions) {
    try (Load load = Load.start(cluster, ALIAS, server, Load.Pace.USUAL)) {
      Rows.await(load, transactions);
    }
  }

  private static boolean isReplica(MySqlInstance server) {
    return !server.sql().rows("SHOW SLAVE STATUS").isEmpty();
  }

  /** One more sub dir than before, of the next server; each of them with a file. */
  private void requireOneMore(List<String> before) {
    List<String> now = RescueRun.subDirs(cluster);
    assertEquals(
        Stream.concat(before.stream(), Stream.of(name(next, before.size() + 1))).toList(), now);
    Await.until(
        "relay in " + now.get(before.size()),
        LIMIT,
        () -> Relay.subDir(cluster).equals(now.get(before.size())),
        () -> Relay.status(cluster).toString());
  }

  private static String name(MySqlInstance server, int suffix) {
    return "%s.%06d".formatted(server.uuid(), suffix);
  }
}
