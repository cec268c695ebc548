package dmswitch.step;

import static dmswitch.step.Bench.shown;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome.Kind;
import dmswitch.dm.Stage;
import dmswitch.host.PortProbe;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rollback.yml takes back, and what it leaves alone. */
@ExtendWith(InstantTime.class)
class RollBackTest {
  private static final String RESUME = "resume-relay " + Plans.WORKER;
  private static final String START = "start-task orders only " + Plans.WORKER;
  private static final String RESUME_TASK = "resume-task orders only " + Plans.WORKER;
  private static final String BEFORE =
      "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.31 mysql_password=\"old\"\n";
  private static final String AFTER =
      "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.32 mysql_password=\"new\"\n";

  @TempDir private Path dir;

  private Bench fenced(Plan plan) {
    Bench bench = new Bench(dir, plan).fenced();
    bench.oldServer.uuid(Plans.OLD_UUID);
    return bench;
  }

  /** As far as stop-task, or pause-task. */
  private Bench stopped(Plan plan) {
    Bench bench = fenced(plan).did(Step.TASKS_STOPPED);
    bench.dm.subtasks.get(Plans.WORKER).remove("orders");
    if (plan.modes().pausesTasks()) {
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    }
    return bench;
  }

  private static Plan pausing() {
    return new Plans()
        .pausesTasks()
        .tasks(Plans.task("orders", Handling.PAUSE_ON_WORKER))
        .oldServer(OldServerState.REFUSED)
        .make();
  }

  private Path switchInventory(Bench bench, String now) throws IOException {
    Files.writeString(bench.journal.file("inventory.before"), BEFORE);
    bench.did(Step.INVENTORY_SWITCHED);
    return Files.writeString(dir.resolve("inventory.ini"), now);
  }

  private static StepResult rollBack(Bench bench) {
    StepResult ended = StepResult.guarded(() -> RollbackStep.run(bench.open()));
    Documented.require("rollback", ended.answer());
    return ended;
  }

  private static void refuses(Bench bench, ExitCode code, String... words) {
    badly(rollBack(bench), code, words);
    assertEquals(List.of(), bench.dm.told);
    assertTrue(bench.journal.plan().isPresent(), "the switch is in progress still");
  }

  private static boolean closed(Bench bench) {
    return bench.journal.plan().isEmpty();
  }

  @Test
  void nothingUnderWay() {
    Plan plan = Plans.ordinary();
    try (Bench bench = new Bench(dir, plan)) {
      bench.journal.giveUp();
    }
    well(
        RollbackStep.run(Bench.request(dir, plan)),
        false,
        "no switch of dm_worker1 is in" + " progress");
  }

  @Test
  void onlyThePlanWasWritten() {
    try (Bench bench = new Bench(dir, Plans.ordinary())) {
      well(rollBack(bench), true);

      assertEquals(List.of(), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void fromTheFence() {
    try (Bench bench = fenced(Plans.ordinary())) {
      well(rollBack(bench), true, "resume-relay -w " + Plans.WORKER);

      assertEquals(List.of(RESUME), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void fromStoppedTasksAndASwitchedInventory() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      Path inventory = switchInventory(bench, AFTER);

      StepResult ended = rollBack(bench);

      well(ended, true, "start-task orders", "mysql_host=10.0.1.31");
      assertEquals(BEFORE, Files.readString(inventory));
      assertEquals(List.of(RESUME, START), bench.dm.told);
      assertEquals(Optional.of("old"), bench.passwordOfOldServer);
      assertTrue(closed(bench));
      assertFalse(ended.answer().toString().contains("\"old\\\""), "a password");
    }
  }

  /** Of a template, or of group_vars, only rendering the backup tells the password. */
  @ParameterizedTest
  @ValueSource(strings = {" mysql_password=\"{{ upstream_password }}\"", ""})
  void aPasswordThatTheBackupDoesNotHaveAsText(String before) throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      switchInventory(bench, AFTER);
      Files.writeString(
          bench.journal.file("inventory.before"),
          "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.31" + before + "\n");

      well(rollBack(bench), true);

      assertEquals(Optional.of("rendered"), bench.passwordOfOldServer);
    }
  }

  @Test
  void aPasswordThatTheSwitchHasLeftIsTheInventorys() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      switchInventory(bench, AFTER.replace("\"new\"", "\"old\""));

      well(rollBack(bench), true);

      assertEquals(Optional.empty(), bench.passwordOfOldServer);
    }
  }

