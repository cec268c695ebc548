package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Steps that flush, on either server. */
@ExtendWith(InstantTime.class)
class LeaveHoleTest {
  private static final String NO_WAY_BACK = "there is no way back";

  @TempDir private Path dir;

  private Bench bench() {
    return new Bench(dir, new Plans().leaveHole().make());
  }

  @Test
  void withoutAHoleNothingIsFlushed() {
    try (Bench bench = new Bench(dir, Plans.ordinary())) {
      well(bench.run(new LeaveHole()), false);

      assertEquals(0, bench.oldServer.flushes);
      assertFalse(bench.journal.intended(Step.OLD_BINARY_LOGS_FLUSHED));
    }
  }

  @Test
  void relayIsInTheNextFileOnlyOnceATransactionHasCome() {
    try (Bench bench = bench()) {
      int[] asked = {0};
      bench.dm.onQuestion =
          () -> {
            if (++asked[0] == 3) {
              bench.dm.binlog = "(mysql-bin.000004, 154)";
            }
          };

      well(bench.run(new LeaveHole()), true, "has left the file");

      assertEquals(1, bench.oldServer.flushes);
      assertTrue(bench.open().abortPossible());
    }
  }

  @Test
  void anIdleServerLeavesNoWayBack() {
    try (Bench bench = bench()) {
      well(bench.run(new LeaveHole()), true, "no transaction came within 1 s", NO_WAY_BACK);

      assertFalse(bench.open().abortPossible());
    }
  }

  @Test
  void aDeadServerLeavesNoWayBack() {
    try (Bench bench = bench()) {
      bench.oldServerAnswers = false;

      well(bench.run(new LeaveHole()), false, "does not answer", NO_WAY_BACK);

      assertFalse(bench.open().abortPossible());
    }
  }

  @Test
  void notOnceRelayIsPaused() {
    try (Bench bench = bench().fenced()) {
      well(bench.run(new LeaveHole()), false);

      assertEquals(0, bench.oldServer.flushes);
    }
  }

  @Test
  void anotherServerAtTheOldAddressIsNotFlushed() {
    try (Bench bench = bench()) {
      bench.oldServer.uuid("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");

      well(bench.run(new LeaveHole()), false, "another server answers there", NO_WAY_BACK);

      assertEquals(0, bench.oldServer.flushes);
    }
  }

  // FlushNewServer

  @Test
  void anotherServerAtTheNewAddressIsNotFlushed() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.newServer.uuid("aaaaaaaa-71ca-11e1-9e33-c80aa9429562").binlogSize(20L << 20);

      badly(bench.run(new FlushNewServer()), ExitCode.REFUSED, "another server answers");

      assertEquals(0, bench.newServer.flushes);
    }
  }

  @Test
  void theNewServersSmallFileIsLeft() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.newServer.binlogSize(16L << 20);

      well(bench.run(new FlushNewServer()), false, "not needed");

      assertEquals(0, bench.newServer.flushes);
    }
  }

  @Test
  void theNewServersLargeFileIsClosed() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.newServer.binlogSize((16L << 20) + 1);

      well(bench.run(new FlushNewServer()), true, "head of a fresh file");

      assertEquals(1, bench.newServer.flushes);
      well(bench.run(new FlushNewServer()), false, "not needed");
      assertEquals(1, bench.newServer.flushes);
    }
  }

  /** W is another then, and the new server's file has grown. */
  @Test
  void afterAFurtherFenceThatIsDecidedAgain() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      well(bench.run(new FlushNewServer()), false, "not needed");
      bench.did(Step.TASKS_STOPPED);
      bench.newServer.binlogSize(1L << 30);
      well(bench.run(new FlushNewServer()), false, "before the tasks were stopped");

      bench.fenced();
      well(bench.run(new FlushNewServer()), true, "head of a fresh file");

      assertEquals(1, bench.newServer.flushes);
    }
  }

  @Test
  void laterTransactionsMeanAHoleAllTheSame() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.newServer.binlogSize(1L << 30);
      bench.newServer.executed =
          () -> FakeServer.set(Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1");

      well(bench.run(new FlushNewServer()), true, "with a hole");
    }
  }

  @Test
  void neverMeansNever() {
    try (Bench bench = new Bench(dir, new Plans().neverFlush().make()).fenced()) {
      bench.newServer.binlogSize(1L << 30);

      well(bench.run(new FlushNewServer()), false, "never");

      assertEquals(0, bench.newServer.flushes);
    }
  }
}
