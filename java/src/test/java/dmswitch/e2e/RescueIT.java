package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.relay.Hole;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * States in which a person may find a worker, really made, and repaired by rescue.yml, or left with
 * what it says then done. The tests share one cluster: each leaves it healthy to the next, later
 * ones on the other server.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RescueIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ALIAS = ClusterBuilder.workerAlias(1);
  private static final List<String> TASKS = List.of("app", "report");

  @RegisterExtension
  static final ClusterExtension EXTENSION =
      ClusterExtension.of(
              builder ->
                  builder
                      .thirdServer()
                      .server(Cluster.THIRD, MySqlOptions.serverId(4).logBin("binlog"))
                      .tasks(Task.plain("app", ALIAS), Task.plain("report", ALIAS)))
          .setting("recover-event-limit", Hole.LIMIT_BYTES);

  private final Cluster cluster = EXTENSION.get();
  private final MySqlInstance old = cluster.oldServer();
  private final MySqlInstance next = cluster.newServer();

  @Test
  @Order(1)
  void healthyThenPausedThenWithoutRightsThenDown() {
    Untouched before = Untouched.of(cluster);
    RunEnded healthy = RescueRun.applying(cluster).run().succeeded();
    assertFalse(
        healthy.result("Repair what is").orElseThrow().path("changed").asBoolean(true),
        healthy.output());
    before.require();

    dmctl("pause-relay", "-w", worker());
    write(old, 20);
    RescueRun.repair(cluster, "relay_paused");
    Rows.requireFlow(cluster, old, 20);

    onlyHere(old, "REVOKE REPLICATION SLAVE ON *.* FROM " + user());
    dmctl("pause-relay", "-w", worker());
    dmctl("resume-relay", "-w", worker());
    Relay.awaitStage(cluster, "Paused");
    write(old, 20);
    RunEnded.Told told = RescueRun.refused(cluster, "no_rights");
    assertTrue(told.next().contains("GRANT REPLICATION SLAVE ON *.* TO"), told.next());
    onlyHere(old, "GRANT REPLICATION SLAVE ON *.* TO " + user());
    RescueRun.repair(cluster, "no_rights");
    Rows.requireFlow(cluster, old, 20);

    cluster.services().stop(cluster.worker().unit());
    write(old, 20);
    RescueRun.repair(cluster, "worker_down");
    Rows.requireFlow(cluster, old, 20);
  }

  @Test
  @Order(2)
  void theWallAndARepairThatIsCutOffTwice() {
    WatchedSystemctl systemctl = WatchedSystemctl.of(cluster);
    makeWall();
    write(old, 20);
    JsonNode wall = RescueRun.wouldRepair(cluster, "wall");
    List<String> before = RescueRun.subDirs(cluster);
    assertTrue(wall.at("/diff/before").asText().contains(before.get(2)), wall.toString());
    assertFalse(wall.at("/diff/after").asText().contains(before.get(2)), wall.toString());

    cutOff(systemctl, "stop");
    JsonNode half = RescueRun.look(cluster, "rescue_half_way");
    assertTrue(half.path("next").asText().contains("it continues from there"), half.toString());
    cutOff(systemctl, "start");
    RunEnded repaired = RescueRun.applying(cluster).run().succeeded();

    assertEquals("healthy", repaired.result("Repair what is").orElseThrow().path("state").asText());
    assertEquals(List.of(name(old, 1), name(old, 2)), RescueRun.subDirs(cluster));
    Rows.requireFlow(cluster, old, 20);
  }

  /** Kills rescue.yml, and all that it started, while this command of systemctl is called. */
  private void cutOff(WatchedSystemctl systemctl, String command) {
    systemctl.hold(command);
    SwitchRun.Running running = RescueRun.applying(cluster).start();
    systemctl.awaitHeld(command, running);
    running.kill();
    running.await();
    systemctl.release(command);
  }

  @Test
  @Order(3)
  void theWallIsLeftWhereACheckpointLiesInARenumberedSubDir() {
    dmctl("stop-task", "report");
    String stood = checkpoint("report");
    makeWall();
    write(old, 20);
    // As if it had been dumped and loaded since.
    String[] at = Relay.status(cluster).path("relayBinlog").asText().split("[(), ]+", -1);
    int suffix = RescueRun.subDirs(cluster).size();
    moveCheckpoint("report", at[1].replace(".", "|%06d.".formatted(suffix)), at[2]);

    RunEnded.Told told = RescueRun.refused(cluster, "wall");

    assertTrue(told.found().contains("report, (mysql-bin|%06d".formatted(suffix)), told.found());
    assertTrue(told.found().contains("renumbered"), told.found());
    assertTrue(told.next().contains("task-mode: all"), told.next());
    String[] former = stood.split("\t", -1);
    moveCheckpoint("report", former[0], former[1]);
    RescueRun.repair(cluster, "wall");

    // As if purge had taken its sub dir.
    moveCheckpoint("report", "mysql-bin|000009.000001", "4");
    dmctl("start-task", cluster.taskFile("report").toString());
    awaitError("report", "UUID suffix 000009");
    RunEnded.Told gone = RescueRun.refused(cluster, "relay_log_gone");
    String stop = "stop-task -w " + worker() + " report";
    assertTrue(gone.next().contains(stop), gone.next());
    dmctl(stop.split(" "));
    RescueRun.look(cluster, "healthy");

    moveCheckpoint("report", former[0], former[1]);
    dmctl("start-task", cluster.taskFile("report").toString());
    Rows.requireFlow(cluster, old, 20);
  }

  @Test
  @Order(4)
  void stoppedHalfWay() {
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun byHand = SwitchRun.of(cluster).with("flush_binary_logs", "never");
    fillBinlog();
    dmctl.hold("stop-task");
    SwitchRun.Running running = byHand.with("dmctl", dmctl.program().toString()).start();
    dmctl.awaitHeld("stop-task", running);
    running.kill();
    running.await();
    dmctl.release("stop-task");

    RunEnded.Told told = RescueRun.refused(cluster, "stopped_half_way");

    assertEquals(
        "run switch-upstream.yml with new_mysql_host="
            + next.host()
            + " and new_mysql_port="
            + next.port()
            + ": it continues from there; if that server is lost, run it with another one, and it"
            + " says whether that is safe; or run rollback.yml, which takes the switch back to the"
            + " old server if that is safe",
        told.next());
    byHand.run().succeeded();
    next.replication().promote();
    Rows.requireFlow(cluster, next, 20);
    awaitCheckpoints("|%06d.".formatted(RescueRun.subDirs(cluster).size()));
  }

  /** The switch before went without a flush: the current file begins with a hole. */
  @Test
  @Order(5)
  void theCutRelayFileThenOneAtRisk() throws IOException {
    TASKS.forEach(task -> dmctl("stop-task", task));
    write(next, 20);
    Relay.awaitAllOf(cluster, next);
    restart();
    Relay.await(cluster, "cut", status -> status.path("relayBinlog").asText().endsWith(", 0)"));
    for (String task : TASKS) {
      dmctl("start-task", cluster.taskFile(task).toString());
      awaitError(task, "too big");
    }

    // Nobody knows W: asked for, and held against what is known.
    Path journal = Untouched.journal(cluster);
    Path hidden = cluster.folder().resolve("hidden-journal");
    Files.move(journal, hidden);
    RunEnded.Told unknown = RescueRun.refused(cluster, "relay_file_cut");
    assertTrue(unknown.next().contains("set rescue_gtid_w: relayBinlogGtid"), unknown.next());
    SwitchRun never = RescueRun.applying(cluster).with("flush_binary_logs", "never");
    RunEnded.Told tooMuch =
        RescueRun.refused(
            cluster, never.with("rescue_gtid_w", next.replication().executed()), "relay_file_cut");
    assertTrue(tooMuch.found().contains("does not hold"), tooMuch.found());

    RescueRun.repair(never.with("rescue_gtid_w", gtidWIn(unknown.next())), "relay_file_cut");

    Rows.requireFlow(cluster, next, 20);

    // The hole is still there: down on it, from W of the journal, and left behind this time.
    Files.move(journal, cluster.folder().resolve("second-journal"));
    Files.move(hidden, journal);
    cluster.services().stop(cluster.worker().unit());
    RunEnded repaired = RescueRun.repair(cluster, "relay_file_at_risk");
    assertTrue(repaired.output().contains("begins with a hole of"), repaired.output());
    String holed = Relay.file(cluster);
    Rows.requireFlow(cluster, next, 20);
    Relay.awaitLaterFile(cluster, holed);
    restart();
    Rows.requireFlow(cluster, next, 20);
  }

  /** The set that the text says relay.meta of the sub dir before has. */
  private static String gtidWIn(String next) {
    return next.replaceAll(
        "(?s)^.*\\(relay\\.meta of the previous sub dir says ([^)]*)\\).*$", "$1");
  }

  @Test
  @Order(6)
  void rolledWithoutEffect() throws IOException {
    old.replication().from(next);
    Path inventory = cluster.inventory();
    Files.writeString(
        inventory,
        Files.readString(inventory)
            .replace("mysql_port=" + next.port(), "mysql_port=" + old.port()));
    Path playbook = cluster.dmAnsible().resolve("rolling_update.yml");
    String whole = Files.readString(playbook);
    Files.writeString(playbook, whole.replace("state: stopped", "state: started"));
    RollingUpdate.run(cluster);
    Files.writeString(playbook, whole);
    Load load = Load.start(cluster, ALIAS, next, Load.Pace.QUIET);
    Rows.await(load, 20);

    RunEnded.Told told = RescueRun.refused(cluster, "rolled_without_effect");

    assertTrue(
        told.next()
            .contains(
                "run switch-upstream.yml with new_mysql_host="
                    + old.host()
                    + " and new_mysql_port="
                    + old.port()),
        told.next());
    SwitchRun.of(cluster, old).run().succeeded();
    load.close();
    old.replication().awaitAllOf(next, LIMIT);
    old.replication().promote();
    Rows.requireFlow(cluster, old, 20);
  }

  @Test
  @Order(7)
  void theUpstreamIsLost() {
    next.replication().from(old);
    next.replication().awaitAllOf(old, LIMIT);
    old.kill();
    Relay.awaitStage(cluster, "Paused");
    next.replication().promote();

    RunEnded.Told told = RescueRun.refused(cluster, "upstream_lost");

    assertTrue(told.next().contains("switch-upstream.yml"), told.next());
    SwitchRun.of(cluster, next).run().succeeded();
    Rows.requireFlow(cluster, next, 20);
  }

  /** What the pre-flight of a switch refuses, done by hand: all looks well until a task starts. */
  @Test
  @Order(8)
  void binlogFilesWithANameThatSortsLower() throws IOException {
    MySqlInstance third = cluster.server(Cluster.THIRD);
    third.replication().from(next);
    third.replication().awaitAllOf(next, LIMIT);
    third.replication().promote();
    TASKS.forEach(task -> dmctl("stop-task", task));
    Files.writeString(
        cluster.inventory(),
        Files.readString(cluster.inventory())
            .replace("mysql_port=" + next.port(), "mysql_port=" + third.port()));
    RollingUpdate.run(cluster);
    Relay.awaitStage(cluster, "Running");
    TASKS.forEach(task -> dmctl("start-task", cluster.taskFile(task).toString()));
    Rows.requireFlow(cluster, third, 20);
    awaitCheckpoints(Relay.status(cluster).path("relayBinlog").asText().replaceAll("^[^,]*", ""));
    RunEnded warned = RescueRun.applying(cluster).run().succeeded();
    assertTrue(
        warned.output().replaceAll("\\s+", " ").contains("do not stop or pause it"),
        warned.output());
    dmctl("stop-task", "app");
    dmctl("start-task", cluster.taskFile("app").toString());
    awaitError("app", "too big");

    RunEnded.Told told = RescueRun.refused(cluster, "other_base_name");

    assertTrue(told.found().contains("binlog, which sorts before"), told.found());
    assertTrue(told.next().contains("it cannot be repaired in place"), told.next());
    assertTrue(told.next().contains("task-mode: all"), told.next());
  }

  // ---- helpers ---------------------------------------------------------------------------------

  private String worker() {
    return cluster.worker().address();
  }

  private void dmctl(String... words) {
    cluster.dmctl().run(words);
  }

  private static String user() {
    return "'" + Logins.DM_USER + "'@'%'";
  }

  private static void onlyHere(MySqlInstance server, String statement) {
    server.sql().execute("SET sql_log_bin = 0", statement, "SET sql_log_bin = 1");
  }

  private void write(MySqlInstance server, int transactions) {
    try (Load load = Load.start(cluster, ALIAS, server, Load.Pace.USUAL)) {
      Rows.await(load, transactions);
    }
  }

  /** switch-relay-master called twice, while nothing had moved. */
  private void makeWall() {
    dmctl("pause-relay", "-w", worker());
    dmctl("switch-relay-master", "-w", worker());
    dmctl("switch-relay-master", "-w", worker());
    dmctl("resume-relay", "-w", worker());
    Relay.awaitStage(cluster, "Running");
  }

  /** Makes the servers' current binlog file so big that relay cannot look through a hole of it. */
  private void fillBinlog() {
    long bytes = ClusterExtension.isRealDm() ? 450L << 20 : Hole.LIMIT_BYTES + (2 << 20);
    old.sql()
        .execute(
            "CREATE DATABASE filler", "CREATE TABLE filler.t (id INT PRIMARY KEY, v LONGBLOB)");
    for (int i = 0; i < bytes >> 20; i++) {
      old.sql().execute("INSERT INTO filler.t VALUES (" + i + ", REPEAT('x', 1048576))");
    }
    next.replication().awaitAllOf(old, Duration.ofMinutes(3));
    Relay.awaitAllOf(cluster, old);
  }

  private void restart() {
    cluster.services().stop(cluster.worker().unit());
    cluster.services().start(cluster.worker().unit());
    Relay.awaitStage(cluster, "Running");
  }

  /** Binlog name and position, as the task has written them into the target. */
  private String checkpoint(String task) {
    return String.join(
        "\t",
        cluster
            .target()
            .sql()
            .rows(
                "SELECT binlog_name, binlog_pos FROM dm_meta."
                    + task
                    + "_syncer_checkpoint WHERE is_global = 1")
            .get(0));
  }

  private void moveCheckpoint(String task, String name, String position) {
    cluster
        .target()
        .sql()
        .execute(
            "UPDATE dm_meta."
                + task
                + "_syncer_checkpoint SET binlog_name = '"
                + name
                + "', binlog_pos = "
                + position);
  }

  private void awaitCheckpoints(String words) {
    for (String task : TASKS) {
      Await.until(
          "the checkpoint of " + task + " with " + words,
          Duration.ofSeconds(90),
          () -> cluster.dmctl().checkpoint(cluster.worker(), task).contains(words),
          () -> cluster.dmctl().status(cluster.worker()).toString());
    }
  }

  private void awaitError(String task, String words) {
    Await.until(
        "an error of " + task,
        LIMIT,
        () -> {
          for (JsonNode subtask : cluster.dmctl().status(cluster.worker()).path("subTaskStatus")) {
            if (subtask.path("name").asText().equals(task)
                && subtask.path("result").path("errors").toString().contains(words)) {
              return true;
            }
          }
          return false;
        },
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }

  private static String name(MySqlInstance server, int suffix) {
    return "%s.%06d".formatted(server.uuid(), suffix);
  }
}
