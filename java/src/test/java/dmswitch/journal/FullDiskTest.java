package dmswitch.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk under the journal is full: no other problem is hidden by that. */
class FullDiskTest {
  private static final String FULL = "No space left on device";
  private final Problem problem =
      Problem.refused("E lacks W", "E contains W", "wait for the new server");

  @TempDir private Path dir;
  private final FailingDisk disk = new FailingDisk();

  @Test
  void aStepsProblemIsToldWithHowFarItCame() {
    try (Journal journal = Journal.take(disk.path(dir.resolve("j")))) {
      journal.begin(Plans.ordinary(), false);
      journal.intent(Step.RELAY_FENCED, Json.object());
      assertSame(problem, journal.failed(Step.RELAY_FENCED, problem));
      journal.intent(Step.RELAY_FENCED, Json.object());
      disk.failFrom(0, FULL);

      Problem told = journal.failed(Step.RELAY_FENCED, problem);

      assertEquals(ExitCode.REFUSED, told.exitCode());
      assertTrue(told.found().startsWith(problem.found()), told.found());
      assertTrue(told.found().contains(FULL), told.found());
      assertTrue(
          told.found().endsWith("relay_fenced was begun, but its outcome is unknown"),
          told.found());
      assertEquals(problem.next(), told.next());
      // Nor is it hidden by what closes the journal.
      journal.release();
    }
    assertTrue(disk.hasFailed());
  }

  @Test
  void closingDoesNotHideAnAnswer() {
    Journal journal = Journal.take(disk.path(dir.resolve("j")));
    disk.failFrom(0, FULL);

    journal.close();

    assertTrue(disk.hasFailed(), "it wanted to write when it was last active");
    disk.works();
    Journal.of(disk.path(dir.resolve("j")), journal.run()).close();
  }

  @Test
  void noStepBeginsThatCannotBeWrittenDown() {
    try (Journal journal = Journal.take(disk.path(dir.resolve("j")))) {
      journal.begin(Plans.ordinary(), false);
      disk.failFrom(0, FULL);

      Problem full =
          assertThrows(Problem.class, () -> journal.intent(Step.RELAY_FENCED, Json.object()));

      assertEquals(ExitCode.CANNOT_TELL, full.exitCode());
      assertTrue(full.found().contains(FULL), full.found());
      assertTrue(full.next().contains("free space there"), full.next());
      assertFalse(full.next().contains("another journal_dir"), "the switch is in this one");
      assertFalse(journal.intended(Step.RELAY_FENCED));
    }
  }

  @Test
  void aRepairsProblemIsTold() {
    try (Journal journal = Journal.take(disk.path(dir.resolve("j")))) {
      RepairRecord record = RepairRecord.begin(journal, Json.object());
      record.done("tasks_paused");
      disk.failFrom(0, FULL);

      for (Problem told :
          new Problem[] {record.failed("worker_stopped", problem), record.giveUp(problem)}) {
        assertEquals(ExitCode.REFUSED, told.exitCode());
        assertTrue(told.found().startsWith(problem.found()), told.found());
        assertTrue(told.found().contains(FULL), told.found());
        assertTrue(told.found().endsWith("done by it: tasks_paused"), told.found());
      }
    }
  }
}
