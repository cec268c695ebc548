package dmswitch.step;

import static dmswitch.step.Bench.nobody;
import static dmswitch.step.Bench.shown;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.access.UpstreamLogin;
import dmswitch.dm.DmError;
import dmswitch.dm.Outcome.Kind;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of the VIP scenario that the other has not. */
@ExtendWith(InstantTime.class)
class VipStepsTest {
  private static final String THIRD_UUID = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
  private static final String SWITCH = "switch-relay-master " + Plans.WORKER;
  private static final String RESUME = "resume-relay " + Plans.WORKER;
  private static final String RESUME_TASK = "resume-task orders only " + Plans.WORKER;

  private static final DmError CONNECTION_OF_BEFORE =
      new DmError(10003, "database driver: invalid connection", "invalid connection");

  @TempDir private Path dir;

  /** Fenced, tasks paused, the VIP on the old server. */
  private Bench paused(Plan plan) {
    Bench bench = new Bench(dir, plan).fenced().did(Step.TASKS_STOPPED);
    bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    return bench;
  }

  private Bench paused() {
    return paused(new Plans().vip().make());
  }

  /** The VIP has moved to the new server, and the worker sees it. */
  private Bench moved() {
    Bench bench = paused().did(Step.VIP_MOVED);
    bench.vipShows(shown(Plans.NEW_UUID));
    bench.dm.upstreamUuid = Plans.NEW_UUID;
    return bench;
  }

  private static SwitchRelayMaster switchRelayMaster() {
    return new SwitchRelayMaster(Duration.ofMillis(300));
  }

  private static boolean closed(Bench bench) {
    return bench.journal.plan().isEmpty();
  }

