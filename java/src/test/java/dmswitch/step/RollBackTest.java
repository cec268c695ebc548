package dmswitch.step;

import static dmswitch.step.Bench.shown;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome.Kind;
import dmswitch.dm.Stage;
import dmswitch.dmansible.Tails;
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
    if (StopTasks.isPause(plan)) {
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    }
    return bench;
  }

  private static Plan pausing() {
    return new Plans()
        .pausesTasks()
        .tasks(Plans.task("orders", Handling.PAUSE_ON_WORKER))
        .oldServer("refused")
        .make();
  }

  private Path switchInventory(Bench bench, String now) throws IOException {
    Files.writeString(bench.journal.file("inventory.before"), BEFORE);
    bench.did(Step.INVENTORY_SWITCHED);
    return Files.writeString(dir.resolve("inventory.ini"), now);
  }

  private static Steps.Ended rollBack(Bench bench) {
    return Steps.guarded(() -> Steps.rollBack(bench.open()));
  }

  private static void refuses(Bench bench, ExitCode code, String... words) {
    badly(rollBack(bench), code, words);
    assertEquals(List.of(), bench.dm.told);
    assertTrue(bench.journal.plan().isPresent(), "the switch is under way still");
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
    well(Steps.rollBack(Bench.request(dir, plan)), false, "no switch of dm_worker1 is under way");
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

      Steps.Ended ended = rollBack(bench);

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
  void theWorkerWasRestarted() {
    try (Bench bench = stopped(Plans.ordinary()).did(Step.WORKER_UPGRADED)) {
      refuses(
          bench,
          ExitCode.REFUSED,
          "worker_upgraded is done",
          "run switch-upstream.yml with new_mysql_host=10.0.1.32");
    }
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
  void theRollingUpgradeWasLaunched() throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      intended(bench);
      file(intended(bench), "roll.taken", boot());

      refuses(bench, ExitCode.REFUSED, "gone too far");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "no folder"})
  void whetherTheRollingUpgradeWasLaunchedIsNotKnown(String how) throws IOException {
    try (Bench bench = stopped(Plans.ordinary())) {
      Path roll = intended(bench);
      if (how.equals("no folder")) {
        Files.delete(roll);
      } else {
        file(roll, "roll.permit", how);
      }

      refuses(bench, ExitCode.CANNOT_TELL, "cannot be told", "run switch-upstream.yml");
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

      refuses(bench, ExitCode.CANNOT_TELL, "does not let us in", "run switch-upstream.yml");
    }
  }

  @Test
  void aFenceOverALostUpstreamNeedsNothing() {
    try (Bench bench = fenced(new Plans().oldServer("refused").relayPausedBefore().make())) {
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
