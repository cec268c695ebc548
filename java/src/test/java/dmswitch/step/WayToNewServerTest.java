package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relay is on the new server; what it pulled elsewhere on its way there, since the fence. */
@ExtendWith(InstantTime.class)
class WayToNewServerTest {
  private static final String OLD_DIR = Plans.OLD_UUID + ".000001";
  private static final String THIRD_DIR = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562.000002";
  private static final List<String> STEPS = List.of("fenced", "upgraded", "observed");

  @TempDir private Path dir;

  /** Fenced at 1-100, rolled by us or by hand; relay runs on the new server, which has 1-110. */
  private Bench onTheNewServer(Plan plan, boolean launched) throws IOException {
    Files.writeString(
        dir.resolve("inventory.ini"),
        "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.32 mysql_port=3306\n");
    Bench bench = new Bench(dir, plan).fenced().did(Step.TASKS_STOPPED);
    bench.dm.subtasks.get(Plans.WORKER).remove("orders");
    if (launched) {
      Path roll = bench.journal.file("roll-1");
      bench.journal.makeFolder(roll);
      bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", roll.toString()));
      Files.writeString(roll.resolve("roll.taken"), "");
    }
    bench.dm.relay = Stage.RUNNING;
    bench.dm.subDir = Plans.NEW_UUID + ".000002";
    newServerHas(bench, "1-110");
    return bench;
  }

  private Bench onTheNewServer() throws IOException {
    return onTheNewServer(Plans.ordinary(), true);
  }