  // ---- looked_at -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void lookingWritesTheIntentToMove(boolean dead) {
    try (Bench bench = paused()) {
      bench.vipShows(dead ? nobody() : shown(Plans.OLD_UUID));

      StepResult ended = bench.run(new LookAtVip());

      well(ended, false);
      assertEquals(dead ? "nobody" : "old", ended.answer().path("shows").asText());
      assertTrue(bench.journal.intended(Step.VIP_MOVED));
    }
  }

  @Test
  void lookingAtOneThatHasMoved() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      StepResult ended = bench.run(new LookAtVip());

      well(ended, false);
      assertEquals("new", ended.answer().path("shows").asText());
      assertFalse(bench.journal.intended(Step.VIP_MOVED));
    }
  }

  @Test
  void aThirdServerBehindItRefuses() {
    try (Bench bench = paused().vipShows(shown(THIRD_UUID))) {
      badly(bench.run(new LookAtVip()), ExitCode.REFUSED, THIRD_UUID);
      assertFalse(bench.journal.intended(Step.VIP_MOVED));
    }
  }

  @Test
  void lookingBeforeTheTasksAreOutOfTheWay() {
    try (Bench bench = new Bench(dir, new Plans().vip().make()).fenced()) {
      badly(bench.run(new LookAtVip()), ExitCode.WRONG_USE, "tasks_stopped");
    }
  }

  // ---- moved -----------------------------------------------------------------------------------

  @Test
  void movedOnceItShowsTheNewServerToAll() {
    try (Bench bench = paused().vipShows(shown(Plans.OLD_UUID), shown(Plans.NEW_UUID))) {
      well(bench.run(new MoveVip()), true);
      assertTrue(bench.journal.outcome(Step.VIP_MOVED).isPresent());

      well(bench.run(new MoveVip()), false);
    }
  }

  @Test
  void oneFreshConnectionIsNotEnough() {
    UpstreamLogin next = shown(Plans.NEW_UUID);
    UpstreamLogin old = shown(Plans.OLD_UUID);
    try (Bench bench = paused().vipShows(next, old, next, next, old)) {
      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "after 1 s", "the old server");
      assertTrue(bench.journal.outcome(Step.VIP_MOVED).isEmpty());
    }
  }

  @Test
  void neverMoved() {
    try (Bench bench = paused()) {
      badly(
          bench.run(new MoveVip()),
          ExitCode.REFUSED,
          "after 1 s the VIP 10.0.1.31:3306 shows the old server " + Plans.OLD_UUID);
    }
  }

  @Test
  void movedToNobody() {
    try (Bench bench = paused().vipShows(nobody())) {
      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "no server answers", "connection refused");
    }
  }

  @Test
  void theWorkersHostStillKnowsTheOldWay() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      bench.vipPort = PortProbe.State.SILENT;
      int asked = bench.dm.askedUpstream;

      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "the worker's host does not reach it");

      assertEquals(asked, bench.dm.askedUpstream, "query-status hangs where packets vanish");
    }
  }

  @Test
  void theWorkerStillSeesTheOldServer() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      // The new server has continued; what the worker sees has not.
      bench.newServer.executed =
          () -> FakeServer.set(Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1");

      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "the worker sees another server");
    }
  }

  @Test
  void anotherServerGreetsTheWorkersHostThere() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      bench.greeting = Optional.of(new Greeting("10.0.1.30", "5.7.22-log", 7, "", 0));

      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "not greeted by it", "number 7");
    }
  }

  @Test
  void theWorkerSeesWhatTheNewServerDoesNotHave() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-101";

      badly(bench.run(new MoveVip()), ExitCode.REFUSED, "the worker sees another server");
    }
  }

  @Test
  void theWorkerStillReadsAnotherBinlogFile() {
    try (Bench bench = paused().vipShows(shown(Plans.NEW_UUID))) {
      bench.dm.masterBinlog = "(mysql-bin.000003, 5000)";

      badly(
          bench.run(new MoveVip()), ExitCode.REFUSED, "another server", "(mysql-bin.000003, 5000)");
    }
  }

  // ---- switched --------------------------------------------------------------------------------

  @Test
  void switchesRelay() {
    try (Bench bench = moved()) {
      well(bench.run(switchRelayMaster()), true, Plans.NEW_UUID + ".000002");
      assertEquals(List.of(SWITCH), bench.dm.told);

      well(bench.run(switchRelayMaster()), false, "already");
      assertEquals(List.of(SWITCH), bench.dm.told);
    }
  }

  @Test
  void switchedButNotSeenIsNotDoneAgain() {
    try (Bench bench = moved()) {
      bench.dm.answer("switch-relay-master", Kind.NO_ANSWER, "no answer within 120 s");

      well(bench.run(switchRelayMaster()), true, "no answer within 120 s", "not called again");
      well(bench.run(switchRelayMaster()), false, "with an unknown outcome");

      assertEquals(List.of(SWITCH), bench.dm.told);
    }
  }

  @Test
  void aCrashBehindTheIntentIsNotDoneAgain() {
    try (Bench bench = moved()) {
      bench.journal.intent(Step.RELAY_SWITCHED, Json.object());

      well(bench.run(switchRelayMaster()), false, "with an unknown outcome");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void notSwitchedWhenTheVipFlippedBack() {
    try (Bench bench = moved().vipShows(shown(Plans.OLD_UUID))) {
      badly(bench.run(switchRelayMaster()), ExitCode.REFUSED, "nothing was switched");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.journal.intended(Step.RELAY_SWITCHED));
    }
  }

  @Test
  void notSwitchedWhenRelayWasResumed() {
    try (Bench bench = moved()) {
      bench.dm.relay = Stage.RUNNING;

      badly(bench.run(switchRelayMaster()), ExitCode.REFUSED, "relay is Running");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void notSwitchedWhenRelayHasMoved() {
    try (Bench bench = moved()) {
      bench.dm.gtidW = Plans.OLD_UUID + ":1-101";

      badly(bench.run(switchRelayMaster()), ExitCode.REFUSED, "1-101", "1-100");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  // ---- resumed ---------------------------------------------------------------------------------

  @Test
  void resumesRelayOnTheNewServer() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED)) {
      well(bench.run(new ResumeRelayOnNewServer()), true);
      assertTrue(RelaySubDir.parse(bench.dm.subDir).orElseThrow().isOf(Plans.NEW_UUID));

      well(bench.run(new ResumeRelayOnNewServer()), false, "already");
      assertEquals(List.of(RESUME), bench.dm.told);
    }
  }

  @Test
  void flippedBackBeforeResumeRelay() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED).vipShows(shown(Plans.OLD_UUID))) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.dm.binlog = "(, 4)";

      badly(
          bench.run(new ResumeRelayOnNewServer()),
          ExitCode.STOPPED_MIDWAY,
          "nothing was switched or resumed",
          "do not resume relay before it is there");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void notResumedOnAHole() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED).did(Step.RELAY_RESUMED)) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.holeBytes = 400L << 20;

      badly(bench.run(new ResumeRelayOnNewServer()), ExitCode.STOPPED_MIDWAY, "hole of 400 MB");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void notResumedBehindASubDirThatMayBeEmpty() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED)) {
      // The VIP flapped in the moment of switch-relay-master.
      bench.dm.subDir = Plans.OLD_UUID + ".000002";
      bench.dm.binlog = "(, 4)";

      badly(
          bench.run(new ResumeRelayOnNewServer()),
          ExitCode.STOPPED_MIDWAY,
          Plans.OLD_UUID + ".000002",
          "move the VIP back",
          "resume-relay -w " + Plans.WORKER,
          "run the same playbook again");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void aSubDirThatHasFilledIsFencedAnewAndLeftForTheNewServer() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED)) {
      // As told: the VIP was moved back, relay resumed there, and it has got a file.
      bench.dm.subDir = Plans.OLD_UUID + ".000002";
      bench.dm.upstreamUuid = Plans.OLD_UUID;
      bench.dm.relay = Stage.RUNNING;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-120");
      bench.vipShows(shown(Plans.OLD_UUID));

      well(
          bench.run(new FenceRelay(Duration.ZERO, Duration.ZERO)), true, Plans.OLD_UUID + ":1-120");
      well(bench.run(new StopTasks()), false);
      bench.vipShows(shown(Plans.NEW_UUID));
      bench.dm.upstreamUuid = Plans.NEW_UUID;
      well(bench.run(switchRelayMaster()), false, "called once");
      well(bench.run(new ResumeRelayOnNewServer()), true);

      assertEquals(List.of("pause-relay " + Plans.WORKER, RESUME), bench.dm.told);
      assertEquals(Plans.NEW_UUID + ".000003", bench.dm.subDir);
    }
  }

  @Test
  void somebodyResumedItOnTheOldOne() {
    try (Bench bench = moved()) {
      bench.dm.relay = Stage.RUNNING;

      badly(
          bench.run(new ResumeRelayOnNewServer()),
          ExitCode.REFUSED,
          "relay was resumed by someone else",
          "pause-relay -w " + Plans.WORKER);
    }
  }

  // ---- observed --------------------------------------------------------------------------------

  /** Relay was resumed, and ended at once in an error. */
  private Bench tripped(String subDir) {
    Bench bench = moved().did(Step.RELAY_SWITCHED).did(Step.RELAY_RESUMED);
    bench.dm.relayErrors = List.of(CONNECTION_OF_BEFORE);
    bench.dm.subDir = subDir;
    bench.dm.binlog = "(, 4)";
    bench.directory = Bench.relayDirs(Bench.FENCED, Bench.opened(Plans.NEW_UUID + ".000002"));
    return bench;
  }

  @ParameterizedTest
  @ValueSource(strings = {Plans.OLD_UUID + ".000001", Plans.NEW_UUID + ".000002"})
  void relayThatTripsOverConnectionsOfBeforeIsResumedAgain(String subDir) {
    try (Bench bench = tripped(subDir)) {
      bench.dm.trips.add(CONNECTION_OF_BEFORE);

      well(bench.run(new ObserveRelay()), true, Plans.NEW_UUID + ".000002");

      assertEquals(List.of(RESUME, RESUME), bench.dm.told);
    }
  }

  @Test
  void relayThatTripsWhileTheVipFlipsBackIsNotResumed() {
    try (Bench bench = tripped(Plans.NEW_UUID + ".000002").vipShows(shown(Plans.OLD_UUID))) {
      badly(
          bench.run(new ObserveRelay()),
          ExitCode.STOPPED_MIDWAY,
          "nothing was switched or resumed",
          "do not resume relay before it is there");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void relayThatTripsIsNotResumedOnAHole() {
    try (Bench bench = tripped(Plans.NEW_UUID + ".000002")) {
      bench.dm.binlog = "(mysql-bin.000009, 500)";
      bench.holeBytes = 400L << 20;

      badly(bench.run(new ObserveRelay()), ExitCode.STOPPED_MIDWAY, "hole of 400 MB");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void anErrorThatStaysEndsIt() {
    try (Bench bench = tripped(Plans.NEW_UUID + ".000002")) {
      DmError denied = new DmError(10006, "connect failed", "Access denied for user 'dm'");
      bench.dm.trips.addAll(Collections.nCopies(100, denied));

      badly(
          bench.run(new ObserveRelay()),
          ExitCode.STOPPED_MIDWAY,
          "relay is Paused in " + Plans.NEW_UUID + ".000002: " + denied,
          "run the same playbook again");

      assertEquals(List.of(RESUME, RESUME, RESUME), bench.dm.told);
    }
  }

  /** A command paused it: nothing of ours. */
  @Test
  void relayThatSomebodyPausedIsNotResumedAgain() {
    try (Bench bench = tripped(Plans.NEW_UUID + ".000002")) {
      bench.dm.relayErrors = List.of();

      badly(bench.run(new ObserveRelay()), ExitCode.STOPPED_MIDWAY, "relay is Paused");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  // ---- the way back ----------------------------------------------------------------------------

  @Test
  void backToTheOldServerWithRelayAndTasks() {
    try (Bench bench = paused()) {
      bench.run(new LookAtVip());

      well(
          bench.run(new ResumeRelay()), true, "relay and tasks run again, everything is as before");

      assertEquals(List.of(RESUME, RESUME_TASK), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void backFromBeforeTheTasksWerePaused() {
    try (Bench bench = new Bench(dir, new Plans().vip().make()).fenced()) {
      well(bench.run(new ResumeRelay()), true, "relay runs again");

      assertEquals(List.of(RESUME), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"new", "third", "nobody", "flapping"})
  void nothingIsResumedOnAnyOtherServer(String shows) {
    try (Bench bench = paused()) {
      switch (shows) {
        case "new" -> bench.vipShows(shown(Plans.NEW_UUID));
        case "third" -> bench.vipShows(shown(THIRD_UUID));
        case "nobody" -> bench.vipShows(nobody());
        default -> bench.vipShows(shown(Plans.OLD_UUID), nobody());
      }

      StepResult ended = bench.run(new ResumeRelay());

      well(ended, false, "relay and tasks stay Paused", "run the same playbook again");
      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
    }
  }

  @Test
  void nothingIsResumedOnAHole() {
    try (Bench bench = paused(new Plans().vip().noAbort().make())) {
      well(bench.run(new ResumeRelay()), false, "begins with a hole");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
    }
  }

  @Test
  void aRelayThatWasPausedBeforeStaysSo() {
    try (Bench bench =
        paused(new Plans().vip().oldServer(OldServerState.REFUSED).relayPausedBefore().make())) {
      well(bench.run(new ResumeRelay()), true, "tasks run again");

      assertEquals(List.of(RESUME_TASK), bench.dm.told);
      assertTrue(closed(bench));
    }
  }

  @Test
  void noWayBackOnceRelayIsSwitched() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED)) {
      well(bench.run(new ResumeRelay()), false, "nothing is undone", "relay was switched");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(closed(bench));
    }
  }

  // ---- a further run ---------------------------------------------------------------------------

  @Test
  void theFenceHoldsForAFurtherRun() {
    try (Bench bench = moved()) {
      // The new server has continued, so its set says nothing about the old file.
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-100";

      well(bench.run(new FenceRelay()), false, "unchanged since the fence");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void aFurtherRunFindsRelayOnTheNewServer() {
    try (Bench bench = moved().did(Step.RELAY_SWITCHED).did(Step.RELAY_RESUMED)) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";
      bench.dm.relay = Stage.RUNNING;

      well(bench.run(new FenceRelay()), false, "on the new server already");
      well(bench.run(new StopTasks()), false, "stopped or Paused before");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void theNewServersSetDoesNotMakeAFenceClean() {
    try (Bench bench =
        new Bench(dir, new Plans().vip().oldServer(OldServerState.REPLACED).make())) {
      bench.dm.relay = Stage.PAUSED;
      bench.vipShows(shown(Plans.NEW_UUID));
      bench.tails.clear();
      bench.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-101");
      bench.tails.add(Tails.HALF);
      bench.keyless = List.of(new Table("app", "log"));

      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, "`app`.`log`");

      assertEquals(List.of(), bench.dm.told);
    }
  }
}
