package dmswitch.repair;

import static dmswitch.repair.Diagnoses.diagnosed;
import static dmswitch.repair.Diagnoses.files;
import static dmswitch.repair.Diagnoses.refused;
import static dmswitch.repair.ObservationBuilder.LATER;
import static dmswitch.repair.ObservationBuilder.NEW;
import static dmswitch.repair.ObservationBuilder.OLD;
import static dmswitch.repair.ObservationBuilder.W;
import static dmswitch.repair.ObservationBuilder.file;
import static dmswitch.repair.ObservationBuilder.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectoryChange.Move;
import dmswitch.host.Tails;
import dmswitch.journal.FormerFence;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** States of the binlog files in relay's sub dirs, and of the checkpoints in them. */
class RelayFileRulesTest {
  private static final String TOO_BIG =
      "the given relay log pos (mysql-bin.000002, 900) of meta config is too big";

  // ---- the cut relay file -----------------------------------------------------------------------

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
    // Beyond what the server has, after what it has purged, too little, too much.
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
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "read past", "sync_diff_inspector");
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
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "orders at " + behind, "read past");
    seen.targetsDown = true;
    refused(seen, "relay_file_cut", ExitCode.CANNOT_TELL, "the target of orders is down");
    seen.targetsDown = false;

    seen.task("orders", Stage.PAUSED, "(mysql-bin|000001.000007, 5000)");
    seen.stoppedTasks = List.of("late");
    seen.written.put("late", behind);
    refused(seen, "relay_file_cut", ExitCode.REFUSED, "late at " + behind, "read past");
    seen.written.remove("late");
    files(seen, "relay_file_cut");

    // Its file may be one that nobody runs any more.
    seen.targetsDown = true;
    refused(
        seen,
        "relay_file_cut",
        ExitCode.CANNOT_TELL,
        "the target of late is down",
        "if task late is no longer used, remove its task file");
  }

  @Test
  void theHoleWithWhichRelayBeganIsNoCut() {
    ObservationBuilder seen = new ObservationBuilder().fence(W, OptionalLong.of(500));
    seen.holeBytes = 500;
    assertTrue(diagnosed(seen, "healthy").isHealthy());
  }

  @Test
  void theFenceOfASwitchThatWasGivenUpDoesNotCount() {
    ObservationBuilder seen = cut();
    // Relay continued on the old server afterwards, to what its relay.meta says.
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

  // ---- a task whose relay log is gone -----------------------------------------------------------

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

  /** The relay directory was recreated: its suffixes begin again. */
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
    assertTrue(diagnosed(reads, "healthy").isHealthy());
  }

  // ---- the base name ----------------------------------------------------------------------------

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
    // As real DM has it: name and previous sub dir, the position of now.
    seen.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 7122)");
    List<String> warnings = diagnosed(seen, "healthy").warnings();
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("do not stop or pause it"), warnings.get(0));
    // Before it has come there, it can still be started.
    seen.task("orders", Stage.RUNNING, "(mysql-bin|000001.000007, 5000)");
    assertEquals(List.of(), diagnosed(seen, "healthy").warnings());
  }
}
