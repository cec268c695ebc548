package dmswitch.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.FakeDm;
import dmswitch.host.RelayDirectory;
import dmswitch.journal.Plans;
import dmswitch.program.InstantTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(InstantTime.class)
class RelayCatchUpTest {
  private static final Duration NOT_LONG = Duration.ofMillis(600);

  private final FakeDm dm = new FakeDm();
  private List<RelayDirectory.File> files = List.of();
  private int looks;

  private final RelayCatchUp catchUp =
      new RelayCatchUp(() -> dm.queryStatus(Plans.WORKER).relay(), this::directory);

  private RelayDirectory directory() {
    looks++;
    return new RelayDirectory(
        List.of(dm.subDir),
        List.of(new RelayDirectory.SubDir(dm.subDir, files, Optional.empty())),
        1);
  }

  private boolean caughtUp() {
    return catchUp.await(catchUp.upstream(NOT_LONG).orElseThrow(), NOT_LONG);
  }

  @Test
  void wTellsAndTheHostIsNotAsked() {
    assertTrue(caughtUp());
    assertEquals(0, looks);
  }

  @Test
  void whatTheUpstreamGotSinceIsNotWaitedFor() {
    dm.masterGtid = Plans.OLD_UUID + ":1-101";
    int[] questions = {0};
    dm.onQuestion =
        () -> {
          int last = 101 + questions[0]++;
          dm.masterGtid = Plans.OLD_UUID + ":1-" + last;
          dm.gtidW = Plans.OLD_UUID + ":1-" + (last - 1);
        };

    assertTrue(caughtUp());
    assertEquals(0, looks);
  }

  /** GRANT moves neither W nor relay's position. */
  @ParameterizedTest
  @CsvSource({
    "mysql-bin.000003, 5400, true",
    "mysql-bin.000003, 5401, true",
    "mysql-bin.000004, 154, true",
    "mysql-bin.000003, 5399, false",
    "mysql-bin.000002, 9000, false",
    "binlog.000003, 5400, false"
  })
  void newestFileTellsWhileWStandsStill(String file, long size, boolean reached) {
    dm.masterGtid = Plans.OLD_UUID + ":1-101";
    dm.masterBinlog = "(mysql-bin.000003, 5400)";
    files =
        List.of(
            new RelayDirectory.File("mysql-bin.000001", 100_000),
            new RelayDirectory.File(file, size));

    assertEquals(reached, caughtUp());
  }

  @Test
  void noFileTellsNothing() {
    dm.masterGtid = Plans.OLD_UUID + ":1-101";
    dm.masterBinlog = "(mysql-bin.000003, 5400)";

    assertFalse(caughtUp());
    assertTrue(looks > 0);
  }

  @Test
  void anUpstreamThatTheWorkerDoesNotSee() {
    dm.masterGtid = "";

    assertEquals(Optional.empty(), catchUp.upstream(NOT_LONG));
  }

  @Test
  void nothingInPartAtOneMoment() {
    assertTrue(catchUp.awaitWhole(NOT_LONG));
    assertEquals(1, dm.askedUpstream);
    assertEquals(0, looks);
  }

  @Test
  void aTransactionThatIsComingIn() {
    dm.masterGtid = Plans.OLD_UUID + ":1-101";
    dm.masterBinlog = "(mysql-bin.000003, 100000000)";
    files = List.of(new RelayDirectory.File("mysql-bin.000003", 50_000_000));

    assertFalse(catchUp.awaitWhole(NOT_LONG));
  }

  @Test
  void aGrantIsNothingInPart() {
    dm.masterGtid = Plans.OLD_UUID + ":1-101";
    dm.masterBinlog = "(mysql-bin.000003, 5400)";
    files = List.of(new RelayDirectory.File("mysql-bin.000003", 5400));

    assertTrue(catchUp.awaitWhole(NOT_LONG));
  }

  /** What it has in part at any moment is small. */
  @Test
  void aBusyUpstreamThatIsAheadAtEveryLook() {
    dm.onQuestion =
        () -> {
          int w = 100 + dm.askedUpstream;
          dm.gtidW = Plans.OLD_UUID + ":1-" + w;
          dm.masterGtid = Plans.OLD_UUID + ":1-" + (w + 1);
        };

    assertTrue(catchUp.awaitWhole(Duration.ofSeconds(20)));
    assertTrue(dm.askedUpstream > 4, "a moment was waited for");
    assertEquals(0, looks);
  }
}
