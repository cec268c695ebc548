package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome;
import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(InstantTime.class)
class FenceRelayTest {
  private static final String PAUSE = "pause-relay " + Plans.WORKER;
  private static final String THIRD_UUID = "0c0ffee0-71ca-11e1-9e33-c80aa9429562";
  private static final String RESUME = "resume-relay " + Plans.WORKER;

  @TempDir private Path dir;

  /** A transaction comes just when relay is paused. */
  private Bench bench(Plan plan) {
    Bench bench = new Bench(dir, plan);
    bench.dm.onQuestion = () -> comesWithThePause(bench);
    bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-102");
    return bench;
  }

  private static void comesWithThePause(Bench bench) {
    if (bench.dm.relay == Stage.PAUSED) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";
    }
  }

  @Test
  void pausesRelayAndWritesDownW() {
    try (Bench bench = bench(Plans.ordinary())) {
      well(bench.run(new FenceRelay()), true, Plans.OLD_UUID + ":1-100");

      assertEquals(List.of(PAUSE), bench.dm.told);
      Fence fence = bench.open().fence();
      assertEquals(FakeServer.set(Plans.OLD_UUID + ":1-100"), fence.gtidW());
      assertEquals(Plans.OLD_UUID + ".000001", fence.subDir());
      assertEquals(false, fence.halfTransaction());
    }
  }

  @Test
  void tasksThatLagReplayWhileRelayRunsOn() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.syncer = "(mysql-bin|000001.000002, 9000)";
      bench.dm.onQuestion =
          () -> {
            bench.dm.totalEvents++;
            if (bench.dm.askedUpstream > 3) {
              bench.dm.syncer = bench.dm.syncer.replace("000002, 9000", "000003, 5000");
            } else {
              assertEquals(List.of(), bench.dm.told, "they lag");
            }
          };

      well(bench.run(new FenceRelay()), true);

      assertEquals(List.of(PAUSE), bench.dm.told);
      assertTrue(bench.dm.askedUpstream > 3, "awaited");
    }
  }

  @Test
  void tasksThatLagOnDoNotKeepRelayFromBeingPaused() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.syncer = "(mysql-bin|000001.000002, 9000)";
      bench.dm.onQuestion = () -> bench.dm.totalEvents++;

      StepResult ended = bench.run(new FenceRelay());

      well(ended, true);
      assertEquals(List.of(PAUSE), bench.dm.told);
      assertTrue(
          ended.answer().path("warnings").toString().contains("1 s (drain_timeout)"),
          ended.answer().toString());
    }
  }

  /** The old server may die while they are awaited. */
  @Test
  void anAnswerThatDoesNotComeMeanwhileEndsTheWaitAlone() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.syncer = "(mysql-bin|000001.000002, 9000)";
      boolean[] failed = new boolean[1];
      bench.dm.onQuestion =
          () -> {
            if (bench.dm.askedUpstream == 3 && !failed[0]) {
              failed[0] = true;
              throw Problem.cannotTell("no answer", "one", "wait");
            }
          };

      well(bench.run(new FenceRelay()), true);

      assertTrue(failed[0]);
      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }

  @Test
  void aRelayThatIsPausedIsLeftSo() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.relay = Stage.PAUSED;

      well(bench.run(new FenceRelay()), false);

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void halfATransactionIsTakenInWhileTheOldServerLives() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.tails.addFirst(Tails.HALF);
      bench.dm.onQuestion =
          () -> {
            comesWithThePause(bench);
            if (bench.dm.told.contains(RESUME)) {
              bench.dm.gtidW = Plans.OLD_UUID + ":1-101";
            }
          };
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-101");

      well(bench.run(new FenceRelay()), true, Plans.OLD_UUID + ":1-101");

      assertEquals(List.of(PAUSE, RESUME, PAUSE), bench.dm.told);
      assertEquals(false, bench.open().fence().halfTransaction());
    }
  }

  /** Relay that is resumed cuts the half off, and a task that has read it reads it again. */
  @Test
  void halfATransactionIsNotTakenInWhereATableHasNoKey() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      badly(
          bench.run(new FenceRelay()),
          ExitCode.REFUSED,
          "`shop`.`log`",
          "do not resume relay",
          "may be duplicated");
      well(bench.run(new ResumeRelay()), false, "relay stays Paused");

      assertEquals(List.of(PAUSE), bench.dm.told);
      assertTrue(bench.journal.plan().isPresent(), "it can still continue");
    }
  }

  @Test
  void aTransactionThatIsComingInIsWaitedFor() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-101");
      bench.dm.onQuestion =
          () -> {
            if (bench.dm.askedUpstream > 3) {
              bench.dm.gtidW = Plans.OLD_UUID + ":1-101";
            } else {
              assertEquals(List.of(), bench.dm.told, "in the middle of it");
            }
          };

      well(bench.run(new FenceRelay()), true, Plans.OLD_UUID + ":1-101");

      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }

  @Test
  void aTransactionThatDoesNotEndLeavesRelayRunning() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "in the middle of a transaction");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.journal.intended(Step.RELAY_FENCED));
    }
  }

  /** Rule 8: not resumed in a file that begins with a hole, to take in the rest. */
  /** Only what is in the half is read twice. */
  @Test
  void halfATransactionOfTablesWithAKeyBesideOneWithout() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.tails.addFirst(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));
      bench.tables = Optional.of(Set.of(new Table("shop", "orders"), new Table("other", "log")));

      well(bench.run(new FenceRelay()), false, "does no harm");

      assertTrue(bench.open().fence().halfTransaction());
    }
  }

  /** With all of W, but none before, the new server has every table that may be in the half. */
  @Test
  void keysAreLookedForOnceTheNewServerHasW() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.tails.addFirst(Tails.HALF);
      bench.newServer.executed =
          () -> {
            bench.keyless = List.of(new Table("shop", "log"));
            return FakeServer.set(Plans.OLD_UUID + ":1-101");
          };

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "`shop`.`log`");
    }
  }

  @Test
  void halfATransactionInAFileWithAHoleIsNotTakenIn() {
    try (Bench bench = bench(new Plans().noAbort().make())) {
      bench.tails.addFirst(Tails.HALF);

      well(bench.run(new FenceRelay()), true, "does no harm");

      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }

  @Test
  void halfATransactionInAFileWithAHoleAndATableWithoutAKey() {
    try (Bench bench = bench(new Plans().noAbort().make())) {
      bench.tails.addFirst(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      StepResult ended = bench.run(new FenceRelay());

      badly(ended, ExitCode.REFUSED, "`shop`.`log`", "unique key of existing columns");
      assertFalse(ended.answer().toString().contains("resume-relay"), ended.answer().toString());
    }
  }

  @Test
  void halfATransactionOfADeadServer() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.tails.addFirst(Tails.HALF);

      well(bench.run(new FenceRelay()), false, "does no harm");

      assertTrue(bench.open().fence().halfTransaction());
    }
  }

  /** The first transaction that relay received in this sub dir is cut: it names no file yet. */
  @Test
  void halfATransactionWhereRelayNamesNoFile() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.dm.binlog = "(, 4)";
      bench.tails.clear();
      bench.tails.add(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "`shop`.`log`", "do not resume relay");

      assertTrue(bench.journal.outcome(Step.RELAY_FENCED).isEmpty());
    }
  }

  @Test
  void halfATransactionOfADeadServerAndATableWithoutAKey() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.tails.addFirst(Tails.HALF);
      bench.keyless = List.of(new Table("shop", "log"));

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "`shop`.`log`", "do not resume relay");

      assertTrue(bench.journal.outcome(Step.RELAY_FENCED).isEmpty());
    }
  }

  /**
   * MySQL sends a transaction before it adds it to gtid_executed: W equal to that proves nothing.
   */
  @Test
  void wEqualToTheOldServersIsNoCleanFence() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion = () -> {};
      bench.tails.addFirst(Tails.HALF);

      well(bench.run(new FenceRelay()), true);

      assertEquals(List.of(PAUSE, RESUME, PAUSE), bench.dm.told);
    }
  }

  @Test
  void aConditionThatFailsAtTheFence() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-98");

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, Plans.OLD_UUID + ":99-100");

      assertTrue(bench.journal.relayPausedByUs());
      assertTrue(bench.newServer.closed > 0, "the login is given back");
    }
  }

  @Test
  void anEmptyWAtTheFence() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion =
          () -> {
            if (bench.dm.relay == Stage.PAUSED) {
              bench.dm.gtidW = "";
            }
          };

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "empty");
    }
  }

  @Test
  void aPauseThatDmRefusesSaysWhatDmSaid() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion =
          () -> {
            if (!bench.dm.told.isEmpty()) {
              bench.dm.deaf = Integer.MAX_VALUE;
            }
          };
      bench.dm.answer("pause-relay", Outcome.Kind.FAILED, "[code=40001] no");

      StepResult ended = bench.run(new FenceRelay());

      badly(ended, ExitCode.REFUSED, "[code=40001] no", "no connection to the worker");
      assertTrue(bench.journal.outcome(Step.RELAY_FENCED).isEmpty());
      bench.dm.onQuestion = () -> {};
      bench.dm.deaf = 0;
      well(bench.run(new FenceRelay()), true);
    }
  }

  @Test
  void anAnswerThatDoesNotComeAfterThePauseIsAskedForAgain() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onEffect = () -> bench.dm.deaf = 1;

      well(bench.run(new FenceRelay()), true);

      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }

  /** A switch whose rolling upgrade was begun by an earlier run. */
  private Bench rolled() {
    return bench(Plans.ordinary())
        .fenced()
        .did(Step.TASKS_STOPPED)
        .did(Step.INVENTORY_SWITCHED)
        .did(Step.WORKER_UPGRADED);
  }

  @Test
  void relayIsLeftAloneWhileARollOfAnEarlierRunIsUnderWay() throws IOException {
    try (Bench bench = rolled()) {
      bench.rollUnderWay();
      bench.dm.relay = Stage.RUNNING;

      well(bench.run(new FenceRelay()), false, "has not ended");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  /** Paused in its new sub dir it would have to be resumed there, which a hole may forbid. */
  @Test
  void aWorkerThatHasJustStartedIsGivenTimeToAskItsServer() {
    try (Bench bench = rolled()) {
      bench.dm.relay = Stage.RUNNING;
      bench.dm.onQuestion =
          () -> {
            if (bench.dm.askedUpstream > 3) {
              bench.dm.subDir = Plans.NEW_UUID + ".000002";
            }
          };

      well(bench.run(new FenceRelay()), false, "on the new server already");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void aWorkerThatRunsOnTheOldServerAgainIsFencedOnceMore() {
    try (Bench bench = rolled()) {
      bench.dm.relay = Stage.RUNNING;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-130");

      well(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), true, Plans.OLD_UUID + ":1-120");

      assertEquals(List.of(PAUSE), bench.dm.told);
      assertEquals(FakeServer.set(Plans.OLD_UUID + ":1-120"), bench.open().fence().gtidW());
    }
  }

  @Test
  void theFenceThatARollHasLeftIsJudgedAnew() {
    try (Bench bench = rolled()) {
      bench.newServer.purged = () -> FakeServer.set(Plans.OLD_UUID + ":1-101");

      badly(
          bench.run(new FenceRelay()), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ":101", "purged");

      assertEquals(List.of(), bench.dm.told);
    }
  }

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

  /** A switch whose roll has left the worker down; relay.meta on its host says {@code gtidW}. */
  private Bench down(String gtidW) {
    Bench bench = rolled();
    bench.workerIsDown();
    bench.directory = meta(gtidW);
    return bench;
  }

  @Test
  void theFenceOfAWorkerThatARollHasLeftDownHolds() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      well(bench.run(new FenceRelay()), false, "unchanged since the fence");
    }
  }

  /** It died before relay.meta was written: its file has more than W counts. */
  @Test
  void aWorkerThatWasUpOnTheOldServerAndDiedIsNotTakenForFenced() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          "start the worker on the old server again");

      bench.dm.deaf = 0;
      bench.dm.relay = Stage.RUNNING;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";
      bench.tails.clear();
      bench.tails.add(Tails.CLEAN);
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-130");
      well(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), true, Plans.OLD_UUID + ":1-120");
    }
  }

  /** Nobody could start it on a dead server: then its rows are read again from the new one. */
  @Test
  void whatADeadOldServerHasLeftUncountedComesOutEqualWithKeys() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);
      bench.oldServerAnswers = false;

      well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false, "does no harm");
      assertTrue(bench.open().fence().isUnclean());
    }
  }

  @Test
  void whatADeadOldServerHasLeftUncountedWouldDoubleWithoutAKey() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);
      bench.oldServerAnswers = false;
      bench.keyless = List.of(new Table("shop", "log"));

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          "`shop`.`log`");
    }
  }

  /** Our login is refused there, say; the worker sees that its relay is in mid transaction. */
  @Test
  void relayThatRunsOnAServerThatWeDoNotSeeIsPausedBetweenTransactionsToo() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.UNSEEN).make())) {
      bench.dm.onQuestion = () -> {};
      bench.oldServerAnswers = false;
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";
      bench.dm.masterBinlog = "(mysql-bin.000009, 1000)";

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "in the middle of a transaction");

      assertEquals(List.of(), bench.dm.told, "not paused there");
      bench.dm.gtidW = Plans.OLD_UUID + ":1-101";
      newServerHas(bench, "1-101");
      well(bench.run(new FenceRelay()), true);
    }
  }

  // ---- whole transactions that W does not count, and a half one, beside each other --------------

  private static void newServerHas(Bench bench, String numbers) {
    bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":" + numbers);
  }

  private static void liesBehindW(Bench bench, RelayTail... tails) {
    bench.tails.clear();
    bench.tails.addAll(List.of(tails));
  }

  /** They end in COMMIT without XID: only a later transaction lets W count them. */
  @Test
  void wholeTransactionsThatALivingServersRelayDoesNotCount() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion = () -> {};
      liesBehindW(bench, Tails.UNCOUNTED);

      well(bench.run(new FenceRelay()), true, "does no harm");

      assertEquals(List.of(PAUSE, RESUME, PAUSE), bench.dm.told);
      Fence fence = bench.open().fence();
      assertFalse(fence.halfTransaction());
      assertEquals(FakeServer.set(Tails.FIRST), fence.gtidBehind());
    }
  }

  @Test
  void wholeTransactionsOfALivingServerThatTheNewOneLacks() {
    try (Bench bench = bench(Plans.ordinary())) {
      liesBehindW(bench, Tails.UNCOUNTED);
      newServerHas(bench, "1-100");

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, Tails.FIRST, "lacks transactions");
    }
  }

  @Test
  void bothAreTakenInWhileTheOldServerLives() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion = () -> {};
      liesBehindW(bench, Tails.BOTH, Tails.CLEAN);

      well(bench.run(new FenceRelay()), true);

      assertEquals(List.of(PAUSE, RESUME, PAUSE), bench.dm.told);
      assertFalse(bench.open().fence().isUnclean());
    }
  }

  @Test
  void aHalfThatComesBackFiveTimes() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.onQuestion = () -> {};
      liesBehindW(bench, Tails.BOTH);

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "after 5 times", Tails.SECOND);
    }
  }

  /** Tasks apply what follows W, so the new server has to have it. */
  @Test
  void ofALivingServerWhereRelayMayNotBeResumed() {
    try (Bench bench = bench(new Plans().noAbort().make())) {
      liesBehindW(bench, Tails.BOTH);
      newServerHas(bench, "1-100");

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, Plans.OLD_UUID + ":101-102");
      newServerHas(bench, "1-102");
      well(bench.run(new FenceRelay()), false, "does no harm");

      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }

  @ParameterizedTest
  @CsvSource({"1-100,101-102", "1-101,102"})
  void ofADeadServer(String executed, String missing) {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      liesBehindW(bench, Tails.BOTH);
      newServerHas(bench, executed);

      badly(
          bench.run(new FenceRelay()),
          ExitCode.REFUSED,
          "lacks transactions that relay has pulled: " + Plans.OLD_UUID + ":" + missing,
          "whole transactions that W does not count (" + Tails.FIRST + ")",
          "half a transaction (" + Tails.SECOND + ")");
      newServerHas(bench, "1-102");
      well(bench.run(new FenceRelay()), false, "does no harm");

      assertEquals(FakeServer.set(Plans.OLD_UUID + ":101-102"), bench.open().fence().gtidBehind());
    }
  }

  @Test
  void whatTheFileDoesNotNameCannotBeTold() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.REFUSED).make())) {
      bench.dm.relay = Stage.PAUSED;
      liesBehindW(bench, Tails.nameless(Tails.UNCOUNTED));

      badly(bench.run(new FenceRelay()), ExitCode.CANNOT_TELL, "does not show all of their GTIDs");
    }
  }

  /** An old server from which nothing comes back; relay.meta on the worker's host says W. */
  private Bench silent(String gtidW) {
    Bench bench = bench(new Plans().oldServer(OldServerState.MUTE).make());
    bench.directory = meta(gtidW);
    return bench;
  }

  /** A half after them does not hide that relay.meta lags. */
  @Test
  void ofASilentServerRelayMetaIsAwaited() {
    try (Bench bench = silent(Plans.OLD_UUID + ":1-100")) {
      liesBehindW(bench, Tails.BOTH);
      bench.onTail =
          () -> {
            if (bench.tailsRead == 2) {
              // With the next look at it.
              bench.directory = meta(Plans.OLD_UUID + ":1-101");
            } else if (bench.tailsRead > 2) {
              liesBehindW(bench, Tails.HALF);
            }
          };

      well(bench.run(new FenceRelay()), true, Plans.OLD_UUID + ":1-101");
    }
  }

  @Test
  void whatRelayMetaOfASilentServerNeverCounts() {
    try (Bench bench = silent(Plans.OLD_UUID + ":1-100")) {
      liesBehindW(bench, Tails.BOTH);
      newServerHas(bench, "1-100:102");

      badly(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), ExitCode.REFUSED, Tails.FIRST);
      newServerHas(bench, "1-102");
      well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false, "does no harm");
      bench.keyless = List.of(new Table("shop", "log"));
      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.REFUSED,
          "`shop`.`log`");
    }
  }

  @Test
  void ofAWorkerThatIsDownWhileTheOldServerLives() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      liesBehindW(bench, Tails.BOTH);

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          "start the worker on the old server again");
    }
  }

  @Test
  void ofAWorkerThatIsDownAndADeadServer() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      liesBehindW(bench, Tails.BOTH);
      bench.oldServerAnswers = false;
      newServerHas(bench, "1-100:102");

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          Tails.FIRST);
      newServerHas(bench, "1-102");
      well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false, "does no harm");
    }
  }

  /** Fenced with a half; then the worker came up on the old server, pulled on, and was killed. */
  @Test
  void moreBehindWThanWasJudgedIsNotTakenForFenced() {
    try (Bench bench = down(Plans.OLD_UUID + ":1-100")) {
      liesBehindW(bench, Tails.HALF);
      bench.oldServerAnswers = false;
      well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false, "does no harm");
      well(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          false,
          "unchanged since the fence");
      liesBehindW(bench, Tails.BOTH);
      newServerHas(bench, "1-101");

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          Tails.SECOND);
      // It may be up again since, Paused by its dead server, with the same W.
      bench.dm.deaf = 0;
      bench.dm.relay = Stage.PAUSED;
      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          Tails.SECOND);
    }
  }

  /** As a plan of before may have it: silent it is not known to be. */
  @Test
  void aNameWithoutAnAddressCannotBeTold() {
    try (Bench bench = bench(new Plans().oldServer(OldServerState.UNRESOLVED).make())) {
      badly(bench.run(new FenceRelay()), ExitCode.CANNOT_TELL, "could not resolve");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.open().plan().oldServer().state().mayHang());
    }
  }

  // ---- the same servers to the end
  // ---------------------------------------------------------------

  /** Restarted, the worker has opened a sub dir for the third server at the old address. */
  @Test
  void aSubDirOfAThirdServerHasToBeFilledFirst() {
    try (Bench bench = rolled()) {
      String subDir = THIRD_UUID + ".000002";
      bench.dm.subDir = subDir;
      bench.dm.binlog = "(, 4)";
      bench.dm.relay = Stage.PAUSED;
      bench.directory = holding(subDir);

      badly(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)),
          ExitCode.STOPPED_MIDWAY,
          subDir,
          "it is empty",
          "resume-relay -w " + Plans.WORKER);

      bench.directory = holding(subDir, new RelayDirectory.File("mysql-bin.000001", 900));
      well(bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), false);
      assertEquals(subDir, bench.open().fence().subDir());
    }
  }

  private static RelayDirectory holding(String subDir, RelayDirectory.File... files) {
    return new RelayDirectory(
        List.of(subDir),
        List.of(new RelayDirectory.SubDir(subDir, List.of(files), Optional.empty())),
        1L << 40);
  }

  @Test
  void anotherServerAtTheNewAddress() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.newServer.uuid(THIRD_UUID);

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "another server", THIRD_UUID);

      assertThrows(Problem.class, () -> bench.open().newServer());
      assertEquals(1, bench.newServer.closed, "the login is given back");
    }
  }

  /** Relay that is resumed there would open a sub dir for whichever server answers. */
  @ParameterizedTest
  @ValueSource(strings = {THIRD_UUID, Plans.NEW_UUID, ""})
  void nothingIsMendedOnAnotherServerThanTheOldOne(String uuid) {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.vipShows(uuid.isEmpty() ? Bench.nobody() : Bench.shown(uuid));
      liesBehindW(bench, Tails.HALF);

      well(bench.run(new FenceRelay()), true, "does no harm");

      assertEquals(List.of(PAUSE), bench.dm.told);
    }
  }
}
