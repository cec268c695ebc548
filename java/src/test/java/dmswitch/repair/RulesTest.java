package dmswitch.repair;

import static dmswitch.repair.ObservationBuilder.LATER;
import static dmswitch.repair.ObservationBuilder.NEW;
import static dmswitch.repair.ObservationBuilder.OLD;
import static dmswitch.repair.ObservationBuilder.W;
import static dmswitch.repair.ObservationBuilder.file;
import static dmswitch.repair.ObservationBuilder.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayDirectoryChange.Move;
import dmswitch.dmansible.Tails;
import dmswitch.journal.FormerFence;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each state: told from the others, repaired only where that is provably safe. */
class RulesTest {
  private static final String NOT_FOUND = "binlog files in dir x.000002 not found";
  private static final String TOO_BIG =
      "the given relay log pos (mysql-bin.000002, 900) of meta config is too big";

  private static Diagnosis of(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = Rules.diagnose(seen.observation());
    assertEquals(state, diagnosis.state(), diagnosis.text());
    return diagnosis;
  }

  private static RelayDirectoryRepair files(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = of(seen, state);
    return assertInstanceOf(
        RelayDirectoryRepair.class, diagnosis.repair().orElse(null), () -> diagnosis.text());
  }

  private static RelayRepair relay(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = of(seen, state);
    return assertInstanceOf(
        RelayRepair.class, diagnosis.repair().orElse(null), () -> diagnosis.text());
  }

  /** Not repaired; the text has all these words. */
  private static void refused(
      ObservationBuilder seen, String state, ExitCode code, String... words) {
    Diagnosis diagnosis = of(seen, state);
    assertTrue(diagnosis.repair().isEmpty(), diagnosis.text());
    assertEquals(code, diagnosis.refusal().orElseThrow().exitCode());
    for (String word : words) {
      assertTrue(diagnosis.text().contains(word), diagnosis.text());
    }
  }

  @Test
  void healthy() {
    assertTrue(of(new ObservationBuilder(), "healthy").isHealthy());
  }

  @Test
  void aTaskThatAnOperatorHasPausedIsHealthyAndTold() {
    Diagnosis diagnosis = of(new ObservationBuilder().task("orders", Stage.PAUSED, ""), "healthy");
    assertEquals(List.of("task orders is Paused by a command"), diagnosis.warnings());
  }

  @Test
  void aFailedTaskIsNotHealthy() {
    refused(
        new ObservationBuilder().task("orders", Stage.PAUSED, "", "duplicate column"),
        "cannot_tell",
        ExitCode.CANNOT_TELL,
        "duplicate column");
  }

  // ---- the wall --------------------------------------------------------------------------------

