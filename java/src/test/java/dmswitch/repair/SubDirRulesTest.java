package dmswitch.repair;

import static dmswitch.repair.Diagnoses.diagnosed;
import static dmswitch.repair.Diagnoses.files;
import static dmswitch.repair.Diagnoses.refused;
import static dmswitch.repair.Diagnoses.relay;
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
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** States of relay's sub dirs and their index. */
class SubDirRulesTest {
  private static final String NOT_FOUND = "binlog files in dir x.000002 not found";

  // ---- the wall ---------------------------------------------------------------------------------

  /** old.1, an empty new.2, new.3: tasks are in the first. */
  static ObservationBuilder wall() {
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
        "renumbered",
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
        diagnosed(wall().task("orders", Stage.RUNNING, "(mysql-bin|000003.000002, 900)"), "healthy")
            .isHealthy());
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

  // ---- switch-relay-master too early, or twice --------------------------------------------------

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

  // ---- the index --------------------------------------------------------------------------------

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
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "does not exist", "task-mode: all");
  }
}