  @Test
  void lookingChangesNothing() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      Path inventory = switchInventory(bench, AFTER);

      var would = RollBack.of(bench.open()).toJson();

      assertEquals(3, would.path("will").size(), would::toString);
      assertTrue(would.path("diff").path("after").asText().contains("10.0.1.31"), would::toString);
      assertEquals(AFTER, Files.readString(inventory));
      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.journal.intended(Step.ROLLED_BACK));
    }
  }

  @Test
  void anInventoryThatHasChangedElsewhere() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      Path inventory = switchInventory(bench, AFTER + "dm_worker2 mysql_host=x\n");

      refuses(bench, ExitCode.REFUSED, "in more than the entry of dm_worker1", "by hand");

      assertTrue(Files.readString(inventory).startsWith(AFTER));
    }
  }

  @Test
  void theWorkerWasRestartedOnTheNewServer() throws IOException {
    try (Bench bench = stopped(Plans.ordinary()).did(Step.WORKER_UPGRADED)) {
      switchInventory(bench, AFTER);
      bench.dm.subDir = Plans.NEW_UUID + ".000002";

      refuses(
          bench,
          ExitCode.REFUSED,
          "relay is on the new server, in " + bench.dm.subDir,
          "run switch-upstream.yml with new_mysql_host=10.0.1.32",
          "even the old server");
      bench.workerIsDown();
      bench.directory =
          Bench.relayDirs(Bench.FENCED, Bench.left(Plans.NEW_UUID + ".000002", 1, 100));
      refuses(bench, ExitCode.REFUSED, "relay is on the new server");
    }
  }

  // ---- a rolling upgrade was launched, and relay is as it was
  // ----------------------------------------------------------

  private static final String ROLL = "the worker restarted on the old server 10.0.1.31:3306";

  /** It has stopped the worker, or worse, and relay has opened nothing for the new server. */
  private Bench launched(Plan plan) throws IOException {
    Bench bench = stopped(plan);
    switchInventory(bench, AFTER);
    file(intended(bench), "roll.taken", boot());
    bench.workerIsDown();
    bench.onRoll = bench::workerIsUp;
    return bench;
  }

  @Test
  void aRollingUpgradeThatHasLeftRelayAsItWas() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      StepResult ended = rollBack(bench);

      well(
          ended,
          true,
          ROLL,
          "ansible-playbook -i inventory.ini rolling_update.yml --tags=dm-worker -l dm_worker1",
          "start-task orders",
          "mysql_host=10.0.1.31");
      assertEquals(BEFORE, Files.readString(dir.resolve("inventory.ini")));
      assertEquals(List.of(START), bench.dm.told, "restarted, relay runs on its own");
      assertEquals(Stage.RUNNING, bench.dm.relay);
      assertTrue(closed(bench));
    }
  }

  /** What a staged roll left half done is not known. */
  @Test
  void theWayBackOfAStagedOneIsTheWholeRoll() throws IOException {
    try (Bench bench = launched(new Plans().staged().make())) {
      well(rollBack(bench), true, ROLL);

      assertEquals(1, bench.rolls);
      assertEquals(0, bench.stagedRolls);
    }
  }

  @Test
  void soSaysCheckMode() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      var would = RollBack.of(bench.open()).toJson();

      assertEquals(4, would.path("will").size(), would::toString);
      assertTrue(would.path("msg").asText().contains(ROLL), would::toString);
      assertEquals(AFTER, Files.readString(dir.resolve("inventory.ini")));
      assertEquals(0, bench.rolls);
      assertFalse(bench.journal.intended(Step.ROLLED_BACK));
    }
  }

  @Test
  void pausedTasksComeBackPausedAndAreResumed() throws IOException {
    try (Bench bench = launched(pausing())) {
      well(rollBack(bench), true, ROLL, "resume-task orders");

      assertEquals(List.of(RESUME_TASK), bench.dm.told);
    }
  }

  /** Its unit could not be stopped, or the roll had no effect: the worker runs. */
  @ParameterizedTest
  @ValueSource(strings = {"PAUSED", "RUNNING"})
  void aWorkerThatIsUpIsRestartedToo(Stage relay) throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.workerIsUp();
      bench.dm.relay = relay;

      well(rollBack(bench), true, ROLL);

      assertEquals(1, bench.rolls);
      assertEquals(List.of(START), bench.dm.told);
    }
  }

  /** Its host was restarted; no rolling upgrade was begun. */
  @Test
  void aWorkerThatWentDownByItself() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.workerIsDown();
      bench.onRoll = bench::workerIsUp;
      bench.inventoryHost = "10.0.1.31";

      well(rollBack(bench), true, ROLL, "start-task orders");
    }
  }

  /** The control machine was restarted, or the record is not as it was left: relay tells. */
  @ParameterizedTest
  @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "no folder"})
  void whetherOneWasLaunchedIsNotKnown(String how) throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      switchInventory(bench, AFTER);
      Path roll = intended(bench);
      if (how.equals("no folder")) {
        Files.delete(roll);
      } else {
        file(roll, "roll.permit", how);
      }
      bench.onRoll = bench::workerIsUp;

      well(rollBack(bench), true, ROLL);
      assertTrue(closed(bench));
    }
  }

  @Test
  void notWhileItWorks() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.rollUnderWay();
      bench.journal.intent(
          Step.WORKER_UPGRADED,
          Json.object().put("folder", bench.journal.file("roll-1").toString()));

      refuses(bench, ExitCode.REFUSED, "is still running", "then run rollback.yml again");
    }
  }

  @Test
  void theConditionsHoldForTheOldServer() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.ports.put("10.0.1.31:3306", PortProbe.State.REFUSED);
      refuses(bench, ExitCode.CANNOT_TELL, "does not reach the old server");
      bench.ports.clear();
      bench.oldServerAnswers = false;
      refuses(bench, ExitCode.CANNOT_TELL, "or to another one if that is lost too");
      bench.oldServerAnswers = true;
      bench.oldServer.uuid(Plans.NEW_UUID);
      refuses(bench, ExitCode.REFUSED, "another server answers");
      bench.oldServer.uuid(Plans.OLD_UUID);
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-99");
      refuses(bench, ExitCode.REFUSED, "lacks transactions", Plans.OLD_UUID + ":100");
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-200");
      bench.oldServer.purged = () -> FakeServer.set(Plans.OLD_UUID + ":1-150");
      refuses(bench, ExitCode.REFUSED, "has purged", Plans.OLD_UUID + ":101-150");
      bench.oldServer.purged = () -> FakeServer.set("");
      bench.holeBytes = 400L << 20;
      refuses(bench, ExitCode.REFUSED, "begins with a hole", "do not resume relay or restart");
      bench.holeBytes = 0;
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      bench.keyless = List.of(new Table("app", "log"));
      refuses(bench, ExitCode.REFUSED, "`app`.`log`");
      bench.keyless = List.of();
      bench.inventoryHostBefore = "10.0.1.39";
      refuses(bench, ExitCode.REFUSED, "names 10.0.1.39:3306");
    }
  }

  /** Restarted, relay finds them in its file and continues after them. */
  @Test
  void wholeTransactionsThatRelayMetaDoesNotCountYetNeedNoKey() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-200");
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);
      bench.keyless = List.of(new Table("app", "log"));

      well(rollBack(bench), true, ROLL);
    }
  }

  /** The switch has left a planned server that was lost, and goes back to it now. */
  @Test
  void aServerThatTheSwitchHasLeft() throws IOException {
    String subDir = Plans.OLD_UUID + ".000002";
    Plan plan = Plans.ordinary().leavingNewServer(subDir, OldServerState.OPEN);
    Plan from =
        plan.to(
            new Plan.NewServer("10.0.1.33", 3306, "dm", Plans.NEW_UUID),
            OldServerState.OPEN,
            plan.tasks(),
            plan.cautions());
    try (Bench bench = stopped(from)) {
      bench.oldServer.uuid(Plans.NEW_UUID);
      bench.inventoryHostBefore = "10.0.1.32";
      switchInventory(bench, AFTER);
      file(intended(bench), "roll.taken", boot());
      bench.journal.intent(
          Step.NEW_SERVER_CHANGED, Json.object().put(LeftBehind.FROM, Plans.OLD_UUID + ".000001"));
      bench.workerIsDown();
      bench.dm.subDir = subDir;
      bench.directory =
          Bench.relayDirs(
              Bench.left(Plans.OLD_UUID + ".000001", 1, 105), Bench.left(subDir, 1, 100));
      bench.onRoll = bench::workerIsUp;

      refuses(bench, ExitCode.REFUSED, "lacks transactions", Plans.OLD_UUID + ":101-105");

      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-105");
      well(rollBack(bench), true, "the worker restarted on the old server 10.0.1.32:3306");
    }
  }

  @Test
  void anEmptyWProvesNothing() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.workerIsUp();
      bench.dm.gtidW = "";

      refuses(bench, ExitCode.REFUSED, "W (relayBinlogGtid) is empty");
    }
  }

  @Test
  void aWorkerThatDoesNotAnswerIsNotDown() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.workerPort = PortProbe.State.OPEN;

      refuses(bench, ExitCode.CANNOT_TELL, "no connection to the worker");
    }
  }

  /** Asked through the worker it would hang. */
  @Test
  void aNewServerThatIsSilentIsNotAsked() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.workerIsUp();
      bench.ports.put("10.0.1.32:3306", PortProbe.State.SILENT);

      RollBack.of(bench.open());

      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  /** systemd starts it on the new server's configuration while we look. */
  @Test
  void aWorkerThatComesToTheNewServerMeanwhile() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      RollBack back = RollBack.of(bench.open());
      bench.workerIsUp();
      bench.dm.subDir = Plans.NEW_UUID + ".000002";

      badly(
          StepResult.guarded(() -> StepResult.done(back.apply())),
          ExitCode.REFUSED,
          "gone too far");

      assertEquals(0, bench.rolls);
    }
  }

  @Test
  void oneThatFailsIsTriedAgain() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.rollEnds = Optional.of("2");
      bench.onRoll = () -> {};
      badly(
          rollBack(bench),
          ExitCode.STOPPED_MIDWAY,
          "the rolling upgrade failed",
          "ansible-playbook -i inventory.ini rolling_update.yml --tags=dm-worker -l dm_worker1 to"
              + " succeed",
          "run rollback.yml again",
          "run switch-upstream.yml");
      assertEquals(BEFORE, Files.readString(dir.resolve("inventory.ini")));

      bench.inventoryHost = "10.0.1.31";
      bench.rollEnds = Optional.of("0");
      bench.onRoll = bench::workerIsUp;
      well(rollBack(bench), true, ROLL);
      assertEquals(2, bench.rolls);
    }
  }

  @Test
  void oneThatIsUnderWayIsWaitedFor() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.rollEnds = Optional.empty();
      badly(rollBack(bench), ExitCode.STOPPED_MIDWAY, "has not ended", "run rollback.yml again");
      bench.inventoryHost = "10.0.1.31";
      assertTrue(
          RollBack.of(bench.open())
              .toJson()
              .path("msg")
              .asText()
              .contains("wait for the rolling upgrade on the old server"));
      RollBack back = RollBack.of(bench.open());
      file(bench.journal.file("roll-2"), "roll.status", "0");

      back.apply();

      assertEquals(List.of(START), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void relayDoesNotRunAfterIt() throws IOException {
    try (Bench bench = launched(Plans.ordinary())) {
      bench.onRoll =
          () -> {
            bench.workerIsUp();
            bench.dm.relay = Stage.PAUSED;
          };

      badly(
          rollBack(bench),
          ExitCode.STOPPED_MIDWAY,
          "relay is Paused in " + Plans.OLD_UUID + ".000001",
          "run rollback.yml again");
      assertEquals(List.of(), bench.dm.told, "no task is started");
    }
  }

  /** Killed before any of its acts, the next run comes to the same end. */
  @Test
  void killedAnywhereTheNextRunGoesOn() throws IOException {
    int at = 0;
    for (boolean killed = true; killed; at++) {
      Path folder = Files.createDirectory(dir.resolve("killed-" + at));
      try (Bench bench = new Bench(folder, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
        bench.dm.subtasks.get(Plans.WORKER).remove("orders");
        Files.writeString(bench.journal.file("inventory.before"), BEFORE);
        bench.did(Step.INVENTORY_SWITCHED);
        Path inventory = Files.writeString(folder.resolve("inventory.ini"), AFTER);
        file(intended(bench), "roll.taken", boot());
        bench.workerIsDown();
        bench.onRoll = bench::workerIsUp;
        int[] uses = {at};
        bench.onUse =
            () -> {
              if (uses[0]-- == 0) {
                throw new Killed();
              }
            };
        killed = false;
        try {
          RollbackStep.run(bench.open());
        } catch (Killed now) {
          killed = true;
        }
        if (killed) {
          bench.onUse = () -> {};
          bench.inventoryHost =
              Files.readString(inventory).equals(BEFORE) ? "10.0.1.31" : "10.0.1.32";
          well(rollBack(bench), true);
        }
        assertTrue(closed(bench), "killed at " + at);
        assertEquals(BEFORE, Files.readString(inventory), "killed at " + at);
        assertEquals(Stage.RUNNING, bench.dm.relay);
        assertEquals(Stage.RUNNING, bench.dm.subtasks.get(Plans.WORKER).get("orders"));
        assertTrue(bench.dm.told.contains(START));
      }
    }
    assertTrue(at > 10, "killed " + at + " times only");
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** As {@link UpgradeWorker} writes it down before it launches anything. */
  private static Path intended(Bench bench) {
    Path roll = bench.open().rolls().next();
    bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", roll.toString()));
    return roll;
  }

  private static void file(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private static String boot() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  @Test
  void theRollingUpgradeWasNeverLaunched() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      intended(bench);
      Path second = intended(bench);
      file(second, "roll.log", "");
      file(second, "roll.permit", boot());

      well(rollBack(bench), true, "start-task orders");

      assertEquals(List.of(RESUME, START), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  /** It cannot be launched once the way back has begun. */
  @Test
  void aRollingUpgradeThatMayBeginYetIsKeptFromIt() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      Path roll = intended(bench);
      file(roll, "roll.permit", boot());
      bench.dm.answer("start-task", Kind.FAILED, "pre-check says no");

      RollBack.of(bench.open()).toJson();
      assertTrue(Files.exists(roll.resolve("roll.permit")), "a look changes nothing");
      badly(rollBack(bench), ExitCode.STOPPED_MIDWAY, "pre-check says no");

      assertFalse(Files.exists(roll.resolve("roll.permit")));
      well(rollBack(bench), true);
    }
  }

  @Test
  void theOldServerLacksWhatRelayHas() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-99");

      refuses(bench, ExitCode.REFUSED, "lacks transactions", Plans.OLD_UUID + ":100");
    }
  }

  @Test
  void theOldServerHasPurgedWhatRelayHasNot() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-200");
      bench.oldServer.purged = () -> FakeServer.set(Plans.OLD_UUID + ":1-150");

      refuses(bench, ExitCode.REFUSED, "has purged", Plans.OLD_UUID + ":101-150");
    }
  }

  @Test
  void anotherServerIsThere() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.oldServer.uuid(Plans.NEW_UUID);

      refuses(bench, ExitCode.REFUSED, "another server answers", Plans.NEW_UUID);
    }
  }

  /** A task asks its upstream when it is started, and when it is resumed. */
  @ParameterizedTest
  @ValueSource(strings = {"stop", "pause"})
  void tasksNeedTheOldServer(String taskMode) {
    try (Bench bench = stopped(taskMode.equals("pause") ? pausing() : Plans.ordinary())) {
      bench.oldServerAnswers = false;

      refuses(bench, ExitCode.CANNOT_TELL, "accepts no login", "run switch-upstream.yml");
    }
  }

  @Test
  void aFenceOverALostUpstreamNeedsNothing() {
    try (Bench bench =
        fenced(new Plans().oldServer(OldServerState.REFUSED).relayPausedBefore().make())) {
      bench.oldServerAnswers = false;

      well(rollBack(bench), true);

      assertEquals(List.of(), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void relayThatALostUpstreamHadPausedStaysSo() {
    Plan plan = new Plans().relayPausedBefore().make();
    try (Bench bench = stopped(plan)) {
      well(rollBack(bench), true, "relay stays Paused, as it was before");

      assertEquals(List.of(START), bench.dm.told);
    }
  }

  @Test
  void notOnAHole() {
    try (Bench bench = stopped(new Plans().noAbort().make())) {
      refuses(bench, ExitCode.REFUSED, "begins with a hole", "do not resume relay");
    }
  }

  @Test
  void halfATransaction() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-200";
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-100");
      // It came back without its last transactions, of which the target has rows.
      refuses(bench, ExitCode.REFUSED, Tails.FIRST);
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-101");
      bench.keyless = List.of(new Table("app", "log"));
      refuses(bench, ExitCode.REFUSED, "`app`.`log`");

      bench.keyless = List.of();
      well(rollBack(bench), true);
    }
  }

  @Test
  void relayInASubDirThatNobodyKnows() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";

      refuses(bench, ExitCode.REFUSED, Plans.NEW_UUID + ".000002", "rescue.yml");
    }
  }

  @Test
  void cutOffItGoesOn() {
    try (Bench bench = stopped(Plans.ordinary())) {
      bench.dm.answer("start-task", Kind.FAILED, "pre-check says no");

      badly(
          rollBack(bench),
          ExitCode.STOPPED_MIDWAY,
          "pre-check says no",
          "run rollback.yml again",
          "run switch-upstream.yml");
      assertFalse(closed(bench));

      well(rollBack(bench), true);
      assertEquals(List.of(RESUME, START, START), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void behindAVip() {
    try (Bench bench = stopped(new Plans().vip().make())) {
      bench.vipShows(shown(Plans.NEW_UUID));
      refuses(bench, ExitCode.REFUSED, "shows the new server", "move the VIP back");

      bench.vipShows(shown(Plans.OLD_UUID));
      well(rollBack(bench), true);
      assertEquals(List.of(RESUME, RESUME_TASK), bench.dm.told);
    }
  }

  @Test
  void behindAVipOnceRelayIsSwitched() {
    Plan plan = new Plans().vip().make();
    try (Bench bench = stopped(plan).did(Step.VIP_MOVED).did(Step.RELAY_SWITCHED)) {
      refuses(bench, ExitCode.REFUSED, "run switch-vip.yml");
    }
  }
}
