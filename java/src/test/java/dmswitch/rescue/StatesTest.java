package dmswitch.rescue;

import static dmswitch.rescue.SignsBuilder.LATER;
import static dmswitch.rescue.SignsBuilder.NEW;
import static dmswitch.rescue.SignsBuilder.OLD;
import static dmswitch.rescue.SignsBuilder.W;
import static dmswitch.rescue.SignsBuilder.file;
import static dmswitch.rescue.SignsBuilder.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelaySurgery.Move;
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

/** Each state: told from the others, healed only where that is provably safe. */
class StatesTest {
  private static final String NOT_FOUND = "binlog files in dir x.000002 not found";
  private static final String TOO_BIG =
      "the given relay log pos (mysql-bin.000002, 900) of meta config is too big";

  private static Diagnosis of(SignsBuilder signs, String state) {
    Diagnosis diagnosis = States.diagnose(signs.signs());
    assertEquals(state, diagnosis.state(), diagnosis.text());
    return diagnosis;
  }

  private static HealFiles files(SignsBuilder signs, String state) {
    Diagnosis diagnosis = of(signs, state);
    return assertInstanceOf(
        HealFiles.class, diagnosis.healing().orElse(null), () -> diagnosis.text());
  }

  private static HealRelay relay(SignsBuilder signs, String state) {
    Diagnosis diagnosis = of(signs, state);
    return assertInstanceOf(
        HealRelay.class, diagnosis.healing().orElse(null), () -> diagnosis.text());
  }

  /** Not healed; the text has all these words. */
  private static void refused(SignsBuilder signs, String state, ExitCode code, String... words) {
    Diagnosis diagnosis = of(signs, state);
    assertTrue(diagnosis.healing().isEmpty(), diagnosis.text());
    assertEquals(code, diagnosis.refusal().orElseThrow().exitCode());
    for (String word : words) {
      assertTrue(diagnosis.text().contains(word), diagnosis.text());
    }
  }

  @Test
  void healthy() {
    assertTrue(of(new SignsBuilder(), "healthy").isHealthy());
  }

  @Test
  void aTaskThatAnOperatorHasPausedIsHealthyAndTold() {
    Diagnosis diagnosis = of(new SignsBuilder().task("orders", Stage.PAUSED, ""), "healthy");
    assertEquals(List.of("task orders is Paused by a command"), diagnosis.warnings());
  }

  @Test
  void aFailedTaskIsNotHealthy() {
    refused(
        new SignsBuilder().task("orders", Stage.PAUSED, "", "duplicate column"),
        "cannot_tell",
        ExitCode.CANNOT_TELL,
        "duplicate column");
  }

  // ---- the wall --------------------------------------------------------------------------------

