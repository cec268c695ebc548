package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.Stage;
import dmswitch.journal.FailingDisk;
import dmswitch.journal.Journal;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A switch is closed, and the process killed before each change of a file, one after the other. */
class ClosingCrashTest {
  @TempDir private Path dir;

  /** The run that was killed; what it does to the journal goes through this disk. */
  private static boolean killed(Bench bench, Path folder, int n, StepOf step) throws IOException {
    bench.journal.release();
    bench.journal.close();
    FailingDisk disk = new FailingDisk();
    try (Journal journal = Journal.take(disk.path(folder))) {
      disk.failFrom(n, "killed");
      step.run(bench.open(journal));
    } catch (RuntimeException killed) {
      assertTrue(disk.hasFailed(), killed::toString);
    }
    Files.deleteIfExists(folder.resolve("owner.json"));
    return disk.hasFailed();
  }

  private interface StepOf {
    void run(OpenSwitch open);
  }

  /** The worker is on the new server: no rollback may say that the switch is taken back. */
  @Test
  void finished() throws IOException {
    boolean killed = true;
    for (int n = 0; killed; n++) {
      Path place = Files.createDirectory(dir.resolve("finished" + n));
      Path folder = place.resolve(".dm-switch/dm_worker1");
      try (Bench bench = new Bench(place, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
        bench.did(Step.WORKER_UPGRADED).did(Step.RELAY_OBSERVED).did(Step.TASKS_RUNNING);
        ObjectNode verified = Json.object().put("relay_sub_dir", Plans.NEW_UUID + ".000002");
        bench.journal.done(Step.SWITCHOVER_VERIFIED, verified);
        bench.oldServer.uuid(Plans.OLD_UUID);
        killed = killed(bench, folder, n, open -> StepRunner.run(open, new FinishSwitchover()));
        String when = "killed before change " + n;

        try (Journal next = Journal.take(folder)) {
          if (next.plan().isPresent()) {
            StepResult back = StepResult.guarded(() -> RollbackStep.run(bench.open(next)));
            assertEquals(ExitCode.REFUSED, back.exitCode(), when + ": " + back.answer());
            StepResult again = StepRunner.run(bench.open(next), new FinishSwitchover());
            assertEquals(ExitCode.DONE, again.exitCode(), when + ": " + again.answer());
          }
          assertEquals(java.util.List.of(), bench.dm.told, when);
        }
      }
      assertTrue(Journal.peek(folder).isEmpty());
    }
  }

  /**
   * Whatever was brought back before, the next rollback brings back the rest, or has nothing to.
   */
  @Test
  void rolledBack() throws IOException {
    boolean killed = true;
    for (int n = 0; killed; n++) {
      Path place = Files.createDirectory(dir.resolve("back" + n));
      Path folder = place.resolve(".dm-switch/dm_worker1");
      try (Bench bench = new Bench(place, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
        bench.dm.subtasks.get(Plans.WORKER).remove("orders");
        bench.oldServer.uuid(Plans.OLD_UUID);
        killed = killed(bench, folder, n, open -> StepResult.guarded(() -> RollbackStep.run(open)));
        String when = "killed before change " + n;

        try (Journal next = Journal.take(folder)) {
          if (next.plan().isPresent()) {
            assertTrue(next.intended(Step.TASKS_STOPPED), when);
            StepResult back = StepResult.guarded(() -> RollbackStep.run(bench.open(next)));
            assertEquals(ExitCode.DONE, back.exitCode(), when + ": " + back.answer());
            assertFalse(next.plan().isPresent(), when);
          }
        }
        assertEquals(Stage.RUNNING, bench.dm.relay, when);
        assertEquals(Stage.RUNNING, bench.dm.subtasks.get(Plans.WORKER).get("orders"), when);
      }
    }
  }
}
