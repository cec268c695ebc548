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
import static dmswitch.repair.SubDirRulesTest.wall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.PortProbe;
import dmswitch.host.Tails;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The other states: each is distinguished, and repaired only where that is provably safe. */
class RulesTest {
  @Test
  void healthy() {
    assertTrue(diagnosed(new ObservationBuilder(), "healthy").isHealthy());
  }

  @Test
  void aTaskThatAnOperatorHasPausedIsHealthyAndTold() {
    Diagnosis diagnosis =
        diagnosed(new ObservationBuilder().task("orders", Stage.PAUSED, ""), "healthy");
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
    refused(seen, "upstream_silent", ExitCode.REFUSED, "would hang");
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
      refused(seen, "upstream_silent", ExitCode.REFUSED, "sends no MySQL greeting");
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
      Diagnosis running = diagnosed(seen.relay(Stage.RUNNING), "healthy");
      assertTrue(
          running.warnings().get(0).contains("cannot be identified from here"),
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
    // A switch that is open on the new server cannot continue on its own; one on the old server
    // can.
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
    Diagnosis diagnosis = diagnosed(seen, "stopped_half_way");
    assertTrue(diagnosis.next().contains("run switch-upstream.yml"), diagnosis.next());
    assertFalse(diagnosis.next().contains("do not start"), diagnosis.next());
  }

  /** The same playbook plans again then, and needs the worker for it. */
  @Test
  void oneThatIsDownBeforeIsStartedAgain() {
    ObservationBuilder seen = downHalfWay(Plans.ordinary());
    seen.upstream = Optional.of(OLD);

    Diagnosis diagnosis = diagnosed(seen, "stopped_half_way");

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

      assertInstanceOf(
          WorkerStart.class, diagnosed(seen, "stopped_half_way").repair().orElseThrow());
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
        "make one of the two answer there");

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

  // ---- the worker down --------------------------------------------------------------------------

  @Test
  void aWorkerThatIsDownIsStarted() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.up = false;
    assertInstanceOf(WorkerStart.class, diagnosed(seen, "worker_down").repair().orElseThrow());
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
    refused(seen, "worker_down", ExitCode.CANNOT_TELL, "no server answers");
  }

  // ---- the server at the address ----------------------------------------------------------------

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

  // ---- what tasks would read twice --------------------------------------------------------------

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
    // It was killed, and relay.meta lags behind: relay finds that out where it continues.
    seen.tail = Tails.UNCOUNTED;
    assertInstanceOf(WorkerStart.class, diagnosed(seen, "worker_down").repair().orElseThrow());
    // On another server it does not look.
    seen.upstream = Optional.of(OLD);
    refused(seen, "worker_down", ExitCode.REFUSED, "`shop`.`log`");
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
    assertInstanceOf(WorkerStart.class, diagnosed(seen, "worker_down").repair().orElseThrow());
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
    refused(seen, "relay_paused", ExitCode.CANNOT_TELL, "does not show all of their GTIDs");
  }

  @Test
  void anUpstreamWhoseNameHasNoAddressIsNotTakenForSilent() {
    ObservationBuilder seen = new ObservationBuilder();
    seen.upstreamPort = PortProbe.State.UNRESOLVED;
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "cannot resolve");
  }

  // ---- journals, rolls, repairs that were cut off -----------------------------------------------

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
    refused(seen, "cannot_tell", ExitCode.CANNOT_TELL, "it cannot be seen whether");
  }

  @Test
  void aTaskThatARepairLeftPaused() {
    ObservationBuilder seen = new ObservationBuilder().task("orders", Stage.PAUSED, "");
    seen.task("other", Stage.PAUSED, "");
    seen.leftPaused = Set.of("orders");
    assertEquals(List.of("orders"), relay(seen, "tasks_left_paused").tasks());
  }
}