  /** old.1, an empty new.2, new.3: tasks stand in the first. */
  private static SignsBuilder wall() {
    SignsBuilder signs =
        new SignsBuilder()
            .noSubDirs()
            .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
            .subDir(OLD, 2, W)
            .subDir(NEW, 3, LATER, file("mysql-bin.000002", 900))
            .task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)", NOT_FOUND);
    return signs;
  }

  @Test
  void theWallIsTakenAwayAndTheLaterOnesRenumbered() {
    HealFiles healing = files(wall(), "wall");

    assertEquals(
        List.of(new Move(name(OLD, 2), ""), new Move(name(NEW, 3), name(NEW, 2))),
        healing.surgery().moves());
    assertEquals(List.of(name(OLD, 1), name(NEW, 2)), healing.surgery().indexAfter());
    assertEquals(List.of("orders"), healing.tasks());
    assertEquals("", healing.surgery().metaText());
  }

  @Test
  void theWallOfAnIndexWhoseOldestSubDirsArePurged() {
    SignsBuilder signs = new SignsBuilder().noSubDirs();
    signs.index.add(name(OLD, 3));
    signs
        .subDir(OLD, 4, W, file("mysql-bin.000007", 5000))
        .subDir(OLD, 5, W)
        .subDir(NEW, 6, LATER, file("mysql-bin.000002", 900))
        .task("orders", Stage.PAUSED, "(mysql-bin|000004.000007, 5000)", NOT_FOUND);

    HealFiles healing = files(signs, "wall");

    assertEquals(List.of(name(OLD, 3), name(OLD, 4), name(NEW, 5)), healing.surgery().indexAfter());
    assertEquals(
        List.of(new Move(name(OLD, 5), ""), new Move(name(NEW, 6), name(NEW, 5))),
        healing.surgery().moves());
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
    SignsBuilder signs = wall().task("paused", Stage.PAUSED, "");
    signs.stoppedTasks = List.of("gone", "new");
    signs.written.put("paused", "(mysql-bin|000001.000007, 4)");
    signs.written.put("gone", "(mysql-bin|000001.000007, 4)");
    files(signs, "wall");

    signs.written.put("gone", "(mysql-bin|000003.000002, 4)");
    refused(signs, "wall", ExitCode.REFUSED, "gone, (mysql-bin|000003.000002, 4)");
    signs.written.remove("gone");
    signs.written.put("paused", "(mysql-bin|000003.000002, 4)");
    refused(signs, "wall", ExitCode.REFUSED, "paused, (mysql-bin|000003.000002, 4)");
  }

  @Test
  void aWallWhileTheWorkerIsDownRefuses() {
    SignsBuilder signs = wall();
    signs.up = false;
    refused(signs, "wall", ExitCode.CANNOT_TELL, "not known", "start.yml");
  }

  @Test
  void somethingPulledBetweenRefuses() {
    SignsBuilder signs = wall().noSubDirs();
    signs
        .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(OLD, 2, OLD + ":1-120")
        .subDir(NEW, 3, LATER, file("mysql-bin.000002", 900));
    refused(signs, "wall", ExitCode.REFUSED, OLD + ":1-120");
  }

  @Test
  void theWallWithAHoleInTheCurrentFileIsLeftAlone() {
    SignsBuilder signs = wall();
    signs.holeBytes = 300L << 20;
    refused(signs, "wall", ExitCode.REFUSED, "hole of 300 MB", "FLUSH BINARY LOGS");
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
    SignsBuilder signs = new SignsBuilder().noSubDirs().relay(Stage.PAUSED);
    signs.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(OLD, 2, W);
    signs.gtidW = W;
    signs.relayBinlog = "(, 4)";
    signs.task("orders", Stage.PAUSED, "");

    HealFiles healing = files(signs, "switched_too_early");

    assertEquals(List.of(new Move(name(OLD, 2), "")), healing.surgery().moves());
    assertEquals(List.of(name(OLD, 1)), healing.surgery().indexAfter());
  }

  @Test
  void switchedTwiceOnTheServerThatAnswers() {
    SignsBuilder signs = new SignsBuilder().noSubDirs().relay(Stage.PAUSED);
    signs
        .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, W)
        .subDir(NEW, 3, W)
        .task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    signs.gtidW = W;
    signs.relayBinlog = "(, 4)";

    HealFiles healing = files(signs, "wall");

    assertEquals(
        List.of(new Move(name(NEW, 2), ""), new Move(name(NEW, 3), name(NEW, 2))),
        healing.surgery().moves());
  }

  @Test
  void switchedOnceAndNotResumedIsResumed() {
    SignsBuilder signs = new SignsBuilder().noSubDirs().relay(Stage.PAUSED);
    signs.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(NEW, 2, W);
    signs.gtidW = W;
    signs.relayBinlog = "(, 4)";
    assertEquals(NEW, relay(signs, "relay_paused").uuid());
  }

  @Test
  void aServerThatLacksTransactionsRefuses() {
    SignsBuilder signs = new SignsBuilder().noSubDirs().relay(Stage.PAUSED);
    signs.subDir(OLD, 1, W, file("mysql-bin.000007", 5000)).subDir(OLD, 2, W);
    signs.gtidW = W;
    signs.executed = OLD + ":1-90";
    refused(signs, "switched_too_early", ExitCode.REFUSED, OLD + ":91-100");
  }

  // ---- the cut relay file ----------------------------------------------------------------------

  /** DM has emptied the file; nothing came since. */
  private static SignsBuilder cut() {
    SignsBuilder signs = new SignsBuilder().noSubDirs();
    signs
        .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("mysql-bin.000002", 0))
        .task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 900)", TOO_BIG);
    signs.relayBinlog = "(mysql-bin.000002, 0)";
    return signs;
  }

  @Test
  void theCutFileIsFetchedAnewFromWOfTheJournal() {
    HealFiles healing = files(cut().fence(W, OptionalLong.of(0)), "relay_file_cut");

    assertEquals(
        List.of(new Move(name(NEW, 2) + "/mysql-bin.000002", "")), healing.surgery().moves());
    assertEquals(healing.surgery().indexBefore(), healing.surgery().indexAfter());
    assertEquals(name(NEW, 2), healing.surgery().metaSubDir());
    assertEquals(
        "binlog-name = \"\"\nbinlog-pos = 4\nbinlog-gtid = \"" + W + "\"\n",
        healing.surgery().metaText());
    assertEquals(LATER, healing.gtidW());
  }

  @Test
  void withoutAJournalTheOperatorIsAskedForW() {
    refused(cut(), "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w", "says " + W);
    SignsBuilder damaged = cut();
    damaged.passedOver.add("finished/x cannot be read");
    refused(
        damaged, "relay_file_cut", ExitCode.CANNOT_TELL, "passed over: finished/x cannot be read");
  }

  @Test
  void aJournalOfAnotherSwitchDoesNotCount() {
    SignsBuilder signs = cut();
    signs.fence(W, OptionalLong.empty()).noSubDirs();
    signs
        .subDir(OLD, 4, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 5, LATER, file("mysql-bin.000002", 0));
    refused(signs, "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w");
  }

  private static SignsBuilder given(String gtidW) {
    SignsBuilder signs = cut();
    signs.gtidWGiven = Optional.of(gtidW);
    return signs;
  }

  @Test
  void aGivenWThatFitsIsTaken() {
    assertTrue(files(given(W), "relay_file_cut").surgery().metaText().contains("\"" + W + "\""));
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
    SignsBuilder signs = given(OLD + ":1-101");
    signs.otherStatements = List.of("GRANT");
    files(signs, "relay_file_cut");
    signs.tail = Tails.HALF;
    refused(signs, "relay_file_cut", ExitCode.REFUSED, OLD + ":101");
  }

  @Test
  void aFileThatWentOnAfterTheCut() {
    SignsBuilder signs = new SignsBuilder().noSubDirs().fence(W, OptionalLong.of(0));
    signs
        .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("mysql-bin.000002", 9000));
    signs.holeBytes = 5000;
    signs.relayBinlog = "(mysql-bin.000002, 9000)";
    // Where it stood before the cut is in the hole now.
    signs.task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 900)", "x");
    files(signs, "relay_file_cut");

    // The journal alone tells.
    signs.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    files(signs, "relay_file_cut");

    signs.task("orders", Stage.RUNNING, "(mysql-bin|000002.000002, 6000)");
    refused(signs, "relay_file_cut", ExitCode.REFUSED, "read on", "sync_diff_inspector");
  }

  @Test
  void theHoleWithWhichRelayBeganIsNoCut() {
    SignsBuilder signs = new SignsBuilder().fence(W, OptionalLong.of(500));
    signs.holeBytes = 500;
    assertTrue(of(signs, "healthy").isHealthy());
  }

  // ---- the worker down -------------------------------------------------------------------------

  @Test
  void aWorkerThatIsDownIsStarted() {
    SignsBuilder signs = new SignsBuilder();
    signs.up = false;
    assertInstanceOf(StartWorker.class, of(signs, "worker_down").healing().orElseThrow());
  }

  @Test
  void aWorkerDownOnAFileWithAHoleIsNotStartedOnIt() {
    SignsBuilder signs = new SignsBuilder();
    signs.up = false;
    signs.holeBytes = 300L << 20;
    refused(signs, "relay_file_at_risk", ExitCode.CANNOT_TELL, "rescue_gtid_w");
    HealFiles healing = files(signs.fence(W, OptionalLong.of(300L << 20)), "relay_file_at_risk");
    assertTrue(healing.surgery().metaText().contains(W));
  }

  @Test
  void aWorkerDownWhoseUpstreamIsDownTooIsLeft() {
    SignsBuilder signs = new SignsBuilder();
    signs.up = false;
    signs.upstream = Optional.empty();
    signs.upstreamAnswers = false;
    refused(signs, "worker_down", ExitCode.CANNOT_TELL, "nobody answers");
  }

  // ---- the server at the address ---------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theVipMovedUnderARunningRelay(boolean noticed) {
    SignsBuilder signs = new SignsBuilder();
    signs.upstream = Optional.of(OLD);
    signs.task("other", Stage.PAUSED, "");
    if (noticed) {
      signs.relay(Stage.PAUSED, "handle a potential duplicate event");
    }
    HealRelay healing = relay(signs, "vip_moved");
    assertEquals(OLD, healing.uuid());
    assertEquals(List.of("orders"), healing.tasks());
  }

  @Test
  void theVipMovedToAServerThatDoesNotFit() {
    SignsBuilder signs = new SignsBuilder();
    signs.upstream = Optional.of(OLD);
    signs.purged = OLD + ":1-170";
    refused(signs, "vip_moved", ExitCode.REFUSED, OLD + ":151-170");
    signs.purged = "";
    signs.executed = OLD + ":1-149";
    refused(signs, "vip_moved", ExitCode.REFUSED, OLD + ":150");
    signs.executed = LATER;
    signs.baseName = "binlog";
    refused(signs, "vip_moved", ExitCode.REFUSED, "sort");
    signs.gtidW = "";
    refused(signs, "vip_moved", ExitCode.REFUSED, "empty");
  }

  @Test
  void rolledButStillOnTheOldServer() {
    SignsBuilder signs = new SignsBuilder();
    signs.upstream = Optional.of(OLD);
    signs.tomlIsNewer = Optional.of(true);
    refused(
        signs,
        "rolled_without_effect",
        ExitCode.REFUSED,
        "switch-upstream.yml with new_mysql_host=10.0.1.30 and new_mysql_port=3306");
  }

  @Test
  void purgedBinlog() {
    SignsBuilder signs =
        new SignsBuilder()
            .relay(Stage.PAUSED, "ERROR 1236 (HY000): the master has purged binary logs");
    signs.purged = OLD + ":1-160";
    refused(signs, "binlog_purged", ExitCode.REFUSED, OLD + ":151-160", "task-mode: all");
    signs.purged = W;
    relay(signs, "binlog_purged");
  }

  // ---- a task whose relay log is gone ----------------------------------------------------------

  private static final String NO_SUFFIX = "UUID suffix 000001 with UUIDs [] not found";

  /** Purge took all of the first sub dir while the task was stopped. */
  @Test
  void theSubDirOfATaskIsGone() {
    for (String error : List.of(NO_SUFFIX, "DM's words of another version", "")) {
      SignsBuilder signs =
          new SignsBuilder()
              .noSubDirs()
              .subDir(NEW, 2, LATER, file("mysql-bin.000002", 900))
              .task("other", Stage.RUNNING, "(mysql-bin|000002.000002, 900)");
      String[] errors = error.isEmpty() ? new String[0] : new String[] {error};
      signs.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 4000)", errors);
      refused(
          signs,
          "relay_log_gone",
          ExitCode.REFUSED,
          "task orders at (mysql-bin|000001.000007, 4000)",
          "suffix 000001, only [" + name(NEW, 2) + "]",
          "no safe command",
          "stop-task -w 10.0.1.21:8262 orders");
      // What it names is there, but not for DM.
      signs.unnamed(OLD, 1, file("mysql-bin.000007", 5000));
      refused(signs, "relay_log_gone", ExitCode.REFUSED, "server-uuid.index lacks it");
    }
  }

  /** The relay directory was made anew: its suffixes begin again. */
  @Test
  void theCheckpointIsOfAFormerRelayDirectory() {
    SignsBuilder signs = new SignsBuilder();
    signs.task("orders", Stage.PAUSED, "(mysql-bin|000005.000007, 4000)", NO_SUFFIX);
    refused(signs, "relay_log_gone", ExitCode.REFUSED, "suffix 000005");
    signs.relay(Stage.PAUSED);
    refused(signs, "relay_log_gone", ExitCode.REFUSED, "run rescue.yml again for the rest");
  }

  @Test
  void theRelayFileOfATaskIsGone() {
    for (String at : List.of("(mysql-bin|000001.000006, 4)", "(mysql-bin|000002.000001, 4)")) {
      SignsBuilder signs = new SignsBuilder();
      signs.task("orders", Stage.PAUSED, at, "get stat for relay log");
      refused(signs, "relay_log_gone", ExitCode.REFUSED, "has no file mysql-bin.00000", at);
    }
    // Relay may pull it yet.
    SignsBuilder later = new SignsBuilder();
    later.task("orders", Stage.PAUSED, "(mysql-bin|000002.000003, 4)", "get stat for relay log");
    refused(later, "cannot_tell", ExitCode.CANNOT_TELL, "get stat");
    // It was opened before, and reads on.
    SignsBuilder reads = new SignsBuilder();
    reads.task("orders", Stage.RUNNING, "(mysql-bin|000001.000006, 4)");
    assertTrue(of(reads, "healthy").isHealthy());
  }

  @Test
  void noRights() {
    SignsBuilder signs =
        new SignsBuilder().relay(Stage.PAUSED, "ERROR 1045 (28000): Access denied for user 'dm'");
    signs.missing = List.of(Privilege.REPLICATION_SLAVE);
    refused(signs, "no_rights", ExitCode.REFUSED, "GRANT REPLICATION SLAVE");
    signs.missing = List.of();
    relay(signs, "no_rights");
  }

  @Test
  void nobodyAtTheAddress() {
    SignsBuilder signs = new SignsBuilder().relay(Stage.PAUSED, "connect: connection refused");
    signs.upstream = Optional.empty();
    signs.upstreamAnswers = false;
    signs.upstreamPort = PortProbe.State.REFUSED;
    refused(signs, "upstream_lost", ExitCode.REFUSED, "switch-upstream.yml");
    signs.upstreamPort = PortProbe.State.SILENT;
    refused(signs, "upstream_silent", ExitCode.REFUSED, "without hanging");
  }

  /** A proxy has its port open, and may answer the control machine with anything. */
  @Test
  void aProxyWhoseServerIsGone() {
    SignsBuilder signs = new SignsBuilder().relay(Stage.PAUSED, "EOF: connection was bad");
    signs.upstream = Optional.empty();
    for (boolean answers : List.of(false, true)) {
      signs.upstreamAnswers = answers;
      signs.upstreamPort = PortProbe.State.HUNG_UP;
      refused(signs, "upstream_lost", ExitCode.REFUSED, "without MySQL's greeting");
      signs.upstreamPort = PortProbe.State.MUTE;
      refused(signs, "upstream_silent", ExitCode.REFUSED, "no greeting of MySQL comes");
    }
  }

  /** It may live and keep us out, or be a proxy that speaks for a server which is gone. */
  @Test
  void whoGreetsAndLetsNobodyIn() {
    for (boolean answers : List.of(false, true)) {
      SignsBuilder signs = new SignsBuilder().relay(Stage.PAUSED, "Can't connect to MySQL server");
      signs.upstream = Optional.empty();
      signs.upstreamAnswers = answers;
      refused(signs, "relay_paused", ExitCode.CANNOT_TELL, "if it is lost", "switch-vip.yml");
      Diagnosis running = of(signs.relay(Stage.RUNNING), "healthy");
      assertTrue(
          running.warnings().get(0).contains("cannot be seen from here"),
          () -> running.warnings().toString());
    }
  }

  @Test
  void pausedByACommand() {
    relay(new SignsBuilder().relay(Stage.PAUSED), "relay_paused");
    SignsBuilder hole = new SignsBuilder().relay(Stage.PAUSED);
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
    SignsBuilder signs = new SignsBuilder().relay(Stage.PAUSED);
    signs.open = Optional.of(new Plans().vip().make());
    refused(
        signs,
        "stopped_half_way",
        ExitCode.REFUSED,
        "switch-vip.yml with new_mysql_host=10.0.1.32 and new_mysql_port=3306");
  }

  /** A switch is open, relay in the old server's sub dir, the worker down. */
  private static SignsBuilder downHalfWay(Plan plan) {
    SignsBuilder signs =
        new SignsBuilder().noSubDirs().subDir(OLD, 1, W, file("mysql-bin.000007", 5000));
    signs.up = false;
    signs.open = Optional.of(plan);
    return signs;
  }

  /** The playbook's roll starts it. */
  @Test
  void aWorkerThatIsDownOnceASwitchHasStoppedItsTasksIsLeftToThePlaybook() {
    SignsBuilder signs = downHalfWay(Plans.ordinary());
    signs.tasksStopped = true;
    refused(
        signs,
        "stopped_half_way",
        ExitCode.REFUSED,
        "run switch-upstream.yml",
        "do not start the worker by hand before");

    signs.subDir(NEW, 2, W, file("mysql-bin.000002", 900));
    Diagnosis diagnosis = of(signs, "stopped_half_way");
    assertTrue(diagnosis.next().contains("run switch-upstream.yml"), diagnosis.next());
    assertFalse(diagnosis.next().contains("do not start"), diagnosis.next());
  }

  /** The same playbook plans anew then, and needs the worker for it. */
  @Test
  void oneThatIsDownBeforeIsStartedAgain() {
    SignsBuilder signs = downHalfWay(Plans.ordinary());
    signs.upstream = Optional.of(OLD);

    Diagnosis diagnosis = of(signs, "stopped_half_way");

    assertInstanceOf(StartWorker.class, diagnosis.healing().orElseThrow());
    assertTrue(diagnosis.text().contains("switch-upstream.yml"), diagnosis.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {OLD, NEW})
  void behindAVipItIsStartedOnWhicheverServerTheVipShows(String shown) {
    for (boolean stopped : List.of(true, false)) {
      SignsBuilder signs = downHalfWay(new Plans().vip().make());
      signs.tasksStopped = stopped;
      signs.upstream = Optional.of(shown);

      assertInstanceOf(StartWorker.class, of(signs, "stopped_half_way").healing().orElseThrow());
    }
  }

  @Test
  void unlessThatIsNotSafe() {
    SignsBuilder signs = downHalfWay(new Plans().vip().make());
    signs.tasksStopped = true;
    signs.executed = OLD + ":1-99";
    refused(signs, "stopped_half_way", ExitCode.REFUSED, OLD + ":100");

    signs.executed = OLD + ":1-200";
    signs.tail = Tails.HALF;
    signs.keyless = List.of(new Table("shop", "log"));
    refused(signs, "stopped_half_way", ExitCode.REFUSED, "`shop`.`log`");

    signs.keyless = List.of();
    signs.upstream = Optional.of("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");
    refused(
        signs,
        "stopped_half_way",
        ExitCode.REFUSED,
        "aaaaaaaa-71ca-11e1-9e33-c80aa9429562",
        "let one of the two answer there");

    signs.upstream = Optional.empty();
    signs.upstreamAnswers = false;
    refused(
        signs,
        "stopped_half_way",
        ExitCode.CANNOT_TELL,
        "no server at the upstream's address",
        "move the VIP to the new server 10.0.1.32:3306 by hand",
        "then run rescue.yml with rescue_apply: true");
  }

  /** No command may point at one that points back. */
  @Test
  void whatStartsAWorkerWhoseUpstreamIsSilent() {
    SignsBuilder vip = downHalfWay(new Plans().vip().make());
    vip.upstream = Optional.empty();
    vip.upstreamAnswers = false;
    vip.upstreamPort = PortProbe.State.SILENT;
    refused(vip, "upstream_silent", ExitCode.REFUSED, "move the VIP to the new server");

    SignsBuilder address = downHalfWay(Plans.ordinary());
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
    SignsBuilder signs = new SignsBuilder().noSubDirs();
    signs
        .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
        .subDir(NEW, 2, LATER, file("binlog.000002", 7122))
        .task("orders", Stage.PAUSED, "(mysql-bin|000002.000002, 7122)", TOO_BIG);
    signs.relayBinlog = "(binlog.000002, 7122)";
    refused(signs, "other_base_name", ExitCode.REFUSED, "task-mode: all");
  }

  /** All looks well until somebody stops the task. */
  @Test
  void aLowerBaseNameWhileTheTaskStillRuns() {
    SignsBuilder signs =
        new SignsBuilder()
            .noSubDirs()
            .subDir(OLD, 1, W, file("mysql-bin.000007", 5000))
            .subDir(NEW, 2, LATER, file("binlog.000002", 7122));
    signs.relayBinlog = "(binlog.000002, 7122)";
    // As real DM has it: name and sub dir of before, the position of now.
    signs.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 7122)");
    List<String> warnings = of(signs, "healthy").warnings();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("do not stop or pause it"), warnings.get(0));
    // Before it has come there, it can still be started.
    signs.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 5000)");
    assertEquals(List.of(), of(signs, "healthy").warnings());
  }

  // ---- the index -------------------------------------------------------------------------------

  @Test
  void killedBetweenTheSubDirAndItsEntry() {
    SignsBuilder signs =
        new SignsBuilder().relay(Stage.PAUSED, "relay mkdir: file exists").unnamed(OLD, 3);
    signs.upstream = Optional.of(OLD);

    HealFiles healing = files(signs, "index_entry_missing");

    assertEquals(List.of(new Move(name(OLD, 3), "")), healing.surgery().moves());
    assertEquals(healing.surgery().indexBefore(), healing.surgery().indexAfter());
  }

  @Test
  void anUnnamedSubDirWithFilesIsLeft() {
    refused(
        new SignsBuilder()
            .relay(Stage.PAUSED, "relay mkdir: file exists")
            .unnamed(OLD, 3, file("mysql-bin.000001", 4)),
        "index_entry_missing",
        ExitCode.REFUSED,
        "who changed the relay directory");
  }

  @Test
  void anIndexWhoseLastSubDirIsGone() {
    SignsBuilder signs = new SignsBuilder();
    signs.index.add(name(OLD, 3));
    refused(signs, "cannot_tell", ExitCode.CANNOT_TELL, "is not there", "task-mode: all");
  }

  // ---- what tasks would read twice -------------------------------------------------------------

  private static SignsBuilder half(String subDir) {
    SignsBuilder signs = new SignsBuilder();
    signs.tail = Tails.HALF;
    signs.tailOf = subDir;
    signs.keyless = List.of(new Table("shop", "log"));
    return signs;
  }

  @Test
  void relayPausedInTheMiddleOfATransactionIsNotResumedWhereRowsCouldDouble() {
    SignsBuilder signs = half(name(NEW, 2)).relay(Stage.PAUSED);
    refused(signs, "relay_paused", ExitCode.REFUSED, "`shop`.`log`", "unique key");
    signs.tables = Optional.of(Set.of(new Table("shop", "orders")));
    relay(signs, "relay_paused");
    signs.tables = Optional.empty();
    signs.keyless = List.of();
    relay(signs, "relay_paused");
  }

  @Test
  void aWorkerThatIsDownInTheMiddleOfATransaction() {
    SignsBuilder signs = half(name(NEW, 2));
    signs.up = false;
    refused(signs, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
    // It was killed, and relay.meta lies behind: relay finds that out where it goes on.
    signs.tail = Tails.UNCOUNTED;
    assertInstanceOf(StartWorker.class, of(signs, "worker_down").healing().orElseThrow());
    // On another server it does not look.
    signs.upstream = Optional.of(OLD);
    refused(signs, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
  }

  @Test
  void halfATransactionBeforeTheWall() {
    SignsBuilder signs = wall();
    signs.tail = Tails.HALF;
    signs.tailOf = name(OLD, 1);
    signs.keyless = List.of(new Table("shop", "log"));
    refused(signs, "wall", ExitCode.REFUSED, "`shop`.`log`");
    signs.keyless = List.of();
    files(signs, "wall");
  }

  @Test
  void aRunningRelaysFileGrowsSoNothingIsSeenOfItsEnd() {
    SignsBuilder signs = wall();
    signs.tail = Tails.HALF;
    signs.tailOf = name(NEW, 3);
    signs.keyless = List.of(new Table("shop", "log"));
    files(signs, "wall");
  }

  /** Beside a half, relay.meta that lags lets relay find the whole ones: only the half counts. */
  @Test
  void aWorkerThatIsDownBehindBoth() {
    SignsBuilder signs = half(name(NEW, 2));
    signs.up = false;
    Optional<Set<Table>> log = Optional.of(Set.of(new Table("shop", "log")));
    Optional<Set<Table>> orders = Optional.of(Set.of(new Table("shop", "orders")));
    signs.tail = Tails.of(Tails.BOTH, orders, log);
    signs.tablesAsTold = true;
    refused(signs, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
    signs.tail = Tails.of(Tails.BOTH, log, orders);
    assertInstanceOf(StartWorker.class, of(signs, "worker_down").healing().orElseThrow());
  }

  /** Tasks have applied it: it would be in the target and nowhere else. */
  @Test
  void theServerLacksWhatLiesBehindW() {
    SignsBuilder signs = half(name(NEW, 2)).relay(Stage.PAUSED);
    signs.keyless = List.of();
    signs.tail = Tails.BOTH;
    signs.gtidW = OLD + ":1-100";
    signs.executed = OLD + ":1-101";
    refused(signs, "relay_paused", ExitCode.REFUSED, Tails.SECOND);
    signs.executed = OLD + ":1-102";
    relay(signs, "relay_paused");
    signs.tail = Tails.nameless(Tails.UNCOUNTED);
    refused(signs, "relay_paused", ExitCode.CANNOT_TELL, "does not tell every GTID");
  }

  @Test
  void anUpstreamWhoseNameHasNoAddressIsNotTakenForSilent() {
    SignsBuilder signs = new SignsBuilder();
    signs.upstreamPort = PortProbe.State.UNRESOLVED;
    refused(signs, "cannot_tell", ExitCode.CANNOT_TELL, "cannot resolve");
  }

  // ---- journals, rolls, healings that were cut off ---------------------------------------------

  @Test
  void theFenceOfASwitchThatWasGivenUpDoesNotCount() {
    SignsBuilder signs = cut();
    // Relay went on on the old server afterwards, to what its relay.meta says.
    signs.fences.add(
        new FormerFence(
            Path.of("/journal"),
            FakeServer.set(OLD + ":1-90"),
            name(OLD, 1),
            NEW,
            "",
            OptionalLong.empty()));
    refused(signs, "relay_file_cut", ExitCode.CANNOT_TELL, "rescue_gtid_w");
    signs.gtidWGiven = Optional.of(W);
    files(signs, "relay_file_cut");
  }

  @Test
  void aGivenWThatIsNotTheJournalsIsRefused() {
    SignsBuilder signs = given(OLD + ":1-110").fence(W, OptionalLong.empty());
    refused(signs, "relay_file_cut", ExitCode.REFUSED, "that the journal /journal has: " + W);
  }

  @Test
  void aGivenWThatNothingCanBeHeldAgainstIsRefused() {
    SignsBuilder signs = given(W).noSubDirs();
    signs
        .subDir(NEW, 1, LATER, file("mysql-bin.000002", 0))
        .task("orders", Stage.PAUSED, "(mysql-bin|000001.000002, 900)", TOO_BIG);
    refused(signs, "relay_file_cut", ExitCode.CANNOT_TELL, "cannot be checked", "task-mode: all");
  }

  @Test
  void rolledWithoutEffectIsSeenOfAPausedRelayToo() {
    SignsBuilder signs = new SignsBuilder().relay(Stage.PAUSED);
    signs.upstream = Optional.of(OLD);
    signs.tomlIsNewer = Optional.of(true);
    refused(signs, "rolled_without_effect", ExitCode.REFUSED, "switch-upstream.yml");
  }

  @Test
  void whetherTheWorkerWasRestartedMustBeKnown() {
    SignsBuilder signs = new SignsBuilder();
    signs.upstream = Optional.of(OLD);
    signs.tomlIsNewer = Optional.empty();
    refused(signs, "cannot_tell", ExitCode.CANNOT_TELL, "is not to be seen");
  }

  @Test
  void aTaskThatAHealingLeftPaused() {
    SignsBuilder signs = new SignsBuilder().task("orders", Stage.PAUSED, "");
    signs.task("other", Stage.PAUSED, "");
    signs.leftPaused = Set.of("orders");
    assertEquals(List.of("orders"), relay(signs, "tasks_left_paused").tasks());
  }
}
