package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.mysql.BinlogReader;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import dmswitch.relay.Hole;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relay on the new server, and the hole that its first file there may begin with. */
@ExtendWith(InstantTime.class)
class ObserveRelayTest {
  private static final long LARGE = Hole.LIMIT_BYTES + (1 << 20);
  private static final String WARNING = "begins with a hole of 17 MB";

  @TempDir private Path dir;

  /** The first file is the new server's current one. */
  private Bench onTheNewServer(String binlog) {
    Bench bench = new Bench(dir, Plans.ordinary()).fenced();
    bench.did(Step.TASKS_STOPPED).did(Step.WORKER_UPGRADED);
    bench.dm.relay = Stage.RUNNING;
    bench.dm.subDir = Plans.NEW_UUID + ".000002";
    bench.dm.binlog = binlog;
    return bench;
  }

  /** The first file is one before it. */
  private Bench inAnOlderFile() {
    Bench bench = onTheNewServer("(mysql-bin.000008, 18000000)");
    bench.directory =
        Bench.relayDirs(
            Bench.FENCED,
            new RelayDirectory.SubDir(
                bench.dm.subDir,
                List.of(new RelayDirectory.File("mysql-bin.000008", 154)),
                Optional.empty()));
    return bench;
  }

  private static long holeBytes(Bench bench) {
    return bench.journal.outcome(Step.RELAY_OBSERVED).orElseThrow().path("hole_bytes").asLong();
  }

  private static void requireUnwarned(Bench bench) {
    StepResult ended = bench.run(new ObserveRelay());

    well(ended, false, "relay runs on the new server");
    assertFalse(ended.answer().toString().contains("hole of"), ended.answer().toString());
    assertTrue(holeBytes(bench) <= Hole.LIMIT_BYTES);
  }

  @Test
  void aHoleThatIsThere() {
    try (Bench bench = onTheNewServer("(mysql-bin.000009, 18000000)")) {
      bench.holeBytes = LARGE;

      well(bench.run(new ObserveRelay()), false, WARNING);

      assertEquals(LARGE, holeBytes(bench));
    }
  }

  /** DM fills the hole before the first event that it writes after it. */
  @Test
  void aHoleThatComesWithTheFirstTransaction() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      bench.newServer.binlogSize(LARGE);

      well(bench.run(new ObserveRelay()), false, WARNING);

      assertEquals(LARGE, holeBytes(bench));
    }
  }

  /** DM has not come to the end of the hole yet when the file is seen first. */
  @Test
  void aHoleThatIsBeingFilled() {
    try (Bench bench = inAnOlderFile()) {
      bench.holeBytes = LARGE;
      bench.headEmptyFor = 3;

      well(bench.run(new ObserveRelay()), false, WARNING);

      assertEquals(LARGE, holeBytes(bench));
    }
  }

  /** Connected again after a flush, or a restart of the new server, relay began the next file. */
  @ParameterizedTest
  @ValueSource(strings = {"(, 4)", "(mysql-bin.000009, 500)"})
  void anOlderFileThatRelayHasLeftWithoutAnEvent(String binlog) {
    try (Bench bench = onTheNewServer(binlog)) {
      bench.directory =
          Bench.relayDirs(
              Bench.FENCED,
              new RelayDirectory.SubDir(
                  bench.dm.subDir,
                  List.of(
                      new RelayDirectory.File("mysql-bin.000008", 154),
                      new RelayDirectory.File("mysql-bin.000009", 500)),
                  Optional.empty()));
      bench.headEmptyFor = Integer.MAX_VALUE;

      requireUnwarned(bench);
    }
  }

  @Test
  void anOlderFileIntoWhichRelayWritesNothing() {
    try (Bench bench = inAnOlderFile()) {
      bench.headEmptyFor = Integer.MAX_VALUE;

      badly(
          bench.run(new ObserveRelay()),
          ExitCode.STOPPED_MIDWAY,
          "no event of the new server's into",
          "not that server's last file");
    }
  }

  @Test
  void anIdleServersFreshFile() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      bench.newServer.binlogSize(200);

      requireUnwarned(bench);
    }
  }

  @Test
  void aHoleThatRelayHasLeft() {
    try (Bench bench = onTheNewServer("(mysql-bin.000010, 500)")) {
      bench.holeBytes = LARGE;

      requireUnwarned(bench);
      // For a rescue, which sees by it whether DM has cut that file.
      assertEquals(
          LARGE,
          bench
              .journal
              .outcome(Step.RELAY_OBSERVED)
              .orElseThrow()
              .path("first_file_hole_bytes")
              .asLong());
    }
  }

  private static String unseen(Bench bench) {
    return bench.journal.outcome(Step.RELAY_OBSERVED).orElseThrow().path("dump_unseen").asText();
  }

  @Test
  void theNewServerItselfIsSeenToSend() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      well(bench.run(new ObserveRelay()), false, "relay runs on the new server");

      assertEquals("", unseen(bench));
    }
  }

  /** Relay registers a little later than it is told to run. */
  @Test
  void itIsSeenLater() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      bench.newServer.readersLater.addAll(
          List.of(Optional.of(List.of()), Optional.of(List.of()), Optional.of(List.of())));

      bench.run(new ObserveRelay());

      assertEquals("", unseen(bench));
    }
  }

  /** Behind a proxy relay asks one server who it is, and reads another. */
  @Test
  void whereItIsNotSeenAWarningSaysSo() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      bench.newServer.readers = Optional.of(List.of(new BinlogReader(7, "another")));

      well(
          bench.run(new ObserveRelay()),
          false,
          "could not be verified: that the new server",
          "server_id 101");

      assertTrue(unseen(bench).contains(Plans.NEW_UUID), unseen(bench));
    }
  }

  @Test
  void whereItCannotBeSeenNobodyIsStranded() {
    try (Bench bench = onTheNewServer("(, 4)")) {
      bench.newServer.readers = Optional.empty();

      well(bench.run(new ObserveRelay()), false, "could not be verified", "REPLICATION SLAVE");
    }
  }
}
