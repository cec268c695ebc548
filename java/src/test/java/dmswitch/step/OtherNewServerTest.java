package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.check.Facts;
import dmswitch.check.Finding;
import dmswitch.dm.Stage;
import dmswitch.facts.FactsReader;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The planned server is lost once the tasks are stopped, and another one is asked for. */
@ExtendWith(InstantTime.class)
class OtherNewServerTest {
  private static final String OTHER_UUID = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
  private static final String OLD = "10.0.1.31:3306";
  private static final String PLANNED = "10.0.1.32:3306";
  private static final String ON_PLANNED = Plans.NEW_UUID + ".000002";

  @TempDir private Path dir;

  /** Rolled to the planned server, which is lost since; the other one has 1-100. */
  private Bench rolled() throws IOException {
    Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED);
    bench.dm.subtasks.get(Plans.WORKER).remove("orders");
    Path roll = bench.journal.file("roll-1");
    bench.journal.makeFolder(roll);
    bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", roll.toString()));
    Files.writeString(roll.resolve("roll.taken"), "");
    bench.newServer.uuid(OTHER_UUID);
    otherHas(bench, "1-100");
    lost(bench, OLD, PortProbe.State.REFUSED);
    lost(bench, PLANNED, PortProbe.State.REFUSED);
    return bench;
  }

  private static void lost(Bench bench, String address, PortProbe.State how) {
    bench.ports.put(address, how);
    bench.upstreams.put(address, Bench.nobody());
  }

  private static void lives(Bench bench, String address, String uuid) {
    bench.ports.put(address, PortProbe.State.OPEN);
    bench.upstreams.put(address, Bench.shown(uuid));
  }

  private static void otherHas(Bench bench, String numbers) {
    bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":" + numbers);
  }

  /** Relay has opened the planned server's sub dir, and left the worker down there. */
  private Bench onPlanned(int lastOfW) throws IOException {
    Bench bench = rolled();
    bench.dm.subDir = ON_PLANNED;
    bench.dm.gtidW = Plans.OLD_UUID + ":1-" + lastOfW;
    bench.directory = Bench.relayDirs(Bench.FENCED, Bench.left(ON_PLANNED, 1, lastOfW));
    return bench;
  }

  private static Facts facts(Bench bench, Plan begun) {
    return FactsReader.withTasksOf(begun, bench.open().access()).facts();
  }

  /** The outcome of each check. */
  private static Map<String, Finding> checks(Bench bench, Plan from) {
    return new Planner(bench.open().access(), Optional.of(from))
        .planOtherServer(from).report().findings().stream()
            .collect(Collectors.toMap(Finding::check, finding -> finding));
  }

  private static void passes(Map<String, Finding> checks, String... names) {
    for (String name : names) {
      assertEquals(
          Finding.Outcome.PASSED, checks.get(name).outcome(), () -> checks.get(name).toString());
    }
  }

  private static Problem refuses(Bench bench) {
    return assertThrows(Problem.class, () -> OtherNewServer.isAskedFor(bench.open()));
  }

  // ---- the worker is down, relay as it was fenced
  // ----------------------------------------------------

  /** Without flavor a dm-worker does not start while its upstream is lost. */
  @ParameterizedTest
  @EnumSource(
      value = PortProbe.State.class,
      names = {"REFUSED", "HUNG_UP", "NO_ROUTE", "SILENT", "MUTE"})
  void relayOfAWorkerThatIsDownIsKnownFromItsMeta(PortProbe.State planned) throws IOException {
    try (Bench bench = rolled()) {
      bench.workerIsDown();
      lost(bench, PLANNED, planned);

      assertTrue(OtherNewServer.isAskedFor(bench.open()));
      passes(
          checks(bench, OtherNewServer.from(bench.open())),
          "other_server",
          "gtid_w",
          "w_contains_p",
          "e_contains_w",
          "half_transaction",
          "binlog_base_name");
    }
  }

  @Test
  void theSameConditionsHold() throws IOException {
    try (Bench bench = rolled()) {
      bench.workerIsDown();
      otherHas(bench, "1-99");

      assertTrue(
          checks(bench, bench.open().plan())
              .get("e_contains_w")
              .found()
              .contains(Plans.OLD_UUID + ":100"));
      otherHas(bench, "1-100");
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      assertTrue(
          checks(bench, bench.open().plan()).get("e_contains_w").found().contains(Tails.FIRST));
    }
  }

  /** It may run on, and relay.meta lag behind it. */
  @Test
  void aWorkerThatOnlyDoesNotAnswerIsNotDown() throws IOException {
    try (Bench bench = rolled()) {
      bench.dm.deaf = Integer.MAX_VALUE;

      Map<String, Finding> checks = checks(bench, bench.open().plan());

      assertFalse(checks.containsKey("gtid_w"), checks::toString);
      assertTrue(
          checks.values().stream()
              .filter(finding -> finding.outcome() == Finding.Outcome.CANNOT_TELL)
              .anyMatch(finding -> finding.found().contains("no connection to the worker")),
          checks::toString);
    }
  }

  @Test
  void aWorkerWhosePlannedServerIsSilentIsNotAsked() throws IOException {
    try (Bench bench = rolled()) {
      lost(bench, PLANNED, PortProbe.State.SILENT);

      passes(checks(bench, bench.open().plan()), "gtid_w");

      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  /** The worker's configuration and the inventory name the planned one by now. */
  @Test
  void theOldServerIsLookedAtWhereItIs() throws IOException {
    try (Bench bench = rolled()) {
      bench.workerIsDown();
      lives(bench, OLD, Plans.OLD_UUID);
      assertEquals(
          Facts.OldServer.ALIVE, facts(bench, bench.open().plan()).oldServer(), "it lives");

      lost(bench, OLD, PortProbe.State.REFUSED);
      lives(bench, PLANNED, Plans.NEW_UUID);
      assertEquals(
          Facts.OldServer.LOST, facts(bench, bench.open().plan()).oldServer(), "it is lost");
    }
  }

  /** It ran on the old server again: the next fence judges what it has pulled there. */
  @Test
  void relayThatHasPulledOnIsFencedAnew() throws IOException {
    try (Bench bench = rolled()) {
      bench.workerIsDown();
      bench.directory = Bench.relayDirs(Bench.left(Plans.OLD_UUID + ".000001", 1, 120));

      assertTrue(OtherNewServer.isAskedFor(bench.open()));
      assertTrue(
          checks(bench, bench.open().plan())
              .get("e_contains_w")
              .found()
              .contains(Plans.OLD_UUID + ":101-120"));
    }
  }

  // ---- relay is on the planned server
  // --------------------------------------------------------------

  @Test
  void theSwitchLeavesThePlannedServerAsAnyLostOne() throws IOException {
    try (Bench bench = onPlanned(100)) {
      bench.workerIsDown();

      assertTrue(OtherNewServer.isAskedFor(bench.open()));
      Plan from = OtherNewServer.from(bench.open());

      assertEquals(Plans.NEW_UUID, from.oldServer().uuid());
      assertEquals(PLANNED, from.oldServer().address());
      assertEquals(OldServerState.REFUSED, from.oldServer().state());
      assertEquals(ON_PLANNED, from.relay().subDir());
      assertFalse(from.relay().abortPossible());
      passes(checks(bench, from), "other_server", "gtid_w", "w_contains_p", "e_contains_w");
      LeftBehind.require(
          bench.open(), from.to(other(), OldServerState.REFUSED, from.tasks(), from.cautions()));
    }
  }

  private static Plan.NewServer other() {
    return new Plan.NewServer("10.0.1.33", 3306, "dm", OTHER_UUID);
  }

  /** Or by somebody else's hands: no roll of ours is in the journal. */
  @Test
  void whoeverHasTakenItThere() throws IOException {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
      bench.newServer.uuid(OTHER_UUID);
      lost(bench, PLANNED, PortProbe.State.REFUSED);
      bench.dm.subDir = ON_PLANNED;

      assertTrue(OtherNewServer.isAskedFor(bench.open()));
      assertEquals(ON_PLANNED, OtherNewServer.from(bench.open()).relay().subDir());
    }
  }

  /** What came from it the other one has to have, and the rows of a half need keys. */
  @Test
  void theOtherServerHasAllThatRelayHas() throws IOException {
    try (Bench bench = onPlanned(120)) {
      bench.workerIsDown();
      Plan from = OtherNewServer.from(bench.open());
      assertTrue(
          checks(bench, from).get("e_contains_w").found().contains(Plans.OLD_UUID + ":101-120"));
      otherHas(bench, "1-120");
      passes(checks(bench, from), "e_contains_w", "half_transaction");

      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));
      Finding half = checks(bench, from).get("half_transaction");
      assertEquals(Finding.Outcome.REFUSED, half.outcome());
      assertTrue(half.found().contains("`shop`.`log`"), half.found());
      bench.keyless = List.of();
      assertEquals(Finding.Outcome.WARNING, checks(bench, from).get("half_transaction").outcome());
    }
  }

  /** Tasks read the first sub dir too, and the planned server may not have sent that again yet. */
  @Test
  void whatRelayHasLeftBehindOnItsWayAsWell() throws IOException {
    try (Bench bench = onPlanned(100)) {
      Plan from = OtherNewServer.from(bench.open());
      Plan to = from.to(other(), OldServerState.REFUSED, from.tasks(), from.cautions());
      bench.tails.clear();
      bench.tails.add(Tails.BOTH);

      Problem lacks = assertThrows(Problem.class, () -> LeftBehind.require(bench.open(), to));
      assertTrue(lacks.found().contains(Plans.OLD_UUID + ":101-102"), lacks.found());
      otherHas(bench, "1-102");
      bench.keyless = List.of(new Table("shop", "log"));
      Problem doubles = assertThrows(Problem.class, () -> LeftBehind.require(bench.open(), to));
      assertTrue(doubles.found().contains("`shop`.`log`"), doubles.found());
      bench.keyless = List.of();
      LeftBehind.require(bench.open(), to);

      bench.directory = Bench.relayDirs(Bench.left(ON_PLANNED, 1, 100));
      Problem unseen = assertThrows(Problem.class, () -> LeftBehind.require(bench.open(), to));
      assertTrue(unseen.found().contains(Plans.OLD_UUID + ".000001"), unseen.found());
    }
  }

  /** The fence is in the planned server's sub dir by then, and the next one is asked for. */
  @Test
  void forEveryServerThatIsAskedForAfterThat() throws IOException {
    Plan left = Plans.ordinary().leavingNewServer(ON_PLANNED, OldServerState.REFUSED);
    Plan to = left.to(other(), OldServerState.REFUSED, left.tasks(), left.cautions());
    try (Bench bench = new Bench(dir, to).fenced().did(Step.TASKS_STOPPED)) {
      bench.newServer.uuid(OTHER_UUID);
      bench.dm.subDir = ON_PLANNED;
      bench.directory = Bench.relayDirs(Bench.FENCED, Bench.left(ON_PLANNED, 1, 100));
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      LeftBehind.require(bench.open(), to);
      bench.journal.intent(
          Step.NEW_SERVER_CHANGED, Json.object().put(LeftBehind.FROM, Plans.OLD_UUID + ".000001"));

      Problem lacks = assertThrows(Problem.class, () -> LeftBehind.require(bench.open(), to));

      assertTrue(lacks.found().contains(Tails.FIRST), lacks.found());
    }
  }

  /** A living old server is another one then, like any. */
  @Test
  void theOldServerMayBeTheOther() throws IOException {
    try (Bench bench = onPlanned(100)) {
      bench.newServer.uuid(Plans.OLD_UUID);
      assertTrue(OtherNewServer.isAskedFor(bench.open()));
    }
    try (Bench fenced = again()) {
      assertTrue(refuses(fenced).next().contains("run rollback.yml"));
    }
  }

  private Bench again() throws IOException {
    Path other = Files.createDirectory(dir.resolve("again"));
    Bench bench = new Bench(other, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED);
    bench.newServer.uuid(Plans.OLD_UUID);
    return bench;
  }

  @Test
  void aPlannedServerThatLivesIsNotLeft() throws IOException {
    try (Bench bench = onPlanned(100)) {
      lives(bench, PLANNED, Plans.NEW_UUID);

      Problem problem = refuses(bench);

      assertTrue(problem.found().contains("that server answers"), problem.found());
      assertTrue(problem.next().contains("new_mysql_host=10.0.1.32"), problem.next());
    }
  }

  /** Its server would have to answer to fill it, or for it to be taken away (rule 9). */
  @Test
  void anEmptySubDirIsNotLeftBehind() throws IOException {
    try (Bench bench = onPlanned(100)) {
      bench.directory =
          Bench.relayDirs(
              Bench.FENCED,
              new RelayDirectory.SubDir(
                  ON_PLANNED,
                  List.of(),
                  Optional.of(new RelayDirectory.Meta("", 4, Plans.OLD_UUID + ":1-100"))));

      Problem problem = refuses(bench);

      assertTrue(problem.found().contains("it is empty"), problem.found());
      assertTrue(problem.next().contains("no safe command is known"), problem.next());
    }
  }

  @Test
  void aSubDirOfAThirdServerIsNobodys() throws IOException {
    try (Bench bench = onPlanned(100)) {
      bench.directory = Bench.relayDirs(Bench.FENCED, Bench.opened(OTHER_UUID + ".000002"));

      assertTrue(refuses(bench).next().contains("rescue.yml, which names the state"));
    }
  }

  /** Its backup has to name the server that is left: rollback.yml would go by it. */
  @Test
  void anInventoryThatNamesAnotherServer() throws IOException {
    try (Bench bench = onPlanned(100)) {
      bench.inventoryHost = "10.0.1.31";

      assertTrue(refuses(bench).found().contains("names 10.0.1.31:3306"));
    }
  }

  @Test
  void itsBackupIsOfTheServerThatIsLeft() throws IOException {
    Path inventory = dir.resolve("inventory.ini");
    Files.writeString(inventory, "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.32\n");
    try (Bench bench = onPlanned(100)) {
      Path backup = bench.journal.file("inventory.before");
      Files.writeString(backup, "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.31\n");

      SwitchInventory.backUpAnew(bench.open());

      assertEquals(Files.readString(inventory), Files.readString(backup));
    }
  }

  /** The fence is recreated in the planned server's sub dir, as with any lost old server. */
  @Test
  void theStepsGoOnFromThere() throws IOException {
    Plan from = Plans.ordinary().leavingNewServer(ON_PLANNED, OldServerState.REFUSED);
    Plan to = from.to(other(), OldServerState.REFUSED, from.tasks(), from.cautions());
    try (Bench bench = new Bench(dir, to).fenced().did(Step.TASKS_STOPPED)) {
      bench.did(Step.WORKER_UPGRADED).did(Step.RELAY_OBSERVED).did(Step.NEW_SERVER_CHANGED);
      bench.newServer.uuid(OTHER_UUID);
      bench.newAddress.clear();
      bench.newAddress.add(OTHER_UUID);
      otherHas(bench, "1-120");
      bench.dm.subDir = ON_PLANNED;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";
      bench.dm.masterGtid = "";
      bench.dm.relay = Stage.PAUSED;
      bench.dm.subtasks.get(Plans.WORKER).remove("orders");
      bench.directory = Bench.relayDirs(Bench.FENCED, Bench.left(ON_PLANNED, 1, 120));
      lost(bench, PLANNED, PortProbe.State.REFUSED);

      Endings.well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false);
      assertEquals(ON_PLANNED, bench.open().fence().subDir());
      Endings.well(bench.run(new DrainTasks()), false);
      Endings.well(bench.run(new FlushNewServer()), false);
      Endings.well(bench.run(new StopTasks()), false);
      assertEquals(List.of(), bench.dm.told);
      assertTrue(EarlierFence.holds(bench.open()), "so that it may be rolled");
    }
  }

  /** Asked through the worker it would hang. */
  @Test
  void aPlannedServerThatIsSilentIsNotAskedOnTheWay() throws IOException {
    Plan to = Plans.ordinary().leavingNewServer(ON_PLANNED, OldServerState.SILENT);
    try (Bench bench = new Bench(dir, to).fenced().did(Step.WORKER_UPGRADED)) {
      bench.dm.subDir = ON_PLANNED;
      bench.directory = Bench.relayDirs(Bench.FENCED, Bench.left(ON_PLANNED, 1, 120));
      bench.did(Step.NEW_SERVER_CHANGED);

      assertEquals(
          FakeServer.set(Plans.OLD_UUID + ":1-120"), bench.open().relay().gtidW(), "its meta");
      assertEquals(0, bench.dm.askedUpstream);

      bench.did(Step.WORKER_UPGRADED);
      bench.open().relay();
      assertEquals(1, bench.dm.askedUpstream, "restarted, it asks the next one");
    }
  }
}
