package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dmswitch.dm.Stage;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeWorkerTest {
  @TempDir private Path dir;

  private void inventory(String host) throws IOException {
    Files.writeString(
        dir.resolve("inventory.ini"),
        "[dm_worker_servers]\ndm_worker1 ansible_host=10.0.1.21 mysql_host="
            + host
            + " mysql_user=dm mysql_password=s3cret mysql_port=3306\n");
  }

  private Bench stopped() {
    return new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED);
  }

  /** A roll on the old address would restart the worker there, and relay would pull on. */
  @Test
  void noRollWhileTheInventoryNamesTheOldServer() throws IOException {
    inventory("10.0.1.31");
    try (Bench bench = stopped()) {
      badly(
          bench.run(new UpgradeWorker()), ExitCode.STOPPED_MIDWAY, "does not name the new server");

      assertFalse(bench.open().upgradeBegun());
    }
  }

  /** Restarted, relay would open a sub dir for whichever server answers there. */
  @Test
  void noRollToAnotherServerThanThePlanned() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped()) {
      bench.newServer.uuid("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          "another server answers at the new address",
          "rollback.yml");

      assertFalse(bench.open().upgradeBegun());
      // As it tells: the way back needs nothing of the new server.
      bench.oldServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-100");
      well(RollbackStep.run(bench.open()), true);
    }
  }

  @Test
  void noRollBeforeTheTasksAreStopped() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      badly(bench.run(new UpgradeWorker()), ExitCode.WRONG_USE, "tasks_stopped is not done");

      assertFalse(bench.open().upgradeBegun());
    }
  }

  @Test
  void noFurtherRollOfAWorkerThatRunsOnTheNewServer() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped().did(Step.WORKER_UPGRADED)) {
      bench.dm.subDir = Plans.NEW_UUID + ".000002";

      well(bench.run(new UpgradeWorker()), false, "already runs on the new server");
    }
  }

  /** What relay has pulled since was never held against the new server. */
  @Test
  void noFurtherRollOfAWorkerThatCameUpOnTheOldServer() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped().did(Step.WORKER_UPGRADED)) {
      bench.dm.relay = Stage.RUNNING;
      bench.dm.gtidW = Plans.OLD_UUID + ":1-120";

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          Plans.OLD_UUID + ":1-120",
          "run the same playbook again");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(Files.exists(bench.journal.file("roll-1")), "no roll was begun");
    }
  }

  /** Restarted by systemd since step 5, relay pulled on: nobody has judged that. */
  @Test
  void noFirstRollOfOneEither() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped()) {
      bench.dm.relay = Stage.RUNNING;

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          "relay is Running",
          "run the same playbook again");
      bench.dm.relay = Stage.PAUSED;
      bench.tails.clear();
      bench.tails.add(Tails.UNCOUNTED);
      badly(bench.run(new UpgradeWorker()), ExitCode.STOPPED_MIDWAY, "after W", Tails.FIRST);

      assertFalse(bench.open().upgradeBegun());
      assertFalse(Files.exists(bench.journal.file("roll-1")), "no roll was begun");
    }
  }

  /** Of a silent old server, relay.meta and the file tell. */
  @Test
  void norWhereTheOldServerIsSilent() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench =
        new Bench(dir, new Plans().oldServer(OldServerState.SILENT).make())
            .fenced()
            .did(Step.TASKS_STOPPED)) {
      bench.directory = Bench.relayDirs(Bench.left(Plans.OLD_UUID + ".000001", 1, 120));

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          "W is " + Plans.OLD_UUID + ":1-120");

      assertEquals(0, bench.dm.askedUpstream);
      assertFalse(bench.open().upgradeBegun());
    }
  }

  /** dm-master may be down, or dmctl missing. */
  @Test
  void noRollOfAWorkerThatIsNotSeen() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped()) {
      bench.dm.deaf = Integer.MAX_VALUE;

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          "no connection to the worker",
          "a process listens on the worker's port " + Plans.WORKER);

      assertFalse(bench.open().upgradeBegun());
    }
  }

  private Bench stoppedForStaged() throws IOException {
    inventory("10.0.1.32");
    return new Bench(dir, new Plans().staged().make()).fenced().did(Step.TASKS_STOPPED);
  }

  @Test
  void theFirstRollOfAStagedSwitchIsTheShortOne() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      well(bench.run(new UpgradeWorker()), true, "roll_mode staged", "roll-1");

      assertEquals(1, bench.stagedRolls);
      assertEquals(0, bench.rolls);
    }
  }

  @Test
  void theFirstRollOfAnyOtherIsTheWholeOne() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench = stopped()) {
      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
      assertEquals(1, bench.rolls);
    }
  }

  /** How far it came is not known; the whole one does everything. */
  @ParameterizedTest
  @ValueSource(strings = {"failed", "was killed"})
  void theSecondRollOfAStagedSwitchIsTheWholeOne(String how) throws IOException {
    try (Bench bench = stoppedForStaged()) {
      bench.rollEnds = Optional.of("2").filter(status -> how.equals("failed"));
      bench.onRoll = () -> isOfAnotherBoot(bench.journal.file("roll-1/roll.process"));

      badly(
          bench.run(new UpgradeWorker()),
          ExitCode.STOPPED_MIDWAY,
          "the rolling upgrade " + how,
          "rolling_update.yml --tags=dm-worker -l dm_worker1 to succeed",
          "the worker may be down");
      bench.rollEnds = Optional.of("0");
      bench.onRoll = () -> {};
      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible", "roll-2");

      assertEquals(1, bench.stagedRolls);
      assertEquals(1, bench.rolls);
    }
  }

  private static void isOfAnotherBoot(Path process) {
    try {
      Files.writeString(process, "1 1 another-boot\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its permit was revoked: nothing was launched, so nothing is half done. */
  @Test
  void aShortRollThatWasNeverLaunchedIsBegunAgain() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      Path folder = bench.open().rolls().next();
      bench.journal.intent(
          Step.WORKER_UPGRADED, Json.object().put("folder", folder.toString()).put("staged", true));

      well(bench.run(new UpgradeWorker()), true, "roll_mode staged", "roll-2");

      assertEquals(1, bench.stagedRolls);
      assertEquals(0, bench.rolls);
    }
  }

  /** It may be that one was launched. */
  @Test
  void afterOneThatTheRecordsDoNotProveTheWholeRollIsRun() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      bench.journal.intent(Step.WORKER_UPGRADED, Json.object().put("folder", "/gone/roll-1"));

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
      assertEquals(1, bench.rolls);
    }
  }

  /** DM-Ansible was edited since the plan: its task to begin with may have another name. */
  @Test
  void whereDmAnsibleIsNoLongerAsItWasTheWholeRollIsRun() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      bench.stagedObstacles = List.of("roles/dm-worker/tasks/main.yml is not as in DM-Ansible 1.0");

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
      assertEquals(1, bench.rolls);
    }
  }

  @Test
  void aWorkerThatWentDownMeanwhileGetsTheWholeRoll() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      bench.workerIsDown();
      bench.directory = Bench.relayDirs(Bench.left(Plans.OLD_UUID + ".000001", 1, 100));

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
      assertEquals(1, bench.rolls);
    }
  }

  /** The worker is not asked, so it is not known to be down. */
  @Test
  void withASilentOldServerTheFirstRollIsTheShortOneToo() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench =
        new Bench(dir, new Plans().staged().oldServer(OldServerState.SILENT).make())
            .fenced()
            .did(Step.TASKS_STOPPED)) {
      well(bench.run(new UpgradeWorker()), true, "roll_mode staged");

      assertEquals(1, bench.stagedRolls);
      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  /** The standstill is not longer for a question that decides nothing. */
  @Test
  void withASilentOldServerTheWholeRollAsksNothingMore() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench =
        new Bench(dir, new Plans().oldServer(OldServerState.SILENT).make())
            .fenced()
            .did(Step.TASKS_STOPPED)) {
      int[] asked = new int[1];
      bench.dm.onQuestion = () -> asked[0]++;

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, asked[0]);
    }
  }

  /** As an operator does who is asked to stop a worker that hangs on it. */
  @Test
  void withASilentOldServerAWorkerThatIsDownGetsTheWholeRoll() throws IOException {
    inventory("10.0.1.32");
    try (Bench bench =
        new Bench(dir, new Plans().staged().oldServer(OldServerState.SILENT).make())
            .fenced()
            .did(Step.TASKS_STOPPED)) {
      bench.workerIsDown();

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  /** To another new server, with the worker rolled to the first one already. */
  @Test
  void theRollOnwardIsTheWholeOne() throws IOException {
    try (Bench bench = stoppedForStaged()) {
      bench.did(Step.WORKER_UPGRADED).did(Step.NEW_SERVER_CHANGED);

      well(bench.run(new UpgradeWorker()), true, "rolled by DM-Ansible");

      assertEquals(0, bench.stagedRolls);
    }
  }
}
