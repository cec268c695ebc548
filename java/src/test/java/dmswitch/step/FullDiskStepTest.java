package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.journal.FailingDisk;
import dmswitch.journal.Journal;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk under the journal becomes full in the middle of a switch. */
class FullDiskStepTest {
  private static final String FULL = "No space left on device";

  @TempDir private Path dir;

  /** Runs a step on a journal whose disk is full from now on. */
  private StepResult run(Bench bench, StepAction action) {
    bench.journal.release();
    bench.journal.close();
    FailingDisk disk = new FailingDisk();
    try (Journal journal = Journal.take(disk.path(dir.resolve(".dm-switch/dm_worker1")))) {
      disk.failFrom(0, FULL);
      return StepRunner.run(bench.open(journal), action);
    }
  }

  /** Fails for its own reason. */
  private static final class Failing implements StepAction {
    @Override
    public Step step() {
      return Step.WORKER_UPGRADED;
    }

    @Override
    public Answer run(OpenSwitch open) {
      throw Problem.cannotTell("the roll failed", "a roll that succeeds", "fix what it says");
    }
  }

  @Test
  void theStepsOwnProblemIsToldAndHowFarItCame() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
      StepResult ended = run(bench, new Failing());

      badly(ended, ExitCode.STOPPED_MIDWAY, FULL, "ends with: tasks_stopped is done");
      String found = ended.answer().path("problem").path("found").asText();
      assertEquals("the roll failed", found.substring(0, found.indexOf(';')));
      assertEquals(
          dir.resolve(".dm-switch/dm_worker1").toString(), ended.answer().path("journal").asText());
    }
  }

  /** Rule 2: what cannot be written down is not done. */
  @Test
  void noStepIsBegun() {
    try (Bench bench = new Bench(dir, Plans.ordinary())) {
      StepResult ended = run(bench, new FenceRelay());

      badly(ended, ExitCode.CANNOT_TELL, FULL, "free space there");
      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void noWayBackIsBegun() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      bench.oldServer.uuid(Plans.OLD_UUID);
      bench.journal.release();
      bench.journal.close();
      FailingDisk disk = new FailingDisk();
      try (Journal journal = Journal.take(disk.path(dir.resolve(".dm-switch/dm_worker1")))) {
        disk.failFrom(0, FULL);

        badly(
            StepResult.guarded(() -> RollbackStep.run(bench.open(journal))),
            ExitCode.STOPPED_MIDWAY,
            FULL,
            "run rollback.yml again");
      }
      assertEquals(List.of(), bench.dm.told);
    }
  }
}
