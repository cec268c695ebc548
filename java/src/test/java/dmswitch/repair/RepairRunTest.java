package dmswitch.repair;

import static dmswitch.repair.ObservationBuilder.NEW;
import static dmswitch.repair.ObservationBuilder.OLD;
import static dmswitch.repair.ObservationBuilder.W;
import static dmswitch.repair.ObservationBuilder.file;
import static dmswitch.repair.RepairFixture.badly;
import static dmswitch.repair.RepairFixture.changed;
import static dmswitch.repair.RepairFixture.problem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.host.RelayRows;
import dmswitch.host.Tails;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import dmswitch.step.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repair, step by step, and again after it was cut off. */
@ExtendWith(InstantTime.class)
class RepairRunTest {
  private static final String THIRD = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
  private static final String WORKER = Plans.WORKER;

  @TempDir private Path dir;

  // ---- relay -----------------------------------------------------------------------------------

  @Test
  void theVipMovedUnderARunningRelay() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);

    assertTrue(changed(fixture.apply()));

    assertEquals(
        List.of(
            "pause-relay " + WORKER,
            "pause-task orders only " + WORKER,
            "resume-relay " + WORKER,
            "resume-task orders only " + WORKER),
        fixture.dm.told);
    assertEquals(ObservationBuilder.name(NEW, 2), fixture.dm.subDir);
    assertEquals(Stage.RUNNING, fixture.task());
    assertEquals(List.of(), fixture.done);
    assertTrue(fixture.unfinished().isEmpty());
    assertEquals("healthy", fixture.lookAt().answer().path("state").asText());
  }

  @Test
  void lookingChangesNothing() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    StepResult ended = fixture.lookAt();
    assertFalse(changed(ended));
    assertEquals("vip_moved", ended.answer().path("state").asText());
    assertEquals(List.of(), fixture.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
  }

  /** Neither on to the new server nor back: the switch is given up for the server that is there. */
  @Test
  void aThirdServerBehindTheVipInTheMiddleOfASwitch() {
    RepairFixture fixture = RepairFixture.thirdServerBehindVip(dir, THIRD);

    StepResult looked = fixture.lookAt();
    assertEquals("stopped_half_way", looked.answer().path("state").asText());
    assertTrue(looked.answer().path("healable").asBoolean(), looked.answer().toString());
    StepResult repaired = fixture.apply();

    assertTrue(changed(repaired), repaired.answer().toString());
    assertTrue(fixture.dm.told.contains("resume-relay " + WORKER), fixture.dm.told.toString());
    assertEquals(Stage.RUNNING, fixture.task());
    assertEquals(Stage.RUNNING, fixture.dm.relay);
    assertEquals("healthy", repaired.answer().path("state").asText(), repaired.answer().toString());
    assertTrue(
        Files.isDirectory(Path.of(repaired.answer().path("journal").asText())),
        repaired.answer().toString());
  }

  @Test
  void aThirdServerBehindTheVipThatLacksWhatRelayHasPulled() {
    RepairFixture fixture = RepairFixture.thirdServerBehindVip(dir, THIRD);
    fixture.server.executed = () -> FakeServer.set(OLD + ":1-99");

    Problem problem = badly(fixture.apply(), ExitCode.REFUSED);

    assertTrue(problem.found().contains(OLD + ":100"), problem.found());
    assertEquals(List.of(), fixture.dm.told);
  }

  @Test
  void aVipThatFlipsBackIsNotResumedOn() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.shown.add(NEW);
    fixture.shown.add(OLD);

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("shows " + OLD), problem.found());
    assertFalse(fixture.dm.told.contains("resume-relay " + WORKER));
    assertEquals(Stage.PAUSED, fixture.dm.relay);
  }

  @Test
  void aServerThatLacksWhatRelayPulledMeanwhile() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.server.executed =
        () -> FakeServer.set(OLD + (fixture.dm.relay == Stage.PAUSED ? ":1-99" : ":1-200"));
    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.found().contains(OLD + ":100"), problem.found());
    assertFalse(fixture.dm.told.contains("resume-relay " + WORKER));
  }

  @Test
  void aWorkerThatSeesAnotherServerThereIsNotResumed() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.masterGtid = OLD + ":1-200," + NEW + ":1";

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("the worker sees another server"), problem.found());
    assertFalse(fixture.dm.told.contains("resume-relay " + WORKER));
  }

  private static final RelayRows ROWS_OF_LOG =
      new RelayRows(Optional.of(Set.of(new Table("shop", "log"))));

  /** Paused while rows flow, a task replays some of them twice. */
  @Test
  void tasksThatDoNotComeToRestAreNotPausedWhereATableHasNoKey() {
    RepairFixture moved = RepairFixture.vipMoved(dir);
    moved.seen.keyless = List.of(new Table("shop", "log"));
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
    RepairFixture wall = RepairFixture.wall(dir);
    wall.dm.subtasks.get(WORKER).put("orders", Stage.RUNNING);
    wall.seen.keyless = List.of(new Table("shop", "log"));
    wall.rows = ROWS_OF_LOG;

    badly(wall.apply(), ExitCode.REFUSED);

    assertEquals(List.of(), wall.done);
    assertEquals(Stage.RUNNING, wall.task());
    assertTrue(wall.unfinished().isEmpty());
  }

  @Test
  void halfATransactionDoublesRowsWithoutAKey() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.seen.tail = Tails.HALF;
    fixture.seen.keyless = List.of(new Table("shop", "log"));

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("`shop`.`log`"), problem.found());
    assertEquals(Stage.PAUSED, fixture.dm.relay);

    fixture.seen.keyless = List.of();
    StepResult again = fixture.apply();
    assertTrue(changed(again));
    assertTrue(again.answer().path("warnings").toString().contains("does no harm"));
    assertEquals(Stage.RUNNING, fixture.task());
  }

  @Test
  void cutOffBeforeResumeRelayItGoesOnAndBringsItsTasksBack() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("resume-relay", Outcome.Kind.FAILED, "no");
    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.next().contains("done so far: relay_paused, tasks_paused"), problem.next());
    assertEquals("vip_moved", fixture.lookAt().answer().path("state").asText());

    assertTrue(changed(fixture.apply()));

    assertEquals(Stage.RUNNING, fixture.task());
    assertEquals(Stage.RUNNING, fixture.dm.relay);
    assertEquals(ObservationBuilder.name(NEW, 2), fixture.dm.subDir);
    assertTrue(fixture.unfinished().isEmpty());
  }

  /** Another version of dm-switch may continue with the repair. */
  @Test
  void aRecordKeepsTheFieldsOfEarlierVersions() throws IOException {
    RepairFixture moved = RepairFixture.vipMoved(Files.createDirectory(dir.resolve("moved")));
    moved.dm.answer("resume-relay", Outcome.Kind.FAILED, "no");
    badly(moved.apply(), ExitCode.STOPPED_MIDWAY);
    JsonNode begun = moved.unfinished().orElseThrow().begunWith();
    assertEquals(List.of("dm_worker", "inventory", "healing"), fields(begun));
    assertEquals(List.of("state", "uuid", "tasks"), fields(begun.path("healing")));

    RepairFixture wall = RepairFixture.wall(Files.createDirectory(dir.resolve("wall")));
    wall.failing.put("change", problem("the connection was lost"));
    badly(wall.apply(), ExitCode.STOPPED_MIDWAY);
    JsonNode files = wall.unfinished().orElseThrow().begunWith().path("files");
    assertEquals(List.of("state", "surgery", "uuid", "gtid_w", "tasks"), fields(files));
    assertEquals(
        List.of(
            "relay_dir",
            "name",
            "index_before",
            "index_after",
            "copies",
            "moves",
            "meta_sub_dir",
            "meta_text"),
        fields(files.path("surgery")));
  }

  private static List<String> fields(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void cutOffBeforeItsTasksAreResumedTheyAreKnown() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "no");
    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);
    assertTrue(problem.found().contains("resume-task answered"), problem.found());
    assertEquals("tasks_left_paused", fixture.lookAt().answer().path("state").asText());
    fixture.dm.answers.clear();
    fixture.dm.told.clear();

    assertTrue(changed(fixture.apply()));

    assertEquals(List.of("resume-task orders only " + WORKER), fixture.dm.told);
    // What an operator pauses from now on is his.
    fixture.dm.pauseTask("orders", Scope.only(WORKER));
    assertEquals("healthy", fixture.lookAt().answer().path("state").asText());
  }

  /** Only what is observed proves. */
  @Test
  void aPauseWithAnErrorIsDoneOnceRelayIsSeenPaused() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("pause-relay", Outcome.Kind.FAILED, "[code=38008] grpc request error");
    fixture.dm.onEffect =
        () -> {
          if (fixture.dm.told.get(fixture.dm.told.size() - 1).startsWith("pause-relay")) {
            fixture.dm.relay = Stage.PAUSED;
          }
        };

    assertTrue(changed(fixture.apply()));

    assertEquals(Stage.RUNNING, fixture.dm.relay);
    assertEquals(Stage.RUNNING, fixture.task());
  }

  @Test
  void aPauseThatDmRefusesSaysWhatDmSaid() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("pause-relay", Outcome.Kind.FAILED, "[code=40001] no");

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("[code=40001] no"), problem.found());
    assertFalse(fixture.dm.told.contains("resume-relay " + WORKER), fixture.dm.told.toString());
  }

  /** A relay that is Paused already gets no command. */
  @Test
  void aRelayThatIsPausedIsNotPausedAgain() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.relay = Stage.PAUSED;

    assertTrue(changed(fixture.apply()));

    assertEquals(
        List.of(
            "pause-task orders only " + WORKER,
            "resume-relay " + WORKER,
            "resume-task orders only " + WORKER),
        fixture.dm.told);
  }

  @Test
  void aTaskWhosePauseWasAnsweredWithAnErrorIsDoneOnceItIsSeenPaused() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("pause-task", Outcome.Kind.NOT_YET, "TransientFailure");
    fixture.dm.onEffect =
        () -> {
          if (fixture.dm.told.get(fixture.dm.told.size() - 1).startsWith("pause-task")) {
            fixture.dm.subtasks.get(WORKER).put("orders", Stage.PAUSED);
          }
        };

    assertTrue(changed(fixture.apply()));

    assertEquals(Stage.RUNNING, fixture.task());
  }

  /** Somebody stops it meanwhile: nobody knows of its checkpoint then. */
  @Test
  void aTaskThatIsGoneIsNotTakenForPaused() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.answer("pause-task", Outcome.Kind.DONE);
    fixture.dm.onEffect =
        () -> {
          if (fixture.dm.told.contains("pause-task orders only " + WORKER)) {
            fixture.dm.subtasks.get(WORKER).remove("orders");
          }
        };

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("orders"), problem.found());
    assertFalse(fixture.dm.told.contains("resume-relay " + WORKER), fixture.dm.told.toString());
  }

  /** While relay and tasks are awaited, one answer that does not come is no verdict. */
  @ParameterizedTest
  @ValueSource(strings = {"pause-relay", "pause-task"})
  void anAnswerThatDoesNotComeIsAskedForAgain(String command) {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.dm.onEffect =
        () -> {
          if (fixture.dm.told.get(fixture.dm.told.size() - 1).startsWith(command)) {
            fixture.dm.deaf = 1;
          }
        };

    assertTrue(changed(fixture.apply()));

    assertEquals(0, fixture.dm.deaf);
  }

  @Test
  void checkModeSaysWhatWouldBeChangedAndChangesNothing() {
    RepairFixture fixture = RepairFixture.wall(dir);

    StepResult ended = fixture.wouldApply();

    assertTrue(changed(ended));
    assertEquals(
        ObservationBuilder.name(OLD, 2)
            + "\n"
            + ObservationBuilder.name(NEW, 3)
            + "\nserver-uuid.index: "
            + ObservationBuilder.name(OLD, 1)
            + "\nserver-uuid.index: "
            + ObservationBuilder.name(OLD, 2)
            + "\nserver-uuid.index: "
            + ObservationBuilder.name(NEW, 3)
            + "\n",
        ended.answer().at("/diff/before").asText());
    assertTrue(
        ended
            .answer()
            .at("/diff/after")
            .asText()
            .endsWith(
                "\nserver-uuid.index: "
                    + ObservationBuilder.name(OLD, 1)
                    + "\nserver-uuid.index: "
                    + ObservationBuilder.name(NEW, 2)
                    + "\n"),
        ended.toString());
    assertEquals(List.of(), fixture.done);
    assertEquals(List.of(), fixture.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
    fixture.seen.stoppedTasks = List.of("gone");
    fixture.seen.written.put("gone", "(mysql-bin|000003.000002, 4)");
    badly(fixture.wouldApply(), ExitCode.REFUSED);
  }

  @Test
  void theJournalOfAnotherWorkerIsNotUsed() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("change", problem("the connection was lost"));
    badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);
    fixture.worker = "dm_worker2";

    assertThrows(Problem.class, fixture::lookAt);
    Problem problem = assertThrows(Problem.class, fixture::apply);

    assertTrue(
        problem.found().contains("belongs to dm_worker1, not to dm_worker2"), problem.found());
  }

  // ---- files -----------------------------------------------------------------------------------

  /** The relay directory is not as it was observed. */
  private static Problem unchanged() {
    return problem("x.000002 is no longer empty").with(Problem.Hint.NOTHING_CHANGED);
  }

  @Test
  void theWall() {
    RepairFixture fixture = RepairFixture.wall(dir);

    assertTrue(changed(fixture.apply()));

    assertEquals(List.of("stop", "change", "start"), fixture.done);
    assertEquals(
        List.of("pause-task orders only " + WORKER, "resume-task orders only " + WORKER),
        fixture.dm.told);
    assertEquals(Stage.RUNNING, fixture.task());
    assertTrue(fixture.unfinished().isEmpty());
  }

  @Test
  void aCheckpointThatMovedBehindTheWallWhileItWasWrittenDown() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.dm.onQuestion =
        () -> {
          if (fixture.task() == Stage.PAUSED) {
            fixture.checkpoint("(mysql-bin|000003.000002, 900)");
          }
        };

    Problem problem = badly(fixture.apply(), ExitCode.REFUSED);

    assertTrue(
        problem.found().contains("the state changed once the tasks were Paused"), problem.found());
    assertEquals(List.of(), fixture.done);
    assertEquals(Stage.RUNNING, fixture.task());
    assertTrue(fixture.unfinished().isEmpty());
  }

  /** Nothing is changed then, and no task stays Paused for that dm-master was busy. */
  @Test
  void theTasksThatWerePausedInVainAreResumedUntilDmTakesIt() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.dm.onQuestion =
        () -> {
          if (fixture.task() == Stage.PAUSED) {
            fixture.checkpoint("(mysql-bin|000003.000002, 900)");
          }
        };
    fixture.dm.answer("resume-task", Outcome.Kind.NOT_YET, "TransientFailure");

    Problem problem = badly(fixture.apply(), ExitCode.REFUSED);

    assertTrue(
        problem.found().contains("the state changed once the tasks were Paused"), problem.found());
    assertEquals(Stage.RUNNING, fixture.task());
    assertTrue(fixture.unfinished().isEmpty());
  }

  /** Then the next run knows that they are not an operator's. */
  @Test
  void whatDmDoesNotResumeIsLeftAsPausedByTheRepair() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.dm.onQuestion =
        () -> {
          if (fixture.task() == Stage.PAUSED) {
            fixture.checkpoint("(mysql-bin|000003.000002, 900)");
          }
        };
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "[code=40001] no");

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("[code=40001] no"), problem.found());
    assertEquals(Stage.PAUSED, fixture.task());
    assertEquals("tasks_left_paused", fixture.lookAt().answer().path("state").asText());
  }

  @Test
  void aTaskThatDmDoesNotResumeKeepsNoOtherFromIt() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.dm.subtasks.get(WORKER).put("zebra", Stage.RUNNING);
    fixture.dm.onQuestion =
        () -> {
          if (fixture.task() == Stage.PAUSED) {
            fixture.checkpoint("(mysql-bin|000003.000002, 900)");
          }
        };
    fixture.dm.answer("resume-task", Outcome.Kind.FAILED, "[code=40001] no");

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("[code=40001] no"), problem.found());
    assertTrue(
        problem.found().contains("the state changed once the tasks were Paused"), problem.found());
    assertEquals(Stage.PAUSED, fixture.task());
    assertEquals(Stage.RUNNING, fixture.dm.subtasks.get(WORKER).get("zebra"));
  }

  @Test
  void cutOffInTheChangeOfFilesItGoesOn() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("change", problem("the connection was lost"));

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.next().contains("tasks_paused, worker_stopped"), problem.next());
    assertFalse(fixture.seen.up);
    assertTrue(changed(fixture.apply()));
    assertEquals(List.of("stop", "change", "stop", "change", "start"), fixture.done);
    assertEquals(Stage.RUNNING, fixture.task());
  }

  @Test
  void aSubDirThatWasUsedAfterAllIsLeftAndTheWorkerStartedAgain() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("change", unchanged());
    fixture.beforeChange =
        () ->
            fixture
                .seen
                .noSubDirs()
                .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
                .subDir(OLD, 2, W, file("mysql-bin.000001", 300))
                .subDir(NEW, 3, W, file("mysql-bin.000002", 900));

    assertTrue(changed(fixture.apply()));

    assertEquals(List.of("stop", "change", "start"), fixture.done);
    assertEquals(Stage.RUNNING, fixture.task());
    assertTrue(fixture.unfinished().isEmpty());
  }

  @Test
  void aDirectoryThatChangedInAnotherWayIsLookedAtAnewOnce() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("change", unchanged());

    Problem problem = badly(fixture.apply(), ExitCode.CANNOT_TELL);

    assertTrue(problem.found().contains("the worker is down"), problem.found());
    assertTrue(
        problem
            .next()
            .contains(
                "ansible-playbook -i prod/hosts.ini start.yml --tags=dm-worker -l dm_worker1"),
        problem.next());
    assertEquals(List.of("stop", "change"), fixture.done);
    // As it says.
    fixture.seen.up = true;
    assertTrue(changed(fixture.apply()));
    assertEquals(Stage.RUNNING, fixture.task());
  }

  @Test
  void whileARelayDirectoryIsHalfChangedThatIsItsState() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("change", problem("the connection was lost"));
    badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);
    StepResult looked = fixture.lookAt();
    assertEquals("rescue_half_way", looked.answer().path("state").asText());
    assertFalse(changed(looked));
    // Somebody has put it right by hand.
    fixture
        .seen
        .noSubDirs()
        .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
        .subDir(NEW, 2, W, file("mysql-bin.000002", 900))
        .subDir(NEW, 3, W, file("mysql-bin.000002", 900));
    assertEquals("worker_down", fixture.lookAt().answer().path("state").asText());
  }

  @Test
  void aWorkerThatDoesNotStartIsOnlyStartedAgain() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.failing.put("start", problem("start.yml failed in its task 'x'"));

    Problem problem = badly(fixture.apply(), ExitCode.STOPPED_MIDWAY);

    assertTrue(problem.found().contains("start.yml failed"), problem.found());
    assertTrue(changed(fixture.apply()));
    assertEquals(List.of("stop", "change", "start", "start"), fixture.done);
    assertEquals(Stage.RUNNING, fixture.task());
  }

  @Test
  void whatIsNotSafeIsRefusedWithoutAnyAct() {
    RepairFixture fixture = RepairFixture.wall(dir);
    fixture.seen.stoppedTasks = List.of("gone");
    fixture.seen.written.put("gone", "(mysql-bin|000003.000002, 4)");
    Problem problem = badly(fixture.apply(), ExitCode.REFUSED);
    assertTrue(problem.found().contains("is empty and not the last one"), problem.found());
    assertTrue(problem.found().contains("gone"), problem.found());
    assertEquals(List.of(), fixture.dm.told);
    assertFalse(Files.exists(dir.resolve(".dm-switch")));
  }

  @Test
  void aHealthyWorkerIsLeftAlone() {
    RepairFixture fixture = RepairFixture.vipMoved(dir);
    fixture.shown.clear();
    fixture.shown.add(OLD);
    assertFalse(changed(fixture.apply()));
    assertEquals(List.of(), fixture.dm.told);
  }
}