  /** old.1, an empty new.2, new.3: tasks stand in the first. */
  private static ObservationBuilder wall() {
    ObservationBuilder seen =
        new ObservationBuilder()
            .noSubDirs()
            .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
            .subDir(OLD, 2, W)
            .subDir(NEW, 3, LATER, file("mysql-bin.000002", 900))
            .task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)", NOT_FOUND);
    return seen;
  }

  @Test
  void theWallIsTakenAwayAndTheLaterOnesRenumbered() {
    RelayDirectoryRepair repair = files(wall(), "wall");

    assertEquals(
        List.of(new Move(name(OLD, 2), ""), new Move(name(NEW, 3), name(NEW, 2))),
        repair.change().moves());
    assertEquals(List.of(name(OLD, 1), name(NEW, 2)), repair.change().indexAfter());
    assertEquals(List.of("orders"), repair.tasks());
    assertEquals("", repair.change().metaText());
  }

  @Test
  void theWallOfAnIndexWhoseOldestSubDirsArePurged() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs();
    seen.index.add(name(OLD, 3));
    seen.subDir(OLD, 4, W, file("mysql-bin.000007", 5000))
        .subDir(OLD, 5, W)
        .subDir(NEW, 6, LATER, file("mysql-bin.000002", 900))
        .task("orders", Stage.PAUSED, "(mysql-bin|000004.000007, 5000)", NOT_FOUND);

    RelayDirectoryRepair repair = files(seen, "wall");

    assertEquals(List.of(name(OLD, 3), name(OLD, 4), name(NEW, 5)), repair.change().indexAfter());
    assertEquals(
        List.of(new Move(name(OLD, 5), ""), new Move(name(NEW, 6), name(NEW, 5))),
        repair.change().moves());
  }

  @Test
  void aCheckpointInARenumberedSubDirRefuses() {
    refused(
        wall().task("late", Stage.RUNNING, "(mysql-bin|000003.000002, 500)"),
        "wall",
        ExitCode.REFUSED,
        "late, (mysql-bin|000003.000002, 500)",
        "another number",
        "ansible-playbook -i prod/hosts.ini stop.yml --tags=dm-worker -l dm_worker1",
        "ansible-playbook -i prod/hosts.ini start.yml --tags=dm-worker -l dm_worker1",
        "task-mode: all");
  }

  @Test
  void whatQueryStatusDoesNotTellIsReadFromTheTarget() {
    ObservationBuilder seen = wall().task("paused", Stage.PAUSED, "");
    seen.stoppedTasks = List.of("gone", "new");
    seen.written.put("paused", "(mysql-bin|000001.000007, 4)");
    seen.written.put("gone", "(mysql-bin|000001.000007, 4)");
    files(seen, "wall");

    seen.written.put("gone", "(mysql-bin|000003.000002, 4)");
    refused(seen, "wall", ExitCode.REFUSED, "gone, (mysql-bin|000003.000002, 4)");
    seen.written.remove("gone");
    seen.written.put("paused", "(mysql-bin|000003.000002, 4)");
    refused(seen, "wall", ExitCode.REFUSED, "paused, (mysql-bin|000003.000002, 4)");
  }

  @Test
  void aWallWhileTheWorkerIsDownRefuses() {
    ObservationBuilder seen = wall();
    seen.up = false;
    refused(seen, "wall", ExitCode.CANNOT_TELL, "not known", "start.yml");
  }

  @Test
  void somethingPulledBetweenRefuses() {
    ObservationBuilder seen = wall().noSubDirs();
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(OLD, 2, OLD + ":1-120")
        .subDir(NEW, 3, LATER, file("mysql-bin.000002", 900));
    refused(seen, "wall", ExitCode.REFUSED, OLD + ":1-120");
  }

  @Test
  void theWallWithAHoleInTheCurrentFileIsLeftAlone() {
    ObservationBuilder seen = wall();
    seen.holeBytes = 300L << 20;
    refused(seen, "wall", ExitCode.REFUSED, "hole of 300 MB", "FLUSH BINARY LOGS");
  }

  @Test
  void anEmptySubDirBehindWhichEveryTaskHasBegunHindersNobody() {
    assertTrue(
        of(wall().task("orders", Stage.RUNNING, "(mysql-bin|000003.000002, 900)"), "healthy")
            .isHealthy());
  }

  // ---- switch-relay-master too early, or twice -------------------------------------------------

  @Test
  void switchedBeforeTheVipMoved() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().relay(Stage.PAUSED);
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(OLD, 2, W);
    seen.gtidW = W;
    seen.relayBinlog = "(, 4)";
    seen.task("orders", Stage.PAUSED, "");

    RelayDirectoryRepair repair = files(seen, "switched_too_early");

    assertEquals(List.of(new Move(name(OLD, 2), "")), repair.change().moves());
    assertEquals(List.of(name(OLD, 1)), repair.change().indexAfter());
  }

  @Test
  void switchedTwiceOnTheServerThatAnswers() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().relay(Stage.PAUSED);
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, W)
        .subDir(NEW, 3, W)
        .task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    seen.gtidW = W;
    seen.relayBinlog = "(, 4)";

    RelayDirectoryRepair repair = files(seen, "wall");

    assertEquals(
        List.of(new Move(name(NEW, 2), ""), new Move(name(NEW, 3), name(NEW, 2))),
        repair.change().moves());
  }

  @Test
  void switchedOnceAndNotResumedIsResumed() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().relay(Stage.PAUSED);
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(NEW, 2, W);
    seen.gtidW = W;
    seen.relayBinlog = "(, 4)";
    assertEquals(NEW, relay(seen, "relay_paused").uuid());
  }

  @Test
  void aServerThatLacksTransactionsRefuses() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().relay(Stage.PAUSED);
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(OLD, 2, W);
    seen.gtidW = W;
    seen.executed = OLD + ":1-90";
    refused(seen, "switched_too_early", ExitCode.REFUSED, OLD + ":91-100");
  }

  // ---- the cut relay file ----------------------------------------------------------------------

  /** DM has emptied the file; nothing came since. */
  private static ObservationBuilder cut() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs();
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("mysql-bin.000002", 0))
        .task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 900)", TOO_BIG);
    seen.relayBinlog = "(mysql-bin.000002, 0)";
    return seen;
  }

  @Test
  void theCutFileIsFetchedAnewFromWOfTheJournal() {
    RelayDirectoryRepair repair = files(cut().fence(W, OptionalLong.of(0)), "relay_file_cut");

    assertEquals(
        List.of(new Move(name(NEW, 2) + "/mysql-bin.000002", "")), repair.change().moves());
    assertEquals(repair.change().indexBefore(), repair.change().indexAfter());
    assertEquals(name(NEW, 2), repair.change().metaSubDir());
    assertEquals(
        "binlog-name = \"\"\nbinlog-pos = 4\nbinlog-gtid = \"" + W + "\"\n",
        repair.change().metaText());
    assertEquals(LATER, repair.gtidW());
  }

  @Test
  void withoutAJournalTheOperatorIsAskedForW() {
    refused(cut(), "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w", "says " + W);
    ObservationBuilder damaged = cut();
    damaged.passedOver.add("finished/x cannot be read");
    refused(
        damaged, "relay_file_cut", ExitCode.CANNOT_TELL, "passed over: finished/x cannot be read");
  }

  @Test
  void aJournalOfAnotherSwitchDoesNotCount() {
    ObservationBuilder seen = cut();
    seen.fence(W, OptionalLong.empty()).noSubDirs();
    seen.subDir(OLD, 4, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 5, LATER, file("mysql-bin.000002", 0));
    refused(seen, "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w");
  }

  private static ObservationBuilder given(String gtidW) {
    ObservationBuilder seen = cut();
    seen.gtidWGiven = Optional.of(gtidW);
    return seen;
  }

  @Test
  void aGivenWThatFitsIsTaken() {
    assertTrue(files(given(W), "relay_file_cut").change().metaText().contains("\"" + W + "\""));
  }

  @Test
  void aGivenWThatIsNotPlausibleIsRefused() {
    // Beyond what the server has, behind what it has purged, too little, too much.
    refused(given(OLD + ":1-300"), "relay_file_cut", ExitCode.REFUSED, OLD + ":201-300");
    refused(given(OLD + ":1-40"), "relay_file_cut", ExitCode.REFUSED, OLD + ":41-50");
    refused(given(OLD + ":1-60"), "relay_file_cut", ExitCode.REFUSED, OLD + ":61-100");
    refused(given(OLD + ":1-101"), "relay_file_cut", ExitCode.REFUSED, OLD + ":101", "lost");
  }

  @Test
  void aGivenWMayCountStatementsThatTasksMakeNothingOf() {
    ObservationBuilder seen = given(OLD + ":1-101");
    seen.otherStatements = List.of("GRANT");
    files(seen, "relay_file_cut");
    seen.tail = Tails.HALF;
    refused(seen, "relay_file_cut", ExitCode.REFUSED, OLD + ":101");
  }

  @Test
  void aFileThatWentOnAfterTheCut() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().fence(W, OptionalLong.of(0));
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("mysql-bin.000002", 9000));
    seen.holeBytes = 5000;
    seen.relayBinlog = "(mysql-bin.000002, 9000)";
    // Where it stood before the cut is in the hole now.
    seen.task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 900)", "x");
    files(seen, "relay_file_cut");

    // The journal alone tells.
    seen.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    files(seen, "relay_file_cut");

    seen.task("orders", Stage.RUNNING, "(mysql-bin|000002.000002, 6000)");
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "read on", "sync_diff_inspector");
  }

  /** It read on, and was paused before a restart of the worker, or stopped, since. */
  @Test
  void aTaskThatReadOnBehindTheCutWithoutAUnitNow() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs().fence(W, OptionalLong.of(0));
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("mysql-bin.000002", 9000));
    seen.holeBytes = 5000;
    seen.relayBinlog = "(mysql-bin.000002, 9000)";
    String behind = "(mysql-bin|000002.000002, 6000)";

    seen.task("orders", Stage.PAUSED, "");
    seen.written.put("orders", behind);
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "orders at " + behind, "read on");
    seen.targetsDown = true;
    refused(seen, "relay_file_cut", ExitCode.CANNOT_TELL, "the target of orders is down");
    seen.targetsDown = false;

    seen.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    seen.stoppedTasks = List.of("late");
    seen.written.put("late", behind);
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "late at " + behind, "read on");
    seen.written.remove("late");
    files(seen, "relay_file_cut");

    // Its file may be one that nobody runs any more.
    seen.targetsDown = true;
    refused(
        seen,
        "relay_file_cut",
        ExitCode.CANNOT_TELL,
        "the target of late is down",
        "if nobody runs late any more, take its task file away");
  }

  @Test
  void theHoleWithWhichRelayBeganIsNoCut() {
    ObservationBuilder seen = new ObservationBuilder().fence(W, OptionalLong.of(500));
    seen.holeBytes = 500;
    assertTrue(of(seen, "healthy").isHealthy());
  }

  // ---- the worker down -------------------------------------------------------------------------

  @Test
  void aWorkerThatIsDownIsStarted() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.up = false;
    assertInstanceOf(WorkerStart.class, of(seen, "worker_down").repair().orElseThrow());
  }

  @Test
  void aWorkerDownOnAFileWithAHoleIsNotStartedOnIt() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.up = false;
    seen.holeBytes = 300L << 20;
    refused(seen, "relay_file_at_risk", ExitCode.CANNOT_TELL, "rescue_gtid_w");
    RelayDirectoryRepair repair =
        files(seen.fence(W, OptionalLong.of(300L << 20)), "relay_file_at_risk");
    assertTrue(repair.change().metaText().contains(W));
  }

  @Test
  void aWorkerDownWhoseUpstreamIsDownTooIsLeft() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.up = false;
    seen.upstream = Optional.empty();
    seen.upstreamAnswers = false;
    refused(seen, "worker_down", ExitCode.CANNOT_TELL, "nobody answers");
  }

  // ---- the server at the address ---------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theVipMovedUnderARunningRelay(boolean noticed) {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstream = Optional.of(OLD);
    seen.task("other", Stage.PAUSED, "");
    if (noticed) {
      seen.relay(Stage.PAUSED, "handle a potential duplicate event");
    }
    RelayRepair repair = relay(seen, "vip_moved");
    assertEquals(OLD, repair.uuid());
    assertEquals(List.of("orders"), repair.tasks());
  }

  @Test
  void theVipMovedToAServerThatDoesNotFit() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstream = Optional.of(OLD);
    seen.purged = OLD + ":1-170";
    refused(seen, "vip_moved", ExitCode.REFUSED, OLD + ":151-170");
    seen.purged = "";
    seen.executed = OLD + ":1-149";
    refused(seen, "vip_moved", ExitCode.REFUSED, OLD + ":150");
    seen.executed = LATER;
    seen.baseName = "binlog";
    refused(seen, "vip_moved", ExitCode.REFUSED, "sort");
    seen.gtidW = "";
    refused(seen, "vip_moved", ExitCode.REFUSED, "empty");
  }

  @Test
  void rolledButStillOnTheOldServer() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstream = Optional.of(OLD);
    seen.tomlIsNewer = Optional.of(true);
    refused(
        seen,
        "rolled_without_effect",
        ExitCode.REFUSED,
        "switch-upstream.yml with new_mysql_host=10.0.1.30 and new_mysql_port=3306");
  }

  @Test
  void purgedBinlog() {
    ObservationBuilder seen =
        new ObservationBuilder()
            .relay(Stage.PAUSED, "ERROR 1236 (HY000): the master has purged binary logs");
    seen.purged = OLD + ":1-160";
    refused(seen, "binlog_purged", ExitCode.REFUSED, OLD + ":151-160", "task-mode: all");
    seen.purged = W;
    relay(seen, "binlog_purged");
  }

  // ---- a task whose relay log is gone ----------------------------------------------------------

  private static final String NO_SUFFIX = "UUID suffix 000001 with UUIDs [] not found";

  /** Purge took all of the first sub dir while the task was stopped. */
  @Test
  void theSubDirOfATaskIsGone() {
    for (String error : List.of(NO_SUFFIX, "DM's words of another version", "")) {
      ObservationBuilder seen =
          new ObservationBuilder()
              .noSubDirs()
              .subDir(NEW, 2, LATER, file("mysql-bin.000002", 900))
              .task("other", Stage.RUNNING, "(mysql-bin|000002.000002, 900)");
      String[] errors = error.isEmpty() ? new String[0] : new String[] {error};
      seen.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 4000)", errors);
      refused(
          seen,
          "relay_log_gone",
          ExitCode.REFUSED,
          "task orders at (mysql-bin|000001.000007, 4000)",
          "suffix 000001, only [" + name(NEW, 2) + "]",
          "no safe command",
          "stop-task -w 10.0.1.21:8262 orders");
      // What it names is there, but not for DM.
      seen.unnamed(OLD, 1, file("mysql-bin.000007", 5000));
      refused(seen, "relay_log_gone", ExitCode.REFUSED, "server-uuid.index lacks it");
    }
  }

  /** Its unit could not be made, so query-status has no checkpoint of it. */
  @Test
  void theSubDirOfATaskWithoutAUnitIsGone() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.task("orders", Stage.PAUSED, "", NO_SUFFIX);
    seen.written.put("orders", "(mysql-bin|000009.000001, 4)");
    refused(
        seen,
        "relay_log_gone",
        ExitCode.REFUSED,
        "task orders at (mysql-bin|000009.000001, 4)",
        "suffix 000009",
        "stop-task -w 10.0.1.21:8262 orders");
  }

  /** The target may be what kept the unit from being made: DM's words say so. */
  @Test
  void aTaskWithoutAUnitWhoseTargetIsDown() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.task("orders", Stage.PAUSED, "", "dial tcp 10.0.1.40:4000: connection refused");
    seen.targetsDown = true;
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "dial tcp 10.0.1.40:4000");
  }

  /** The relay directory was made anew: its suffixes begin again. */
  @Test
  void theCheckpointIsOfAFormerRelayDirectory() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.task("orders", Stage.PAUSED, "(mysql-bin|000005.000007, 4000)", NO_SUFFIX);
    refused(seen, "relay_log_gone", ExitCode.REFUSED, "suffix 000005");
    seen.relay(Stage.PAUSED);
    refused(seen, "relay_log_gone", ExitCode.REFUSED, "run rescue.yml again for the rest");
  }

  @Test
  void theRelayFileOfATaskIsGone() {
    for (String at : List.of("(mysql-bin|000001.000006, 4)", "(mysql-bin|000002.000001, 4)")) {
      ObservationBuilder seen = new ObservationBuilder();
      seen.task("orders", Stage.PAUSED, at, "get stat for relay log");
      refused(seen, "relay_log_gone", ExitCode.REFUSED, "has no file mysql-bin.00000", at);
    }
    // Relay may pull it yet.
    ObservationBuilder later = new ObservationBuilder();
    later.task("orders", Stage.PAUSED, "(mysql-bin|000002.000003, 4)", "get stat for relay log");
    refused(later, "cannot_tell", ExitCode.CANNOT_TELL, "get stat");
    // It was opened before, and reads on.
    ObservationBuilder reads = new ObservationBuilder();
    reads.task("orders", Stage.RUNNING, "(mysql-bin|000001.000006, 4)");
    assertTrue(of(reads, "healthy").isHealthy());
  }

  @Test
  void noRights() {
    ObservationBuilder seen =
        new ObservationBuilder()
            .relay(Stage.PAUSED, "ERROR 1045 (28000): Access denied for user 'dm'");
    seen.missing = List.of(Privilege.REPLICATION_SLAVE);
    refused(seen, "no_rights", ExitCode.REFUSED, "GRANT REPLICATION SLAVE");
    seen.missing = List.of();
    relay(seen, "no_rights");
  }

  @Test
  void nobodyAtTheAddress() {
    ObservationBuilder seen =
        new ObservationBuilder().relay(Stage.PAUSED, "connect: connection refused");
    seen.upstream = Optional.empty();
    seen.upstreamAnswers = false;
    seen.upstreamPort = PortProbe.State.REFUSED;
    refused(seen, "upstream_lost", ExitCode.REFUSED, "switch-upstream.yml");
    seen.upstreamPort = PortProbe.State.SILENT;
    refused(seen, "upstream_silent", ExitCode.REFUSED, "without hanging");
  }

  /** A proxy has its port open, and may answer the control machine with anything. */
  @Test
  void aProxyWhoseServerIsGone() {
    ObservationBuilder seen =
        new ObservationBuilder().relay(Stage.PAUSED, "EOF: connection was bad");
    seen.upstream = Optional.empty();
    for (boolean answers : List.of(false, true)) {
      seen.upstreamAnswers = answers;
      seen.upstreamPort = PortProbe.State.HUNG_UP;
      refused(seen, "upstream_lost", ExitCode.REFUSED, "without MySQL's greeting");
      seen.upstreamPort = PortProbe.State.MUTE;
      refused(seen, "upstream_silent", ExitCode.REFUSED, "no greeting of MySQL comes");
    }
  }

  /** It may live and keep us out, or be a proxy that speaks for a server which is gone. */
  @Test
  void whoGreetsAndLetsNobodyIn() {
    for (boolean answers : List.of(false, true)) {
      ObservationBuilder seen =
          new ObservationBuilder().relay(Stage.PAUSED, "Can't connect to MySQL server");
      seen.upstream = Optional.empty();
      seen.upstreamAnswers = answers;
      refused(seen, "relay_paused", ExitCode.CANNOT_TELL, "if it is lost", "switch-vip.yml");
      Diagnosis running = of(seen.relay(Stage.RUNNING), "healthy");
      assertTrue(
          running.warnings().get(0).contains("cannot be seen from here"),
          () -> running.warnings().toString());
    }
  }

  @Test
  void pausedByACommand() {
    relay(new ObservationBuilder().relay(Stage.PAUSED), "relay_paused");
    ObservationBuilder hole = new ObservationBuilder().relay(Stage.PAUSED);
    hole.holeBytes = 300L << 20;
    hole.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    refused(hole, "relay_file_at_risk", ExitCode.CANNOT_TELL, "rescue_gtid_w");
    files(hole.fence(W, OptionalLong.of(300L << 20)), "relay_file_at_risk");
    hole.open = Optional.of(Plans.ordinary());
    // A switch that is open on the new server cannot go on by itself; one on the old server can.
    files(hole, "relay_file_at_risk");
    hole.noSubDirs().subDir(OLD, 1, LATER, file("mysql-bin.000002", 900));
    hole.upstream = Optional.of(OLD);
    refused(hole, "stopped_half_way", ExitCode.REFUSED, "switch-upstream.yml");
  }

  @Test
  void anUnfinishedSwitchNamesItsPlaybook() {
    ObservationBuilder seen = new ObservationBuilder().relay(Stage.PAUSED);
    seen.open = Optional.of(new Plans().vip().make());
    refused(
        seen,
        "stopped_half_way",
        ExitCode.REFUSED,
        "switch-vip.yml with new_mysql_host=10.0.1.32 and new_mysql_port=3306");
  }

  /** A switch is open, relay in the old server's sub dir, the worker down. */
  private static ObservationBuilder downHalfWay(Plan plan) {
    ObservationBuilder seen =
        new ObservationBuilder().noSubDirs().subDir(OLD, 1, W, file("mysql-bin.000007", 5000));
    seen.up = false;
    seen.open = Optional.of(plan);
    return seen;
  }

  /** The playbook's roll starts it. */
  @Test
  void aWorkerThatIsDownOnceASwitchHasStoppedItsTasksIsLeftToThePlaybook() {
    ObservationBuilder seen = downHalfWay(Plans.ordinary());
    seen.tasksStopped = true;
    refused(
        seen,
        "stopped_half_way",
        ExitCode.REFUSED,
        "run switch-upstream.yml",
        "do not start the worker by hand before");

    seen.subDir(NEW, 2, W, file("mysql-bin.000002", 900));
    Diagnosis diagnosis = of(seen, "stopped_half_way");
    assertTrue(diagnosis.next().contains("run switch-upstream.yml"), diagnosis.next());
    assertFalse(diagnosis.next().contains("do not start"), diagnosis.next());
  }

  /** The same playbook plans anew then, and needs the worker for it. */
  @Test
  void oneThatIsDownBeforeIsStartedAgain() {
    ObservationBuilder seen = downHalfWay(Plans.ordinary());
    seen.upstream = Optional.of(OLD);

    Diagnosis diagnosis = of(seen, "stopped_half_way");

    assertInstanceOf(WorkerStart.class, diagnosis.repair().orElseThrow());
    assertTrue(diagnosis.text().contains("switch-upstream.yml"), diagnosis.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {OLD, NEW})
  void behindAVipItIsStartedOnWhicheverServerTheVipShows(String shown) {
    for (boolean stopped : List.of(true, false)) {
      ObservationBuilder seen = downHalfWay(new Plans().vip().make());
      seen.tasksStopped = stopped;
      seen.upstream = Optional.of(shown);

      assertInstanceOf(WorkerStart.class, of(seen, "stopped_half_way").repair().orElseThrow());
    }
  }

  @Test
  void unlessThatIsNotSafe() {
    ObservationBuilder seen = downHalfWay(new Plans().vip().make());
    seen.tasksStopped = true;
    seen.executed = OLD + ":1-99";
    refused(seen, "stopped_half_way", ExitCode.REFUSED, OLD + ":100");

    seen.executed = OLD + ":1-200";
    seen.tail = Tails.HALF;
    seen.keyless = List.of(new Table("shop", "log"));
    refused(seen, "stopped_half_way", ExitCode.REFUSED, "`shop`.`log`");

    seen.keyless = List.of();
    seen.upstream = Optional.of("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
    refused(
        seen,
        "stopped_half_way",
        ExitCode.REFUSED,
        "aaaaaaaa-71ca-11e1-9e33-c80aa9429562",
        "let one of the two answer there");

    seen.upstream = Optional.empty();
    seen.upstreamAnswers = false;
    refused(
        seen,
        "stopped_half_way",
        ExitCode.CANNOT_TELL,
        "no server at the upstream's address",
        "move the VIP to the new server 10.0.1.32:3306 by hand",
        "then run rescue.yml with rescue_apply: true");
  }

  /** No command may point at one that points back. */
  @Test
  void whatStartsAWorkerWhoseUpstreamIsSilent() {
    ObservationBuilder vip = downHalfWay(new Plans().vip().make());
    vip.upstream = Optional.empty();
    vip.upstreamAnswers = false;
    vip.upstreamPort = PortProbe.State.SILENT;
    refused(vip, "upstream_silent", ExitCode.REFUSED, "move the VIP to the new server");

    ObservationBuilder address = downHalfWay(Plans.ordinary());
    address.upstream = Optional.empty();
    address.upstreamAnswers = false;
    address.upstreamPort = PortProbe.State.SILENT;
    refused(
        address, "upstream_silent", ExitCode.REFUSED, "bring the old server 10.0.1.31:3306 back");
    address.tasksStopped = true;
    refused(address, "upstream_silent", ExitCode.REFUSED, "run switch-upstream.yml");
  }

  @Test
  void aLowerBaseName() {
    ObservationBuilder seen = new ObservationBuilder().noSubDirs();
    seen.subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("binlog.000002", 7122))
        .task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 7122)", TOO_BIG);
    seen.relayBinlog = "(binlog.000002, 7122)";
    refused(seen, "other_base_name", ExitCode.REFUSED, "task-mode: all");
  }

  /** All looks well until somebody stops the task. */
  @Test
  void aLowerBaseNameWhileTheTaskStillRuns() {
    ObservationBuilder seen =
        new ObservationBuilder()
            .noSubDirs()
            .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
            .subDir(NEW, 2, LATER, file("binlog.000002", 7122));
    seen.relayBinlog = "(binlog.000002, 7122)";
    // As real DM has it: name and sub dir of before, the position of now.
    seen.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 7122)");
    List<String> warnings = of(seen, "healthy").warnings();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("do not stop or pause it"), warnings.get(0));
    // Before it has come there, it can still be started.
    seen.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 5000)");
    assertEquals(List.of(), of(seen, "healthy").warnings());
  }

  // ---- the index -------------------------------------------------------------------------------

  @Test
  void killedBetweenTheSubDirAndItsEntry() {
    ObservationBuilder seen =
        new ObservationBuilder().relay(Stage.PAUSED, "relay mkdir: file exists").unnamed(OLD, 3);
    seen.upstream = Optional.of(OLD);

    RelayDirectoryRepair repair = files(seen, "index_entry_missing");

    assertEquals(List.of(new Move(name(OLD, 3), "")), repair.change().moves());
    assertEquals(repair.change().indexBefore(), repair.change().indexAfter());
  }

  @Test
  void anUnnamedSubDirWithFilesIsLeft() {
    refused(
        new ObservationBuilder()
            .relay(Stage.PAUSED, "relay mkdir: file exists")
            .unnamed(OLD, 3, file("mysql-bin.000001", 4)),
        "index_entry_missing",
        ExitCode.REFUSED,
        "who changed the relay directory");
  }

  @Test
  void anIndexWhoseLastSubDirIsGone() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.index.add(name(OLD, 3));
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "is not there", "task-mode: all");
  }

  // ---- what tasks would read twice -------------------------------------------------------------

  private static ObservationBuilder half(String subDir) {
    ObservationBuilder seen = new ObservationBuilder();
    seen.tail = Tails.HALF;
    seen.tailOf = subDir;
    seen.keyless = List.of(new Table("shop", "log"));
    return seen;
  }

  @Test
  void relayPausedInTheMiddleOfATransactionIsNotResumedWhereRowsCouldDouble() {
    ObservationBuilder seen = half(name(NEW, 2)).relay(Stage.PAUSED);
    refused(seen, "relay_paused", ExitCode.REFUSED, "`shop`.`log`", "unique key");
    seen.tables = Optional.of(Set.of(new Table("shop", "orders")));
    relay(seen, "relay_paused");
    seen.tables = Optional.empty();
    seen.keyless = List.of();
    relay(seen, "relay_paused");
  }

  @Test
  void aWorkerThatIsDownInTheMiddleOfATransaction() {
    ObservationBuilder seen = half(name(NEW, 2));
    seen.up = false;
    refused(seen, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
    // It was killed, and relay.meta lies behind: relay finds that out where it goes on.
    seen.tail = Tails.UNCOUNTED;
    assertInstanceOf(WorkerStart.class, of(seen, "worker_down").repair().orElseThrow());
    // On another server it does not look.
    seen.upstream = Optional.of(OLD);
    refused(seen, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
  }

  @Test
  void halfATransactionBeforeTheWall() {
    ObservationBuilder seen = wall();
    seen.tail = Tails.HALF;
    seen.tailOf = name(OLD, 1);
    seen.keyless = List.of(new Table("shop", "log"));
    refused(seen, "wall", ExitCode.REFUSED, "`shop`.`log`");
    seen.keyless = List.of();
    files(seen, "wall");
  }

  @Test
  void aRunningRelaysFileGrowsSoNothingIsSeenOfItsEnd() {
    ObservationBuilder seen = wall();
    seen.tail = Tails.HALF;
    seen.tailOf = name(NEW, 3);
    seen.keyless = List.of(new Table("shop", "log"));
    files(seen, "wall");
  }

  /** Beside a half, relay.meta that lags lets relay find the whole ones: only the half counts. */
  @Test
  void aWorkerThatIsDownBehindBoth() {
    ObservationBuilder seen = half(name(NEW, 2));
    seen.up = false;
    Optional<Set<Table>> log = Optional.of(Set.of(new Table("shop", "log")));
    Optional<Set<Table>> orders = Optional.of(Set.of(new Table("shop", "orders")));
    seen.tail = Tails.of(Tails.BOTH, orders, log);
    seen.tablesAsTold = true;
    refused(seen, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
    seen.tail = Tails.of(Tails.BOTH, log, orders);
    assertInstanceOf(WorkerStart.class, of(seen, "worker_down").repair().orElseThrow());
  }

  /** Tasks have applied it: it would be in the target and nowhere else. */
  @Test
  void theServerLacksWhatLiesBehindW() {
    ObservationBuilder seen = half(name(NEW, 2)).relay(Stage.PAUSED);
    seen.keyless = List.of();
    seen.tail = Tails.BOTH;
    seen.gtidW = OLD + ":1-100";
    seen.executed = OLD + ":1-101";
    refused(seen, "relay_paused", ExitCode.REFUSED, Tails.SECOND);
    seen.executed = OLD + ":1-102";
    relay(seen, "relay_paused");
    seen.tail = Tails.nameless(Tails.UNCOUNTED);
    refused(seen, "relay_paused", ExitCode.CANNOT_TELL, "does not tell every GTID");
  }

  @Test
  void anUpstreamWhoseNameHasNoAddressIsNotTakenForSilent() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstreamPort = PortProbe.State.UNRESOLVED;
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "cannot resolve");
  }

  // ---- journals, rolls, repairs that were cut off ---------------------------------------------

  @Test
  void theFenceOfASwitchThatWasGivenUpDoesNotCount() {
    ObservationBuilder seen = cut();
    // Relay went on on the old server afterwards, to what its relay.meta says.
    seen.fences.add(
        new FormerFence(
            Path.of("/journal"),
            FakeServer.set(OLD + ":1-90"),
            name(OLD, 1),
            NEW,
            "",
            OptionalLong.empty()));
    refused(seen, "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w");
    seen.gtidWGiven = Optional.of(W);
    files(seen, "relay_file_cut");
  }

  @Test
  void aGivenWThatIsNotTheJournalsIsRefused() {
    ObservationBuilder seen = given(OLD + ":1-110").fence(W, OptionalLong.empty());
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "that the journal /journal has: " + W);
  }

  @Test
  void aGivenWThatNothingCanBeHeldAgainstIsRefused() {
    ObservationBuilder seen = given(W).noSubDirs();
    seen.subDir(NEW, 1, LATER, file("mysql-bin.000002", 0))
        .task("orders", Stage.PAUSED, "(mysql-bin|000001.000002, 900)", TOO_BIG);
    refused(seen, "relay_file_cut", ExitCode.CANNOT_TELL, "cannot be checked", "task-mode: all");
  }

  @Test
  void rolledWithoutEffectIsSeenOfAPausedRelayToo() {
    ObservationBuilder seen = new ObservationBuilder().relay(Stage.PAUSED);
    seen.upstream = Optional.of(OLD);
    seen.tomlIsNewer = Optional.of(true);
    refused(seen, "rolled_without_effect", ExitCode.REFUSED, "switch-upstream.yml");
  }

  @Test
  void whetherTheWorkerWasRestartedMustBeKnown() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstream = Optional.of(OLD);
    seen.tomlIsNewer = Optional.empty();
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "is not to be seen");
  }

  @Test
  void aTaskThatARepairLeftPaused() {
    ObservationBuilder seen = new ObservationBuilder().task("orders", Stage.PAUSED, "");
    seen.task("other", Stage.PAUSED, "");
    seen.leftPaused = Set.of("orders");
    assertEquals(List.of("orders"), relay(seen, "tasks_left_paused").tasks());
  }
}
