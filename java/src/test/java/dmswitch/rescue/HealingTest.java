package dmswitch.rescue;

import static dmswitch.rescue.Clinic.badly;
import static dmswitch.rescue.Clinic.changed;
import static dmswitch.rescue.Clinic.problem;
import static dmswitch.rescue.SignsBuilder.NEW;
import static dmswitch.rescue.SignsBuilder.OLD;
import static dmswitch.rescue.SignsBuilder.W;
import static dmswitch.rescue.SignsBuilder.file;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.dmansible.RelayRows;
import dmswitch.dmansible.Tails;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import dmswitch.step.StepResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What heals, step by step, and again after it was cut off. */
@ExtendWith(InstantTime.class)
class HealingTest {
  private static final String THIRD = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
  private static final String WORKER = Plans.WORKER;

  @TempDir private Path dir;

  // ---- relay -----------------------------------------------------------------------------------

  @Test
  void theVipMovedUnderARunningRelay() {
    Clinic clinic = Clinic.vipMoved(dir);

    assertTrue(changed(clinic.apply()));

    assertEquals(
        List.of(
            "pause-relay " + WORKER,
            "pause-task orders only " + WORKER,
            "resume-relay " + WORKER,
            "resume-task orders only " + WORKER),
        clinic.dm.told);
    assertEquals(SignsBuilder.name(NEW, 2), clinic.dm.subDir);
    assertEquals(Stage.RUNNING, clinic.task());
    assertEquals(List.of(), clinic.done);
    assertTrue(clinic.unfinished().isEmpty());
    assertEquals("healthy", clinic.lookAt().answer().path("state").asText());
  }

