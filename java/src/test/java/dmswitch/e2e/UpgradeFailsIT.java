package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * DM-Ansible's rolling upgrade goes wrong, in every way in which it does; each time the operator
 * fixes what the message names and runs the same playbook again.
 */
class UpgradeFailsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ROLL = "Step 7";
  private static final String OBSERVE = "Step 8";
  private static final String USER = "'" + Logins.DM_USER + "'@'%'";

  /** Seconds for relay to come to the new server, where it does not. */
  private static final int IMPATIENT = 6;

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(builder -> builder.waitTimeout(Duration.ofSeconds(10)))
          // The real one: relay.meta of a worker that dies comes after its file.
          .setting("flush-meta-interval", 30_000);

  @Test
  void rollFailsAndWorkerDoesNotComeBack() throws IOException {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    WatchedSystemctl systemctl = WatchedSystemctl.of(cluster);
    Path bin = cluster.dmAnsible().resolve("resources/bin");
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.QUIET);
    Rows.await(load, 50);

    // Its unit cannot be stopped: the worker runs on as it was.
    dmctl.hold("stop-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("stop-task", running);
    systemctl.fail("stop");
    dmctl.release("stop-task");
    RunEnded.Told told = running.await().stoppedMidwayIn(ROLL);
    assertTrue(told.found().contains("in its task 'stop dm-worker by systemd'"), told.found());
    assertTrue(told.found().contains("Access denied"), told.found());
    requireOnOldServer(cluster);
    systemctl.fix("stop");

    // What it copies has gone since the checks: the worker is down.
    Path kept = Files.move(bin.resolve("mydumper"), cluster.folder().resolve("mydumper"));
    told = run.run().stoppedMidwayIn(ROLL);
    assertTrue(told.found().contains("deploy mydumper binary'"), told.found());
    assertTrue(told.next().contains("the worker may be down"), told.next());
    assertEquals("inactive", state(cluster));
    Files.move(kept, bin.resolve("mydumper"));

    // The new binary ends at once, and the roll takes longer than it may: it continues on its own.
    kept =
        Files.move(
            bin.resolve("dm-worker"),
            cluster.folder().resolve("dm-worker"),
            StandardCopyOption.REPLACE_EXISTING);
    script(bin.resolve("dm-worker"), "exit 1");
    systemctl.hold("start");
    told = run.with("upgrade_timeout", 3).run().stoppedMidwayIn(ROLL);
    assertTrue(told.found().contains("has not ended after 3 s"), told.found());
    assertTrue(told.found().contains("it is still running"), told.found());
    running = run.start();
    running.awaitAtWork(cluster, "Step 7");
    systemctl.release("start");
    told = running.await().stoppedMidwayIn(ROLL);
    assertTrue(told.found().contains("in its task 'wait for dm-worker up'"), told.found());
    Map<String, String> journal = SwitchJournal.files(cluster);
    assertTrue(journal.containsKey("roll-3/roll.log"), "the third was waited for");
    assertFalse(journal.containsKey("roll-4/roll.log"), "no fourth beside the third");
    Files.move(kept, bin.resolve("dm-worker"), StandardCopyOption.REPLACE_EXISTING);

    // Its port is taken by the time it starts: DM-Ansible sees a port that answers.
    systemctl.hold("start");
    running = impatient(run).start();
    systemctl.awaitHeld("start", running);
    onNewServer(cluster, "REVOKE REPLICATION SLAVE ON *.* FROM " + USER);
    try (TakenPort taken = TakenPort.of(cluster.worker().port())) {
      systemctl.release("start");
      told = running.await().stoppedMidwayIn(OBSERVE);
      assertTrue(told.found().startsWith("after " + IMPATIENT + " s: "), told.found());
      assertTrue(told.wanted().contains(cluster.newServer().uuid()), told.wanted());
      assertTrue(taken.connections() > 0, "the port was never asked");
    }

    // It comes up on its own, and the new server gives relay nothing: its last sub dir is empty,
    // and
    // a further roll or one back would make a wall of it (rule 9).
    told = impatient(run).run().stoppedMidwayIn(OBSERVE);
    assertTrue(told.found().contains("Access denied"), told.found());
    assertFalse(told.found().contains("github.com/pingcap"), "a Go stack: " + told.found());
    assertTrue(told.next().contains("do not roll the worker"), told.next());
    List<String> subDirs = subDirs(cluster);
    assertEquals(2, subDirs.size(), subDirs::toString);
    assertEquals(List.of(), binlogFiles(cluster, subDirs.get(1)));
    onNewServer(cluster, "GRANT REPLICATION SLAVE ON *.* TO " + USER);

    load.close();
    requireSwitched(cluster, run.run());
    assertEquals(subDirs, subDirs(cluster), "no further sub dir");
    for (String subDir : subDirs) {
      assertFalse(binlogFiles(cluster, subDir).isEmpty(), subDir + " is empty");
    }
    assertEquals(subDirs.get(1), Relay.subDir(cluster));
  }

  @Test
  void rollEndsWellAndTheWorkerIsStillOnTheOldServer() throws IOException {
    Cluster cluster = extension.get();
    SwitchRun run = SwitchRun.of(cluster);
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.QUIET);
    Rows.await(load, 50);

    // It restarts nothing.
    Path playbook = cluster.dmAnsible().resolve("rolling_update.yml");
    String whole = Files.readString(playbook);
    Files.writeString(playbook, whole.replace("state: stopped", "state: started"));
    String before = state(cluster);
    RunEnded.Told told = impatient(run).run().stoppedMidwayIn(OBSERVE);
    assertTrue(told.found().contains(cluster.oldServer().uuid()), told.found());
    assertTrue(told.wanted().contains(cluster.newServer().uuid()), told.wanted());
    assertEquals(before, state(cluster));
    requireOnOldServer(cluster);
    Files.writeString(playbook, whole);

    // It restarts the worker on its former configuration: relay runs on from there.
    Path tasks = cluster.dmAnsible().resolve("roles/dm-worker/tasks/main.yml");
    String wholeTasks = Files.readString(tasks);
    int render = wholeTasks.indexOf("- name: create configuration file");
    Files.writeString(tasks, wholeTasks.substring(0, render));
    Path rolled = Files.copy(cluster.worker().configuration(), cluster.folder().resolve("rolled"));
    formerConfiguration(cluster);
    told = impatient(run).run().stoppedMidwayIn(OBSERVE);
    assertTrue(told.found().contains(cluster.oldServer().uuid()), told.found());
    awaitRelayRunning(cluster);
    Files.writeString(tasks, wholeTasks);

    // There it dies: what it has pulled is in its file, not in relay.meta.
    cluster.services().kill(cluster.worker().unit());
    told = run.run().stoppedMidwayIn("Step 2");
    assertTrue(told.found().contains("relay.meta lags behind"), told.found());
    Path backup = cluster.worker().deployDir().resolve("backup");
    assertTrue(
        told.next()
            .contains(
                "start the worker on the old server again (its former dm-worker.toml is in "
                    + backup),
        told.next());
    formerConfiguration(cluster);
    cluster.services().start(cluster.worker().unit());
    awaitRelayRunning(cluster);

    // Then somebody rolls it by hand: relay has pulled there what the new server lacks.
    cluster.newServer().replication().stop();
    awaitRelayBeyond(cluster);
    load.close();
    cluster.services().stop(cluster.worker().unit());
    Files.copy(rolled, cluster.worker().configuration(), StandardCopyOption.REPLACE_EXISTING);
    cluster.services().start(cluster.worker().unit());
    told = run.with("catch_up_timeout", 2).run().stoppedMidwayIn("Step 2");
    assertTrue(told.found().contains("lacks transactions that relay has pulled"), told.found());
    assertTrue(told.next().contains("start no task of this worker"), told.next());

    cluster.newServer().replication().start();
    requireSwitched(cluster, run.run());
  }

  private static void awaitRelayBeyond(Cluster cluster) {
    Await.until(
        "relay beyond the new server",
        LIMIT,
        () -> {
          JsonNode relay = cluster.dmctl().status(cluster.worker()).path("relayStatus");
          return !cluster.newServer().replication().has(relay.path("relayBinlogGtid").asText());
        },
        () -> cluster.newServer().replication().executed());
  }

  /** With a short wait for what does not come. */
  private static SwitchRun impatient(SwitchRun run) {
    return run.with("relay_timeout", IMPATIENT);
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

  /** Puts back what DM-Ansible's first roll has put aside. */
  private static void formerConfiguration(Cluster cluster) throws IOException {
    try (Stream<Path> kept = Files.list(cluster.worker().deployDir().resolve("backup"))) {
      Path former =
          kept.filter(file -> file.getFileName().toString().startsWith("dm-worker.toml"))
              .min(Comparator.naturalOrder())
              .orElseThrow();
      Files.copy(former, cluster.worker().configuration(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void awaitRelayRunning(Cluster cluster) {
    Await.until(
        "relay on the old server",
        LIMIT,
        () -> {
          JsonNode relay = cluster.dmctl().status(cluster.worker()).path("relayStatus");
          return relay.path("stage").asText().equals("Running")
              && relay.path("relaySubDir").asText().startsWith(cluster.oldServer().uuid());
        },
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }

  private static void requireOnOldServer(Cluster cluster) {
    JsonNode relay = cluster.dmctl().status(cluster.worker()).path("relayStatus");
    assertTrue(
        relay.path("relaySubDir").asText().startsWith(cluster.oldServer().uuid()), relay::toString);
    assertEquals("Paused", relay.path("stage").asText(), relay::toString);
  }

  private static void requireSwitched(Cluster cluster, RunEnded run) {
    run.succeeded();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    SwitchJournal.requireClosed(cluster);
  }

  /** State and process of the worker's unit. */
  private static String state(Cluster cluster) {
    return cluster.services().list().stream()
        .filter(line -> line.startsWith(cluster.worker().unit()))
        .findFirst()
        .map(line -> line.replaceFirst("^\\S+ ", "").replaceFirst("^inactive .*", "inactive"))
        .orElse("inactive");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
