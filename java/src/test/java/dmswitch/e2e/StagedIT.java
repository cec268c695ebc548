package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code roll_mode: staged}, under load: as it should be, and broken at each of its tasks. */
class StagedIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PAUSE_RELAY = "pause-relay";
  private static final String ROLL = "Step 7";
  private static final String COPIES = "deploy dm-worker binary";
  private static final String MAKES_FILE = "create configuration file";

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder -> builder.withoutKeylessTables().restartSec(Duration.ofSeconds(2)));

  private Cluster cluster;
  private Worker worker;
  private SwitchRun run;
  private Load load;

  @BeforeEach
  void underLoad() {
    cluster = extension.get();
    worker = cluster.worker();
    run = SwitchRun.of(cluster).with("roll_mode", "staged");
    load = Load.start(cluster, worker.alias(), cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);
  }

  @Test
  void aRollOfTheConfigurationAlone() {
    RunEnded checked = run.options("--check", "--diff").run().succeeded();
    assertTrue(checked.output().contains("roll_mode staged"), checked.output());
    assertEquals("passed", checked.check("staged_roll"));

    RunEnded ended = run.run().succeeded();

    requireSwitched(ended, "staged");
    String roll = ended.result(ROLL).orElseThrow().path("output").toString();
    assertTrue(roll.contains("stop dm-worker by systemd"), roll);
    assertTrue(roll.contains(MAKES_FILE), roll);
    assertTrue(roll.contains("start dm-worker by systemd"), roll);
    assertFalse(roll.contains(COPIES), roll);
  }

  /** What follows a staged roll that went wrong is a whole one, onward or back. */
  @Test
  void whatIsLeftWhenItIsBroken() throws IOException {
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    run = run.with("dmctl", dmctl.program().toString());
    String inventory = Files.readString(cluster.inventory());
    Path conf = worker.configuration().getParent();
    Path away = conf.resolveSibling("conf.away");

    // The worker crashes before the fence: nothing is staged on its host.
    dmctl.hold(PAUSE_RELAY);
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld(PAUSE_RELAY, running);
    awaitMeta();
    killWorker();
    Relay.await(
        cluster,
        "on the old server again",
        status ->
            status.path("stage").asText().equals("Running")
                && status.path("relaySubDir").asText().startsWith(cluster.oldServer().uuid()));
    // The file cannot be made: the worker is down, with its former one.
    Files.move(conf, away);
    dmctl.release(PAUSE_RELAY);
    RunEnded.Told told = running.await().stoppedMidwayIn(ROLL);
    assertTrue(told.found().contains(MAKES_FILE + "'"), told.found());
    assertTrue(told.next().contains("the worker may be down"), told.next());
    assertFalse(Files.exists(conf));
    Files.move(away, conf);
    assertTrue(configuration().contains("port = " + cluster.oldServer().port()), configuration());

    RunEnded back = SwitchRun.rollback(cluster).run().succeeded();
    assertTrue(back.output().contains("rolling_update.yml --tags"), back.output());
    assertEquals(inventory, Files.readString(cluster.inventory()));
    load.close();
    Rows.requireFlow(cluster, cluster.oldServer(), 50);
    SwitchJournal.requireClosed(cluster);

    // Killed between stop and start, the roll with the playbook.
    load = Load.start(cluster, worker.alias(), cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);
    WatchedSystemctl systemctl = WatchedSystemctl.of(cluster);
    systemctl.hold("start");
    running = run.start();
    systemctl.awaitHeld("start", running);
    killRoll();
    running.kill();
    running.await();
    assertTrue(configuration().contains("port = " + cluster.newServer().port()), configuration());
    systemctl.release("start");

    RunEnded ended = run.run().succeeded();
    requireSwitched(ended, "documented");
    String roll = ended.result(ROLL).orElseThrow().path("output").toString();
    assertTrue(roll.contains(COPIES), roll);
  }

  /** Killed before its first record, real DM meets its own events in the file and stops relay. */
  private void awaitMeta() {
    Path meta = worker.relayDir().resolve(Relay.subDir(cluster)).resolve("relay.meta");
    Await.until(
        "relay.meta with a GTID set",
        LIMIT,
        () ->
            Files.exists(meta)
                && read(meta).contains("binlog-gtid = \"" + cluster.oldServer().uuid()),
        () -> read(meta));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL to all that the roll has started. */
  private void killRoll() {
    String session = SwitchJournal.files(cluster).get("roll-1/roll.process").split(" ", -1)[0];
    Commands.must("pkill", "-KILL", "-s", session);
    Await.until(
        "the end of the roll",
        LIMIT,
        () -> Commands.run(List.of("pgrep", "-s", session)).status() != 0,
        () -> session);
  }

  /** SIGKILL to the worker, of which systemd knows nothing: it starts it again. */
  private void killWorker() {
    String words = "--worker-addr=:" + worker.port();
    List<ProcessHandle> all =
        ProcessHandle.allProcesses()
            .filter(each -> each.info().commandLine().orElse("").contains(words))
            .toList();
    assertFalse(all.isEmpty(), "no process with " + words);
    all.forEach(ProcessHandle::destroyForcibly);
    Await.until(
        "the end of the worker",
        LIMIT,
        () -> all.stream().noneMatch(ProcessHandle::isAlive),
        all::toString);
  }

  private String configuration() {
    return read(worker.configuration());
  }

  private void requireSwitched(RunEnded ended, String rollMode) {
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    assertEquals(rollMode, ended.summary().path("roll_mode").asText());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    SwitchJournal.requireClosed(cluster);
  }
}