  private static void newServerHas(Bench bench, String numbers) {
    bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":" + numbers);
  }

  private static void liesBehind(Bench bench, RelayTail tail) {
    bench.tails.clear();
    bench.tails.add(tail);
  }

  /** Relay left these sub dirs, one after the other, for the new server's. */
  private static void left(Bench bench, RelayDirectory.SubDir... subDirs) {
    bench.dm.subDir = Plans.NEW_UUID + ".00000" + (subDirs.length + 1);
    bench.dm.gtidW =
        subDirs[subDirs.length - 1].meta().map(RelayDirectory.Meta::binlogGtid).orElse("");
    List<RelayDirectory.SubDir> all = new ArrayList<>(List.of(subDirs));
    all.add(Bench.opened(bench.dm.subDir));
    bench.directory = Bench.relayDirs(all.toArray(RelayDirectory.SubDir[]::new));
  }

  private static StepResult run(Bench bench, String step) {
    return bench.run(
        switch (step) {
          case "fenced" -> new FenceRelay(Duration.ZERO, Duration.ZERO);
          case "upgraded" -> new UpgradeWorker();
          default -> new ObserveRelay();
        });
  }

  private static void allBadly(Bench bench, String... words) {
    for (String step : STEPS) {
      badly(run(bench, step), ExitCode.STOPPED_MIDWAY, words);
    }
    assertEquals(List.of(), bench.dm.told);
    assertTrue(bench.journal.outcome(Step.RELAY_OBSERVED).isEmpty());
  }

  private static void allWell(Bench bench, String... words) {
    for (String step : STEPS) {
      well(run(bench, step), false, words);
    }
    assertEquals(List.of(), bench.dm.told);
  }

  @Test
  void asItWasFenced() throws IOException {
    try (Bench bench = onTheNewServer()) {
      allWell(bench);
      assertFalse(run(bench, "observed").answer().has("warnings"));
    }
  }

  /** The roll failed; somebody started the worker on the old server, then rolled it by hand. */
  @Test
  void relayPulledOnFromTheOldServer() throws IOException {
    try (Bench bench = onTheNewServer()) {
      left(bench, Bench.left(OLD_DIR, 1, 120));

      allBadly(
          bench,
          Plans.OLD_UUID + ":111-120",
          OLD_DIR,
          "start no task",
          "run the same playbook again");

      newServerHas(bench, "1-120");
      allWell(bench);
    }
  }

  @Test
  void soDidOneThatSomebodyHasRolledByHandAlone() throws IOException {
    try (Bench bench = onTheNewServer(Plans.ordinary(), false)) {
      left(bench, Bench.left(OLD_DIR, 1, 120));

      badly(run(bench, "fenced"), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");
      assertFalse(bench.open().upgradeBegun());
      badly(run(bench, "upgraded"), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");
      badly(run(bench, "observed"), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");
    }
  }

  /** Killed: relay.meta lags behind the file, and DM continues from relay.meta. */
  @Test
  void wholeTransactionsThatItsMetaDoesNotCount() throws IOException {
    try (Bench bench = onTheNewServer()) {
      liesBehind(bench, Tails.BOTH);
      newServerHas(bench, "1-100");

      allBadly(bench, Plans.OLD_UUID + ":101-102");

      newServerHas(bench, "1-110");
      bench.keyless = List.of(new Table("shop", "log"));
      allBadly(bench, "`shop`.`log`", OLD_DIR, "start no task");
      bench.keyless = List.of();
      allWell(bench, "does no harm");
      assertEquals(1, WayToNewServer.warnings(bench.open()).size(), "for the summary");
      allWell(bench, "does no harm");
    }
  }

  /** With a new uuid DM does not cut off the half in the previous sub dir. */
  @Test
  void halfATransactionThatARestartHasCut() throws IOException {
    try (Bench bench = onTheNewServer(Plans.ordinary(), false)) {
      liesBehind(bench, Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      badly(run(bench, "fenced"), ExitCode.STOPPED_MIDWAY, "`shop`.`log`", "half a transaction");
      assertFalse(bench.open().upgradeBegun());

      bench.keyless = List.of();
      well(run(bench, "fenced"), false, "does no harm");
      assertTrue(bench.open().upgradeBegun());
    }
  }

  /** The keys of what was there at the fence were judged then. */
  @Test
  void whatLayThereAtTheFenceIsNotJudgedTwice() throws IOException {
    try (Bench bench = onTheNewServer()) {
      bench.journal.done(
          Step.RELAY_FENCED,
          Json.object()
              .put("gtid_w", Plans.OLD_UUID + ":1-100")
              .put("relay_sub_dir", OLD_DIR)
              .put("relay_binlog", "(mysql-bin.000003, 5000)")
              .put("half_transaction", true)
              .put("gtid_behind_w", Tails.FIRST)
              .put("bytes_behind_w", Tails.HALF.bytesBehind()));
      bench.journal.done(Step.TASKS_STOPPED, Json.object());
      liesBehind(bench, Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      allWell(bench);
    }
  }

  /** relay.meta of a killed worker, whose W at the fence was told by query-status. */
  @Test
  void aMetaThatLiesBehindTheFence() throws IOException {
    try (Bench bench = onTheNewServer()) {
      left(bench, Bench.left(OLD_DIR, 1, 90));
      bench.dm.gtidW = Plans.OLD_UUID + ":1-100";
      newServerHas(bench, "1-95");

      allBadly(bench, Plans.OLD_UUID + ":96-100");
    }
  }

  // ---- another sub dir in between
  // ----------------------------------------------------------------

  @Test
  void relayWasOnAThirdServerInBetween() throws IOException {
    try (Bench bench = onTheNewServer()) {
      left(bench, Bench.FENCED, Bench.left(THIRD_DIR, 1, 120));

      allBadly(bench, Plans.OLD_UUID + ":111-120", THIRD_DIR);

      newServerHas(bench, "1-120");
      allWell(bench);
    }
  }

  /** No task passes it. */
  @Test
  void aSubDirInBetweenIsEmpty() throws IOException {
    try (Bench bench = onTheNewServer()) {
      left(
          bench,
          Bench.FENCED,
          new RelayDirectory.SubDir(
              THIRD_DIR,
              List.of(),
              Optional.of(new RelayDirectory.Meta("", 4, Plans.OLD_UUID + ":1-100"))));

      allBadly(bench, THIRD_DIR, "empty", "rescue.yml");
    }
  }

  // ---- what cannot be determined
  // -----------------------------------------------------------------------

  @Test
  void withoutItsMeta() throws IOException {
    try (Bench bench = onTheNewServer()) {
      left(bench, Bench.opened(OLD_DIR));
      bench.dm.gtidW = Plans.OLD_UUID + ":1-100";

      allBadly(bench, "relay.meta in " + OLD_DIR, "missing");
    }
  }

  @Test
  void withoutTheSubDirOfTheFence() throws IOException {
    try (Bench bench = onTheNewServer()) {
      bench.directory = Bench.relayDirs(Bench.opened(bench.dm.subDir));

      allBadly(bench, "has no sub dir " + OLD_DIR);
    }
  }

  /** Relay purge may take it away once the tasks run. */
  @Test
  void whatWasSeenOnceIsNotAskedForAgain() throws IOException {
    try (Bench bench = onTheNewServer()) {
      well(run(bench, "observed"), false);
      bench.directory = Bench.relayDirs(Bench.opened(bench.dm.subDir));

      allWell(bench);
    }
  }

  // ---- behind a VIP
  // ------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"fenced", "observed"})
  void behindAVip(String step) throws IOException {
    try (Bench bench = onTheNewServer(new Plans().vip().make(), false)) {
      bench.did(Step.VIP_MOVED).did(Step.RELAY_SWITCHED).did(Step.RELAY_RESUMED);
      bench.vipShows(Bench.shown(Plans.NEW_UUID));
      left(bench, Bench.left(OLD_DIR, 1, 120));

      badly(run(bench, step), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");

      newServerHas(bench, "1-120");
      well(run(bench, step), false);
    }
  }

  // ---- the worker is down there
  // ------------------------------------------------------------------

  /** It is rolled again, and no fence is asked for: relay has left it. */
  @Test
  void aWorkerThatWentDownOnTheNewServer() throws IOException {
    try (Bench bench = onTheNewServer()) {
      bench.workerIsDown();
      bench.directory =
          Bench.relayDirs(Bench.FENCED, Bench.left(Plans.NEW_UUID + ".000002", 1, 105));

      well(run(bench, "fenced"), false, "relay is on the new server already");
      well(bench.run(new DrainTasks()), false);
      well(bench.run(new FlushNewServer()), false);
      well(bench.run(new StopTasks()), false);
      bench.holeBytes = 400L << 20;
      badly(
          run(bench, "upgraded"),
          ExitCode.STOPPED_MIDWAY,
          "begins with a hole of 400 MB",
          "rescue.yml");
      bench.holeBytes = 0;
      well(run(bench, "upgraded"), true, "rolled by DM-Ansible");
      assertEquals(1, bench.rolls);
    }
  }

  @Test
  void notWithMoreThanThatHas() throws IOException {
    try (Bench bench = onTheNewServer()) {
      bench.workerIsDown();
      bench.directory =
          Bench.relayDirs(
              Bench.left(OLD_DIR, 1, 120), Bench.left(Plans.NEW_UUID + ".000002", 1, 120));

      badly(run(bench, "fenced"), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");
      badly(run(bench, "upgraded"), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");
    }
  }
}
