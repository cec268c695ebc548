package dmswitch.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.DmError;
import dmswitch.dm.FakeDm;
import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayViewTest {
  private static final String DIR = Plans.OLD_UUID + ".000003";

  private static RelayView of(FakeDm dm) {
    return RelayView.ofStatus(dm, Plans.WORKER);
  }

  private static RelayView ofMeta(Optional<RelayDirectory.Meta> meta) {
    return RelayView.ofMeta(
        new RelayDirectory(
            List.of(Plans.OLD_UUID + ".000002", DIR),
            List.of(
                new RelayDirectory.SubDir(
                    Plans.OLD_UUID + ".000002",
                    List.of(),
                    Optional.of(new RelayDirectory.Meta("mysql-bin.000001", 4, "stale"))),
                new RelayDirectory.SubDir(DIR, List.of(), meta)),
            1));
  }

  private static RelayDirectory.Meta meta(String file, long position, String gtid) {
    return new RelayDirectory.Meta(file, position, gtid);
  }

  private static void cannotTell(Executable asked, String found) {
    Problem problem = assertThrows(Problem.class, asked);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(found), problem.found());
  }

  @Test
  void asTheWorkerSaysIt() {
    FakeDm dm = new FakeDm();
    dm.gtidW = Plans.OLD_UUID + ":51-100,\n" + Plans.OLD_UUID.toUpperCase(Locale.ROOT) + ":1-50";

    RelayView relay = of(dm);

    assertEquals(FakeServer.set(Plans.OLD_UUID + ":1-100"), relay.gtidW());
    assertEquals(Plans.OLD_UUID + ".000001", relay.subDir().toString());
    assertEquals("mysql-bin.000003", relay.binlog().file());
    assertEquals(5000, relay.binlog().position());
    assertTrue(relay.isRunning());
    assertFalse(relay.isPaused());
    assertFalse(relay.canceled());
    assertEquals(List.of(), relay.errors());
  }

  @Test
  void pausedByACommandOrByAnError() {
    FakeDm dm = new FakeDm();
    dm.relay = Stage.PAUSED;
    assertTrue(of(dm).isPaused());
    assertTrue(of(dm).canceled());
    assertFalse(of(dm).isRunning());

    dm.relayErrors = List.of(new DmError(10001, "connection refused", ""));
    assertEquals(List.of("[code=10001] connection refused"), of(dm).errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-101", ""})
  void anUpstreamThatDoesNotAnswerHasNoSet(String master) {
    FakeDm dm = new FakeDm();
    dm.masterGtid = master.isEmpty() ? "" : Plans.OLD_UUID + ":" + master;

    assertEquals(master.isEmpty(), of(dm).masterGtid().isEmpty());
  }

  @Test
  void anEmptyWIsToldByTheChecksNotHere() {
    FakeDm dm = new FakeDm();
    dm.gtidW = "";

    assertTrue(of(dm).gtidW().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk", "3e11fa47-71ca-11e1-9e33-c80aa9429562:0", "0-1-100"})
  void whatIsNoGtidSetDecidesNothing(String text) {
    FakeDm dm = new FakeDm();
    dm.gtidW = text;
    cannotTell(() -> of(dm), "relayBinlogGtid of query-status is not a GTID set");
    cannotTell(
        () -> ofMeta(Optional.of(meta("mysql-bin.000001", 4, text))),
        "binlog-gtid of relay.meta is not a GTID set");

    FakeDm other = new FakeDm();
    other.masterGtid = text;
    cannotTell(() -> of(other), "masterBinlogGtid of query-status is not a GTID set");
  }

  @Test
  void aRelayThatHasOpenedNothing() {
    FakeDm dm = new FakeDm();
    dm.subDir = "";

    cannotTell(() -> of(dm), "no sub dir");
    cannotTell(() -> RelayView.ofMeta(new RelayDirectory(List.of(), List.of(), 1)), "no sub dir");
  }

  /** relay.meta tells W and position; the stage is not known by it. */
  @Test
  void asRelayMetaHasIt() {
    RelayView relay = ofMeta(Optional.of(meta("mysql-bin.000007", 1234, Plans.OLD_UUID + ":1-9")));

    assertEquals(DIR, relay.subDir().toString());
    assertEquals(FakeServer.set(Plans.OLD_UUID + ":1-9"), relay.gtidW());
    assertEquals("mysql-bin.000007", relay.binlog().file());
    assertEquals(1234, relay.binlog().position());
    assertEquals(Optional.empty(), relay.stage());
    assertFalse(relay.isRunning());
    assertFalse(relay.isPaused());
  }

  @Test
  void beforeTheFirstTransactionRelayMetaNamesNoFile() {
    RelayView relay = ofMeta(Optional.of(meta("", 4, Plans.OLD_UUID + ":1-9")));

    assertFalse(relay.binlog().hasFile());
    assertEquals(4, relay.binlog().position());
  }

  /** A sub dir is there: to say that there is none would send the operator astray. */
  @Test
  void aRelayMetaThatCannotBeRead() {
    cannotTell(() -> ofMeta(Optional.empty()), "relay.meta in " + DIR);
    cannotTell(
        () -> ofMeta(Optional.of(meta("no-number", 4, Plans.OLD_UUID + ":1-9"))),
        "relay.meta in " + DIR);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "16777216, false", "16777217, true"})
  void aHoleIsRiskyBeyond16Megabytes(long bytes, boolean risky) {
    RelayHead head =
        new RelayHead(1L << 30, 1L << 30, true, List.of(new RelayHead.Hole(154, bytes)));

    assertEquals(risky, Hole.isRisky(head));
    assertFalse(Hole.isRisky(new RelayHead(1L << 30, 1L << 30, true, List.of())));
  }
}