  @Test
  void lookingChangesNothing() {
    Clinic clinic = Clinic.vipMoved(dir);
    StepResult ended = clinic.lookAt();
    assertFalse(changed(ended));
    assertEquals("vip_moved", ended.answer().path("state").asText());
    assertEquals(List.of(), clinic.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
  }

  /** Neither on to the new server nor back: the switch is given up for the server that is there. */
  @Test
  void aThirdServerBehindTheVipInTheMiddleOfASwitch() {
    Clinic clinic = Clinic.thirdServerBehindVip(dir, THIRD);

    StepResult looked = clinic.lookAt();
    assertEquals("stopped_half_way", looked.answer().path("state").asText());
    assertTrue(looked.answer().path("healable").asBoolean(), looked.answer().toString());
    StepResult healed = clinic.apply();

    assertTrue(changed(healed), healed.answer().toString());
    assertTrue(clinic.dm.told.contains("resume-relay " + WORKER), clinic.dm.told.toString());
    assertEquals(Stage.RUNNING, clinic.task());
    assertEquals(Stage.RUNNING, clinic.dm.relay);
    assertEquals("healthy", healed.answer().path("state").asText(), healed.answer().toString());
    assertTrue(
        Files.isDirectory(Path.of(healed.answer().path("journal").asText())),
        healed.answer().toString());
  }

  @Test
  void aThirdServerBehindTheVipThatLacksWhatRelayHasPulled() {
    Clinic clinic = Clinic.thirdServerBehindVip(dir, THIRD);
    clinic.server.executed = () -> FakeServer.set(OLD + ":1-99");

    Problem problem = badly(clinic.apply(), ExitCode.REFUSED);

    assertTrue(problem.found().contains(OLD + ":100"), problem.found());
    assertEquals(List.of(), clinic.dm.told);
  }

  @Test
  void aVipThatFlipsBackIsNotResumedOn() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.shown.add(NEW);
    clinic.shown.add(OLD);

    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("shows " + OLD), problem.found());
    assertFalse(clinic.dm.told.contains("resume-relay " + WORKER));
    assertEquals(Stage.PAUSED, clinic.dm.relay);
  }

  @Test
  void aServerThatLacksWhatRelayPulledMeanwhile() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.server.executed =
        () -> FakeServer.set(OLD + (clinic.dm.relay == Stage.PAUSED ? ":1-99" : ":1-200"));
    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.found().contains(OLD + ":100"), problem.found());
    assertFalse(clinic.dm.told.contains("resume-relay " + WORKER));
  }

  @Test
  void aWorkerThatSeesAnotherServerThereIsNotResumed() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.dm.masterGtid = OLD + ":1-200," + NEW + ":1";

    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("the worker sees another server"), problem.found());
    assertFalse(clinic.dm.told.contains("resume-relay " + WORKER));
  }

  private static final RelayRows ROWS_OF_LOG =
      new RelayRows(Optional.of(Set.of(new Table("shop", "log"))));

  /** Paused while rows flow, a task replays some of them twice. */
  @Test
  void tasksThatDoNotComeToRestAreNotPausedWhereATableHasNoKey() {
    Clinic moved = Clinic.vipMoved(dir);
    moved.signs.keyless = List.of(new Table("shop", "log"));
    moved.rows = ROWS_OF_LOG;

    Problem problem = badly(moved.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.wanted().contains("before the checkpoint"), problem.wanted());
    assertTrue(problem.found().contains("`shop`.`log`"), problem.found());
    assertEquals(Stage.RUNNING, moved.task());
    moved.rows = new RelayRows(Optional.of(Set.of(new Table("shop", "orders"))));
    assertTrue(changed(moved.apply()));
  }

  @Test
  void norIsTheWorkerStoppedThen() {
    Clinic wall = Clinic.wall(dir);
    wall.dm.subtasks.get(WORKER).put("orders", Stage.RUNNING);
    wall.signs.keyless = List.of(new Table("shop", "log"));
    wall.rows = ROWS_OF_LOG;

    badly(wall.apply(), ExitCode.REFUSED);

    assertEquals(List.of(), wall.done);
    assertEquals(Stage.RUNNING, wall.task());
    assertTrue(wall.unfinished().isEmpty());
  }

  @Test
  void halfATransactionDoublesRowsWithoutAKey() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.signs.tail = Tails.HALF;
    clinic.signs.keyless = List.of(new Table("shop", "log"));

    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("`shop`.`log`"), problem.found());
    assertEquals(Stage.PAUSED, clinic.dm.relay);

    clinic.signs.keyless = List.of();
    StepResult again = clinic.apply();
    assertTrue(changed(again));
    assertTrue(again.answer().path("warnings").toString().contains("come out equal"));
    assertEquals(Stage.RUNNING, clinic.task());
  }

  @Test
  void cutOffBeforeResumeRelayItGoesOnAndBringsItsTasksBack() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.dm.answer("resume-relay", Outcome.Kind.FAILED, "no");
    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.next().contains("done so far: relay_paused, tasks_paused"), problem.next());
    assertEquals("vip_moved", clinic.lookAt().answer().path("state").asText());

    assertTrue(changed(clinic.apply()));

    assertEquals(Stage.RUNNING, clinic.task());
    assertEquals(Stage.RUNNING, clinic.dm.relay);
    assertEquals(SignsBuilder.name(NEW, 2), clinic.dm.subDir);
    assertTrue(clinic.unfinished().isEmpty());
  }

  @Test
  void cutOffBeforeItsTasksAreResumedTheyAreKnown() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    clinic.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.found().contains("resume-task answered"), problem.found());
    assertEquals("tasks_left_paused", clinic.lookAt().answer().path("state").asText());
    clinic.dm.answers.clear();
    clinic.dm.told.clear();

    assertTrue(changed(clinic.apply()));

    assertEquals(List.of("resume-task orders only " + WORKER), clinic.dm.told);
    // What an operator pauses from now on is his.
    clinic.dm.pauseTask("orders", Scope.only(WORKER));
    assertEquals("healthy", clinic.lookAt().answer().path("state").asText());
  }

  @Test
  void checkModeSaysWhatWouldBeChangedAndChangesNothing() {
    Clinic clinic = Clinic.wall(dir);

    StepResult ended = clinic.wouldApply();

    assertTrue(changed(ended));
    assertEquals(
        SignsBuilder.name(OLD, 2)
            + "\n"
            + SignsBuilder.name(NEW, 3)
            + "\nserver-uuid.index: "
            + SignsBuilder.name(OLD, 1)
            + "\nserver-uuid.index: "
            + SignsBuilder.name(OLD, 2)
            + "\nserver-uuid.index: "
            + SignsBuilder.name(NEW, 3)
            + "\n",
        ended.answer().at("/diff/before").asText());
    assertTrue(
        ended
            .answer()
            .at("/diff/after")
            .asText()
            .endsWith(
                "\nserver-uuid.index: "
                    + SignsBuilder.name(OLD, 1)
                    + "\nserver-uuid.index: "
                    + SignsBuilder.name(NEW, 2)
                    + "\n"),
        ended.toString());
    assertEquals(List.of(), clinic.done);
    assertEquals(List.of(), clinic.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
    clinic.signs.stoppedTasks = List.of("gone");
    clinic.signs.written.put("gone", "(mysql-bin|000003.000002, 4)");
    badly(clinic.wouldApply(), ExitCode.REFUSED);
  }

  @Test
  void theJournalOfAnotherWorkerIsNotUsed() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("operate", problem("the connection was lost"));
    badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);
    clinic.worker = "dm_worker2";

    assertThrows(Problem.class, clinic::lookAt);
    Problem problem = assertThrows(Problem.class, clinic::apply);

    assertTrue(problem.found().contains("is of dm_worker1, not of dm_worker2"), problem.found());
  }

  // ---- files -----------------------------------------------------------------------------------

  @Test
  void theWall() {
    Clinic clinic = Clinic.wall(dir);

    assertTrue(changed(clinic.apply()));

    assertEquals(List.of("stop", "operate", "start"), clinic.done);
    assertEquals(
        List.of("pause-task orders only " + WORKER, "resume-task orders only " + WORKER),
        clinic.dm.told);
    assertEquals(Stage.RUNNING, clinic.task());
    assertTrue(clinic.unfinished().isEmpty());
  }

  @Test
  void aCheckpointThatMovedBehindTheWallWhileItWasWrittenDown() {
    Clinic clinic = Clinic.wall(dir);
    clinic.dm.onQuestion =
        () -> {
          if (clinic.task() == Stage.PAUSED) {
            clinic.checkpoint("(mysql-bin|000003.000002, 900)");
          }
        };

    Problem problem = badly(clinic.apply(), ExitCode.REFUSED);

    assertTrue(
        problem.found().contains("with the tasks Paused it looks otherwise"), problem.found());
    assertEquals(List.of(), clinic.done);
    assertEquals(Stage.RUNNING, clinic.task());
    assertTrue(clinic.unfinished().isEmpty());
  }

  @Test
  void cutOffInTheSurgeryItGoesOn() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("operate", problem("the connection was lost"));

    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.next().contains("tasks_paused, worker_stopped"), problem.next());
    assertFalse(clinic.signs.up);
    assertTrue(changed(clinic.apply()));
    assertEquals(List.of("stop", "operate", "stop", "operate", "start"), clinic.done);
    assertEquals(Stage.RUNNING, clinic.task());
  }

  @Test
  void aSubDirThatWasUsedAfterAllIsLeftAndTheWorkerStartedAgain() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("operate", problem("x.000002 is no longer empty; nothing was changed"));
    clinic.beforeChange =
        () ->
            clinic
                .signs
                .noSubDirs()
                .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
                .subDir(OLD, 2, W, file("mysql-bin.000001", 300))
                .subDir(NEW, 3, W, file("mysql-bin.000002", 900));

    assertTrue(changed(clinic.apply()));

    assertEquals(List.of("stop", "operate", "start"), clinic.done);
    assertEquals(Stage.RUNNING, clinic.task());
    assertTrue(clinic.unfinished().isEmpty());
  }

  @Test
  void aDirectoryThatChangedInAnotherWayIsLookedAtAnewOnce() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("operate", problem("server-uuid.index is otherwise; nothing was changed"));

    Problem problem = badly(clinic.apply(), ExitCode.CANNOT_TELL);

    assertTrue(problem.found().contains("the worker is down"), problem.found());
    assertTrue(
        problem
            .next()
            .contains(
                "ansible-playbook -i prod/hosts.ini start.yml --tags=dm-worker -l dm_worker1"),
        problem.next());
    assertEquals(List.of("stop", "operate"), clinic.done);
    // As it says.
    clinic.signs.up = true;
    assertTrue(changed(clinic.apply()));
    assertEquals(Stage.RUNNING, clinic.task());
  }

  @Test
  void whileARelayDirectoryIsHalfChangedThatIsItsState() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("operate", problem("the connection was lost"));
    badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);
    StepResult looked = clinic.lookAt();
    assertEquals("rescue_half_way", looked.answer().path("state").asText());
    assertFalse(changed(looked));
    // Somebody has put it right by hand.
    clinic
        .signs
        .noSubDirs()
        .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
        .subDir(NEW, 2, W, file("mysql-bin.000002", 900))
        .subDir(NEW, 3, W, file("mysql-bin.000002", 900));
    assertEquals("worker_down", clinic.lookAt().answer().path("state").asText());
  }

  @Test
  void aWorkerThatDoesNotStartIsOnlyStartedAgain() {
    Clinic clinic = Clinic.wall(dir);
    clinic.spoilt.put("start", problem("start.yml failed in its task 'x'"));

    Problem problem = badly(clinic.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("start.yml failed"), problem.found());
    assertTrue(changed(clinic.apply()));
    assertEquals(List.of("stop", "operate", "start", "start"), clinic.done);
    assertEquals(Stage.RUNNING, clinic.task());
  }

  @Test
  void whatIsNotSafeIsRefusedWithoutAnyAct() {
    Clinic clinic = Clinic.wall(dir);
    clinic.signs.stoppedTasks = List.of("gone");
    clinic.signs.written.put("gone", "(mysql-bin|000003.000002, 4)");
    Problem problem = badly(clinic.apply(), ExitCode.REFUSED);
    assertTrue(problem.found().contains("is empty and not the last one"), problem.found());
    assertTrue(problem.found().contains("gone"), problem.found());
    assertEquals(List.of(), clinic.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
  }

  @Test
  void aHealthyWorkerIsLeftAlone() {
    Clinic clinic = Clinic.vipMoved(dir);
    clinic.shown.clear();
    clinic.shown.add(OLD);
    assertFalse(changed(clinic.apply()));
    assertEquals(List.of(), clinic.dm.told);
  }
}
