package dmswitch.step;

import static dmswitch.journal.Plans.task;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dm.Stage;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InstantTime.class)
class VerifySwitchoverTest {
  @TempDir private Path dir;

  /** Relay runs on the new server and has pulled a transaction there. */
  private Bench bench(Plans plan) {
    Bench bench =
        new Bench(dir, plan.make())
            .fenced()
            .did(Step.TASKS_STOPPED)
            .did(Step.WORKER_UPGRADED)
            .did(Step.RELAY_OBSERVED)
            .did(Step.TASKS_RUNNING);
    bench.dm.relay = Stage.RUNNING;
    bench.dm.subDir = Plans.NEW_UUID + ".000002";
    bench.dm.gtidW = Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1";
    bench.dm.syncer = "(mysql-bin|000002.000009, 400)";
    return bench;
  }

  @Test
  void theCheckpointInTheNewSubDirProvesIt() {
    try (Bench bench = bench(new Plans())) {
      well(bench.run(new VerifySwitchover()), false, "proven: every task");

      JsonNode data = bench.journal.outcome(Step.SWITCHOVER_VERIFIED).orElseThrow();
      assertEquals(true, data.path("tasks_proven").path("orders").asBoolean());
      assertEquals(true, data.path("transaction_followed").asBoolean());
    }
  }

  @Test
  void aCheckpointThatDoesNotComeInTime() {
    try (Bench bench = bench(new Plans())) {
      bench.dm.syncer = "(mysql-bin|000001.000003, 5000)";

      well(bench.run(new VerifySwitchover()), false, "not yet proven: after 1 s", "orders");
    }
  }

  @Test
  void anIdleServer() {
    try (Bench bench = bench(new Plans())) {
      bench.dm.gtidW = Plans.OLD_UUID + ":1-100";
      bench.dm.syncer = "(mysql-bin|000001.000003, 5000)";

      well(bench.run(new VerifySwitchover()), false, "not yet proven, the new server is idle");
    }
  }

  @Test
  void anAnswerThatDoesNotComeOnceIsNoVerdict() {
    try (Bench bench = bench(new Plans())) {
      int[] asked = {0};
      bench.dm.onQuestion =
          () -> {
            if (++asked[0] == 1) {
              bench.dm.deaf = 1;
            }
          };

      well(bench.run(new VerifySwitchover()), false, "proven: every task");
    }
  }

  @Test
  void withoutTasksNothingIsClaimedOfThem() {
    try (Bench bench = bench(new Plans().tasks())) {
      bench.dm.subtasks.get(Plans.WORKER).clear();

      StepResult ended = bench.run(new VerifySwitchover());

      well(ended, false, "no task to start or resume");
    }
  }

  @Test
  void whatAnOperatorHadPausedIsLookedAt() {
    try (Bench bench =
        bench(
            new Plans()
                .tasks(
                    task("orders", Handling.STOP_ON_WORKER), task("old", Handling.LEAVE_PAUSED)))) {
      bench.dm.subtasks.get(Plans.WORKER).put("old", Stage.PAUSED);

      well(bench.run(new VerifySwitchover()), false);

      assertEquals(
          "{\"old\":\"Paused\"}",
          bench
              .journal
              .outcome(Step.SWITCHOVER_VERIFIED)
              .orElseThrow()
              .path("tasks_left_paused")
              .toString());
    }
  }

  @Test
  void aWorkerThatIsStillOnTheOldServer() {
    try (Bench bench = bench(new Plans())) {
      bench.dm.subDir = Plans.OLD_UUID + ".000001";

      badly(bench.run(new VerifySwitchover()), ExitCode.STOPPED_MIDWAY, Plans.OLD_UUID + ".000001");
    }
  }

  @Test
  void wThatLacksWhatTheFenceHad() {
    try (Bench bench = bench(new Plans())) {
      bench.dm.gtidW = Plans.NEW_UUID + ":1";

      badly(bench.run(new VerifySwitchover()), ExitCode.STOPPED_MIDWAY, Plans.NEW_UUID + ":1");
    }
  }

  /** The tasks run: a warning that they may be stopped would be false. */
  @Test
  void aFailureAfterTheTasksRanDoesNotSayThatTheyAreStopped() {
    try (Bench bench = bench(new Plans())) {
      bench.dm.relay = Stage.PAUSED;

      StepResult ended = bench.run(new VerifySwitchover());

      badly(ended, ExitCode.STOPPED_MIDWAY, "Paused");
      assertEquals(true, ended.answer().path("warnings").isMissingNode());
    }
  }
}
