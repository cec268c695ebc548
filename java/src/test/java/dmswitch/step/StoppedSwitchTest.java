package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.Tails;
import dmswitch.journal.Journal;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A switch by address has stopped its tasks; what may have happened before the next run. */
@ExtendWith(InstantTime.class)
class StoppedSwitchTest {
  private static final String THIRD_UUID = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";

  @TempDir private Path dir;

  private Bench stopped() throws IOException {
    Files.writeString(
        dir.resolve("inventory.ini"),
        "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.32 mysql_port=3306\n");
    Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED);
    bench.dm.subtasks.get(Plans.WORKER).remove("orders");
    bench.dm.masterGtid = "";
    newServerHas(bench, "1-100");
    return bench;
  }

  private static void newServerHas(Bench bench, String numbers) {
    bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":" + numbers);
  }

  private static FenceRelay fence() {
    return new FenceRelay(Duration.ZERO, Duration.ZERO);
  }

  // ---- somebody has rolled the worker by hand
  // ----------------------------------------------------

  @Test
  void aWorkerThatSomebodyHasTakenToTheNewServerIsNotFencedThere() throws IOException {
    try (Bench bench = stopped()) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.dm.relay = Stage.RUNNING;
      bench.holeBytes = 400L << 20;

      well(bench.run(fence()), false, "relay is on the new server already");
      well(bench.run(new DrainTasks()), false);
      well(bench.run(new StopTasks()), false);
      well(bench.run(new UpgradeWorker()), false, "already runs on the new server");

      assertEquals(List.of(), bench.dm.told, "neither paused nor resumed nor restarted");
      assertEquals(Plans.OLD_UUID + ".000001", bench.open().fence().subDir());
    }
  }

  /** It had pulled on from the old server before. */
  @Test
  void notWithMoreThanTheNewServerHas() throws IOException {
    try (Bench bench = stopped()) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.dm.relay = Stage.RUNNING;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";

      badly(bench.run(fence()), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":101-120");

      assertFalse(bench.open().upgradeBegun());
    }
  }

  @Test
  void aWorkerOnAThirdServerIsNotFenced() throws IOException {
    try (Bench bench = stopped()) {
      bench.dm.subDir = THIRD_UUID + ".000002";

      badly(
          bench.run(fence()),
          ExitCode.STOPPED_MIDWAY,
          "relay is in " + THIRD_UUID + ".000002, which this switch has not opened",
          "rescue.yml, which names the state");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  // ---- the old server answers otherwise
  // ----------------------------------------------------------

  @Test
  void anOldServerThatHasGoneSilentIsAskedNoMore() throws IOException {
    try (Bench bench = stopped()) {
      bench.vipPort = PortProbe.State.SILENT;
      Plan now = OldServerNow.look(bench.open().access(), bench.open().plan(), bench.journal);

      assertTrue(now.oldServer().state().mayHang());
      assertEquals(Optional.of(now), bench.journal.plan());
      assertTrue(bench.journal.outcome(Step.TASKS_STOPPED).isPresent(), "that stays done");
    }
  }

  @Test
  void anOldServerThatAnswersAsBeforeChangesNothing() throws IOException {
    try (Bench bench = stopped()) {
      OldServerNow.look(bench.open().access(), bench.open().plan(), bench.journal);

      assertFalse(bench.journal.intended(Step.OLD_SERVER_SEEN));
      bench.oldServerAnswers = false;
      Plan now = OldServerNow.look(bench.open().access(), bench.open().plan(), bench.journal);
      assertEquals(OldServerState.UNSEEN, now.oldServer().state());
    }
  }

  // ---- the worker is down
  // ------------------------------------------------------------------------

  private static RelayDirectory meta(String gtidW) {
    return new RelayDirectory(
        List.of(Plans.OLD_UUID + ".000001"),
        List.of(
            new RelayDirectory.SubDir(
                Plans.OLD_UUID + ".000001",
                List.of(new RelayDirectory.File("mysql-bin.000003", 9000)),
                Optional.of(new RelayDirectory.Meta("mysql-bin.000003", 5000, gtidW)))),
        1L << 40);
  }

  @Test
  void aWorkerThatHasGoneDownSinceIsRolledAsItIs() throws IOException {
    try (Bench bench = stopped()) {
      bench.workerIsDown();
      bench.directory = meta(Plans.OLD_UUID + ":1-100");

      well(
          bench.run(fence()),
          false,
          "the worker is down, and its relay is unchanged since the fence");
      well(bench.run(new DrainTasks()), false, "before the worker went down");
      well(bench.run(new FlushNewServer()), false);
      well(bench.run(new StopTasks()), false, "before the worker went down");
    }
  }

  @Test
  void notWhenTheNewServerHasPurgedMeanwhile() throws IOException {
    try (Bench bench = stopped()) {
      bench.workerIsDown();
      bench.directory = meta(Plans.OLD_UUID + ":1-100");
      newServerHas(bench, "1-150");
      bench.newServer.purged = () -> FakeServer.set(Plans.OLD_UUID + ":1-120");

      badly(bench.run(fence()), ExitCode.STOPPED_MIDWAY, "101-120");
    }
  }

  /** It came up on the old server first, and has pulled on. */
  @Test
  void notWhenItsRelayHasMoved() throws IOException {
    try (Bench bench = stopped()) {
      bench.workerIsDown();
      bench.directory = meta(Plans.OLD_UUID + ":1-120");

      assertFalse(bench.run(fence()).exitCode() == ExitCode.DONE);
      bench.directory = meta(Plans.OLD_UUID + ":1-100");
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);
      assertFalse(bench.run(fence()).exitCode() == ExitCode.DONE);
    }
  }

  /** Whether the tasks were stopped is then not known. */
  @Test
  void notWhenTheTasksWereNotSeenStopped() throws IOException {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.journal.intent(Step.TASKS_STOPPED, Json.object());
      bench.workerIsDown();
      bench.directory = meta(Plans.OLD_UUID + ":1-100");

      badly(
          bench.run(fence()),
          ExitCode.STOPPED_MIDWAY,
          "the worker is down",
          "rescue.yml with rescue_apply: true");
    }
  }

  /** Its subtask comes back Paused. */
  @Test
  void soIsOneWhoseTasksArePaused() throws IOException {
    try (Bench bench =
        new Bench(
                dir,
                new Plans()
                    .pausesTasks()
                    .tasks(Plans.task("orders", Plan.Handling.PAUSE_ON_WORKER))
                    .make())
            .fenced()
            .did(Step.TASKS_STOPPED)) {
      newServerHas(bench, "1-100");
      bench.workerIsDown();

      well(
          bench.run(fence()),
          false,
          "the worker is down, and its relay is unchanged since the fence");
      well(bench.run(new DrainTasks()), false, "before the worker went down");
      well(bench.run(new FlushNewServer()), false);
      well(bench.run(new StopTasks()), false, "before the worker went down");
    }
  }

  /** dm-master may be down, dmctl missing; systemd may have brought the worker up. */
  @ParameterizedTest
  @EnumSource(
      value = PortProbe.State.class,
      names = {"OPEN", "SILENT", "NO_ROUTE", "UNRESOLVED"})
  void aWorkerThatIsNotSeenIsNotTakenForDown(PortProbe.State port) throws IOException {
    try (Bench bench = stopped()) {
      bench.workerIsDown();
      bench.workerPort = port;

      StepResult ended = bench.run(fence());

      badly(ended, ExitCode.STOPPED_MIDWAY, "no connection to the worker", "worker's port", "wait");
      assertFalse(ended.answer().toString().contains("stop.yml"), ended.answer().toString());
    }
  }

  @Test
  void dmMasterIsGivenTimeToFindAWorkerThatWasRestarted() throws IOException {
    try (Bench bench = stopped()) {
      bench.dm.deaf = 3;

      well(bench.run(fence()), false);
    }
  }

  /** Restarted there, it hangs on the old server: neither pause-relay nor query-status answers. */
  @Test
  void aWorkerThatHangsOnASilentServerIsToBeStopped() throws IOException {
    try (Bench bench = stopped()) {
      launched(bench);
      bench.dm.deaf = Integer.MAX_VALUE;
      bench.vipPort = PortProbe.State.SILENT;
      bench.oldServerAnswers = false;
      bench.directory = meta(Plans.OLD_UUID + ":1-100");

      badly(
          bench.run(fence()),
          ExitCode.STOPPED_MIDWAY,
          "a process listens on the worker's port",
          "ansible-playbook -i inventory.ini stop.yml --tags=dm-worker -l dm_worker1",
          "then run the same playbook again");
      assertEquals(List.of(), bench.dm.told);

      bench.workerIsDown();
      well(bench.run(fence()), false, "unchanged since the fence");
    }
  }

  /** It came up on the old server first, which is dead now. */
  @Test
  void oneThatIsDownIsFencedAnewByItsRelayMeta() throws IOException {
    try (Bench bench = stopped()) {
      bench.workerIsDown();
      bench.oldServerAnswers = false;
      bench.directory = meta(Plans.OLD_UUID + ":1-120");
      newServerHas(bench, "1-110");

      badly(bench.run(fence()), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":111-120");

      newServerHas(bench, "1-130");
      well(
          bench.run(fence()),
          false,
          "the worker is down, W at the fence is " + Plans.OLD_UUID + ":1-120");
      well(bench.run(new DrainTasks()), false, "before the worker went down");
      well(bench.run(new StopTasks()), false, "before the worker went down");
      // A later run may find relay on the new server.
      assertFalse(bench.open().fencedAnew());
    }
  }

  @Test
  void oneBehindAVipIsToBeStartedByRescue() {
    try (Bench bench = new Bench(dir, new Plans().vip().make()).fenced().did(Step.TASKS_STOPPED)) {
      bench.workerIsDown();

      badly(
          bench.run(fence()),
          ExitCode.CANNOT_TELL,
          "the worker is down",
          "rescue.yml with rescue_apply: true");
    }
  }

  // ---- the new server is another
  // -----------------------------------------------------------------

  private static void launched(Bench bench) throws IOException {
    Path roll = bench.journal.file("roll-1");
    bench.journal.makeFolder(roll);
    bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", roll.toString()));
    Files.writeString(roll.resolve("roll.taken"), "");
  }

  @Test
  void aRollThatHasNotTouchedTheWorkerLeavesTheWayToAnotherServerOpen() throws IOException {
    try (Bench bench = stopped()) {
      launched(bench);
      assertTrue(bench.open().upgradeBegun());
      bench.newServer.uuid(THIRD_UUID);

      assertTrue(OtherNewServer.isAskedFor(bench.open()));
    }
  }

  @Test
  void aRollThatHasRestartedItDoesNotWhileThatServerAnswers() throws IOException {
    try (Bench bench = stopped()) {
      launched(bench);
      bench.newServer.uuid(THIRD_UUID);
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.vipShows(Bench.shown(Plans.NEW_UUID));

      Problem problem = assertThrows(Problem.class, () -> OtherNewServer.isAskedFor(bench.open()));

      assertTrue(problem.next().contains("continues with that server"), problem.next());
    }
  }

  @Test
  void theOldServerIsNoNewOne() throws IOException {
    try (Bench bench = stopped()) {
      bench.newServer.uuid(Plans.OLD_UUID);

      Problem problem = assertThrows(Problem.class, () -> OtherNewServer.isAskedFor(bench.open()));

      assertTrue(problem.next().contains("rollback.yml"), problem.next());
    }
  }

  @Test
  void thePlannedServerIsNoOther() throws IOException {
    try (Bench bench = stopped()) {
      assertFalse(OtherNewServer.isAskedFor(bench.open()));
    }
  }

  /** It may be large, and what was decided was decided of the one before. */
  @Test
  void theOtherServerIsFlushedToo() throws IOException {
    try (Bench bench = stopped()) {
      bench.newServer.binlogSize(400L << 20);
      well(bench.run(new FlushNewServer()), false, "decided before the tasks were stopped");
      bench.journal.change(
          Step.NEW_SERVER_CHANGED, Json.object(), bench.journal.plan().orElseThrow());

      well(bench.run(new FlushNewServer()), true, "flushed");
    }
  }

  /** Killed once the plan was written, before the journal said that it was. */
  @Test
  void soItIsWhereTheChangeWasCutOff() throws IOException {
    try (Bench bench = stopped()) {
      bench.newServer.binlogSize(400L << 20);
      bench.journal.intent(Step.NEW_SERVER_CHANGED, Json.object());

      well(bench.run(new FlushNewServer()), true, "flushed");
    }
  }

  /** What was decided of the other one holds once its roll was begun. */
  @Test
  void notOnceItsRollWasBegun() throws IOException {
    try (Bench bench = stopped()) {
      bench.newServer.binlogSize(400L << 20);
      bench.journal.change(
          Step.NEW_SERVER_CHANGED, Json.object(), bench.journal.plan().orElseThrow());
      launched(bench);

      well(bench.run(new FlushNewServer()), false, "decided before the tasks were stopped");
    }
  }

  // ---- a roll that is launched while somebody looks
  // ----------------------------------------------

  @Test
  void rollbackSeesARollThatWasLaunchedMeanwhile() throws IOException {
    try (Bench bench = stopped()) {
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-100");
      Path roll = bench.journal.file("roll-1");
      bench.journal.makeFolder(roll);
      bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", roll.toString()));
      Path permit = roll.resolve("roll.permit");
      Files.writeString(
          permit, Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
      bench.onUse =
          () -> {
            try {
              if (Files.exists(permit)) {
                Files.move(permit, roll.resolve("roll.taken"));
              }
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          };

      assertFalse(RollbackStep.run(bench.open()).exitCode() == ExitCode.DONE);

      assertEquals(List.of(), bench.dm.told);
      assertEquals(
          Optional.of(bench.open().plan()),
          Journal.peek(dir.resolve(".dm-switch/dm_worker1")).flatMap(Journal::plan));
    }
  }
}
