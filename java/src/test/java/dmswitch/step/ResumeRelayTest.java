package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.access.UpstreamLogin;
import dmswitch.dm.Outcome;
import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way back from before the tasks are stopped. */
@ExtendWith(InstantTime.class)
class ResumeRelayTest {
  private static final String RESUME = "resume-relay " + Plans.WORKER;

  @TempDir private Path dir;

  private Bench fenced(Plan plan) {
    return new Bench(dir, plan).fenced();
  }

  private static boolean closed(Bench bench) {
    return bench.journal.plan().isEmpty();
  }

  @Test
  void resumesRelayAndClosesTheJournal() {
    try (Bench bench = fenced(Plans.ordinary())) {
      well(bench.run(new ResumeRelay()), true, "everything is as before");

      assertEquals(List.of(RESUME), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void aRelayThatRunsNeedsNothing() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.dm.relay = Stage.RUNNING;

      well(bench.run(new ResumeRelay()), false);

      assertEquals(List.of(), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void aRelayThatWasNotTouched() {
    try (Bench bench = new Bench(dir, Plans.ordinary())) {
      well(bench.run(new ResumeRelay()), false, "not touched");

      assertTrue(closed(bench));
    }
  }

  /** Its run was killed; the one that planned again has stopped before it began its own fence. */
  @Test
  void aRelayThatAnEarlierRunOfThisSwitchHasPaused() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.journal.begin(Plans.ordinary(), true);

      well(bench.run(new ResumeRelay()), true, "everything is as before");

      assertEquals(List.of(RESUME), bench.dm.told);
      assertEquals(Stage.RUNNING, bench.dm.relay);
      assertTrue(closed(bench));
    }
  }

  @Test
  void aRelayThatALostUpstreamHadPaused() {
    try (Bench bench =
        fenced(new Plans().oldServer(OldServerState.REFUSED).relayPausedBefore().make())) {
      well(bench.run(new ResumeRelay()), false, "as it was before");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN", "REFUSED", "SILENT"})
  void notOnAHole(OldServerState server) {
    try (Bench bench = fenced(new Plans().oldServer(server).noAbort().make())) {
      StepResult ended = bench.run(new ResumeRelay());

      well(ended, false, "hole", "do not resume");
      assertFalse(ended.answer().toString().contains("resume-relay"), ended.answer().toString());
      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench), "the switch can still continue");
    }
  }

  @Test
  void aHoleThatWasLeftIsNoHindrance() {
    try (Bench bench = new Bench(dir, new Plans().leaveHole().make())) {
      bench.journal.intent(Step.OLD_BINARY_LOGS_FLUSHED, Json.object());
      bench.journal.done(Step.OLD_BINARY_LOGS_FLUSHED, Json.object().put("hole_left", true));
      bench.fenced();

      well(bench.run(new ResumeRelay()), true);

      assertEquals(List.of(RESUME), bench.dm.told);
    }
  }

  @Test
  void notOnADeadServer() {
    try (Bench bench = fenced(new Plans().oldServer(OldServerState.SILENT).make())) {
      bench.directory =
          new RelayDirectory(
              List.of(bench.dm.subDir),
              List.of(
                  new RelayDirectory.SubDir(
                      bench.dm.subDir,
                      List.of(),
                      Optional.of(
                          new RelayDirectory.Meta("mysql-bin.000003", 5000, bench.dm.gtidW)))),
              1L << 40);

      well(bench.run(new ResumeRelay()), false, "resume-relay -w " + Plans.WORKER);

      assertEquals(List.of(), bench.dm.told);
      assertEquals(0, bench.dm.askedUpstream, "query-status would hang");
      assertFalse(closed(bench));
    }
  }

  /**
   * Whatever stopped the switch: relay that is resumed cuts the half off, and DM reads it again.
   */
  @ParameterizedTest
  @EnumSource(names = {"OPEN", "REFUSED"})
  void notOverHalfATransactionOfATableWithoutAKey(OldServerState server) {
    try (Bench bench = fenced(new Plans().oldServer(server).make())) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";
      bench.tails.addFirst(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      StepResult ended = bench.run(new ResumeRelay());

      well(ended, false, "relay stays Paused", "half a transaction");
      assertFalse(ended.answer().toString().contains("resume-relay"), ended.answer().toString());
      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
    }
  }

  /** It was a VIP or a name, and was moved: relay would open a sub dir there. */
  @ParameterizedTest
  @ValueSource(strings = {"aaaaaaaa-71ca-11e1-9e33-c80aa9429562", Plans.NEW_UUID, ""})
  void notOnAnotherServerAtTheOldAddress(String uuid) {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.vipShows(
          uuid.isEmpty()
              ? new UpstreamLogin(Optional.empty(), true, "login refused")
              : Bench.shown(uuid));

      well(
          bench.run(new ResumeRelay()),
          false,
          "relay stays Paused",
          uuid.isEmpty() ? "login refused" : uuid,
          "resume nothing by hand; run the same playbook again");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
      // As it tells: the switch continues without the old server.
      well(bench.run(new StopTasks()), true, "stopped: orders");
    }
  }

  @Test
  void notOnceNobodyAnswersAtTheOldAddress() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.oldServerAnswers = false;

      well(bench.run(new ResumeRelay()), false, "does not answer", Plans.OLD_UUID);

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void overHalfATransactionWhereEveryTableHasAKey() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";
      bench.tails.addFirst(Tails.HALF);

      well(bench.run(new ResumeRelay()), true);

      assertEquals(List.of(RESUME), bench.dm.told);
    }
  }

  @Test
  void notOnceTasksWereTouched() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.journal.intent(Step.TASKS_STOPPED, Json.object());

      well(bench.run(new ResumeRelay()), false, "run the same playbook again");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
    }
  }

  /** Resumed, relay could let DM read rows twice: no command is told that would do that. */
  private static void forbidsResuming(Bench bench, String found) {
    StepResult ended = bench.run(new ResumeRelay());

    badly(
        ended,
        ExitCode.CANNOT_TELL,
        found,
        "still Paused",
        "do not resume it before this can be checked");
    assertFalse(ended.answer().toString().contains("resume-relay"), ended.answer().toString());
    assertEquals(List.of(), bench.dm.told);
    assertFalse(closed(bench));
  }

  @Test
  void notOverHalfATransactionOfTablesWhoseKeysAreNotKnown() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.tails.addFirst(Tails.HALF);
      bench.doubtful = List.of(new Table("shop", "log"));

      forbidsResuming(bench, "the target does not answer");
    }
  }

  @Test
  void notOverAFileThatCannotBeRead() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.onTail =
          () -> {
            throw Problem.cannotTell("the relay file cannot be read", "its end", "look at it");
          };

      forbidsResuming(bench, "the relay file cannot be read");
    }
  }

  @Test
  void aWorkerThatDoesNotAnswer() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.dm.deaf = Integer.MAX_VALUE;

      forbidsResuming(bench, "no connection to the worker");
    }
  }

  /** It is known to be safe, and DM refuses: what is left behind is told. */
  @Test
  void aRelayThatDoesNotRunAgain() {
    try (Bench bench = fenced(Plans.ordinary())) {
      bench.dm.answer("resume-relay", Outcome.Kind.FAILED, "[code=30001] no");

      badly(
          bench.run(new ResumeRelay()),
          ExitCode.REFUSED,
          "[code=30001] no",
          "still Paused",
          "resume-relay -w " + Plans.WORKER);

      assertFalse(closed(bench));
    }
  }
}
