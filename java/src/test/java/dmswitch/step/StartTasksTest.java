package dmswitch.step;

import static dmswitch.journal.Plans.task;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InstantTime.class)
class StartTasksTest {
  private static final String START = "start-task orders only " + Plans.WORKER;

  @TempDir private Path dir;

  /** All tasks of the plan are stopped, and relay was seen on the new server. */
  private Bench bench(Plan plan) {
    Bench bench =
        new Bench(dir, plan)
            .fenced()
            .did(Step.TASKS_STOPPED)
            .did(Step.WORKER_UPGRADED)
            .did(Step.RELAY_OBSERVED);
    bench.dm.subtasks.get(Plans.WORKER).clear();
    return bench;
  }

  @Test
  void startsWhatRanBefore() {
    try (Bench bench = bench(Plans.ordinary())) {
      well(bench.run(new StartTasks()), true, "Running: orders");

      assertEquals(List.of(START), bench.dm.told);
      well(bench.run(new StartTasks()), false, "every task that ran before runs");
      assertEquals(List.of(START), bench.dm.told, "looked at first");
    }
  }

  @Test
  void resumesWhatWasPaused() {
    Plan plan = new Plans().pausesTasks().tasks(task("orders", Handling.PAUSE_ON_WORKER)).make();
    try (Bench bench = bench(plan)) {
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);

      well(bench.run(new StartTasks()), true);

      assertEquals(List.of("resume-task orders only " + Plans.WORKER), bench.dm.told);
    }
  }

  @Test
  void leavesPausedWhatAnOperatorHasPaused() {
    try (Bench bench = bench(new Plans().tasks(task("old", Handling.LEAVE_PAUSED)).make())) {
      bench.dm.subtasks.get(Plans.WORKER).put("old", Stage.PAUSED);

      well(bench.run(new StartTasks()), false);

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void repeatsWhileDmMasterReconnects() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.answer("start-task", Outcome.Kind.NOT_YET, "TransientFailure");
      bench.dm.deaf = 1;

      well(bench.run(new StartTasks()), true);

      assertEquals(List.of(START, START), bench.dm.told);
    }
  }

  @Test
  void aPreCheckThatFailsLeavesTheTaskStoppedAndSaysSo() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.answer("start-task", Outcome.Kind.FAILED, "[code=26005] fail to check");

      badly(
          bench.run(new StartTasks()),
          ExitCode.STOPPED_MIDWAY,
          "[code=26005] fail to check",
          "relay purge does not spare",
          "run the same playbook again");

      assertEquals(List.of(START), bench.dm.told, "not repeated in vain");
      well(bench.run(new StartTasks()), true, "Running: orders");
    }
  }

  /** A start that reached one shard only: looking at this worker alone would never fix it. */
  @Test
  void aShardThatIsMissingIsStarted() {
    try (Bench bench = bench(new Plans().tasks(task("orders", Handling.STOP_WHOLE)).make())) {
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.RUNNING);

      well(bench.run(new StartTasks()), true);

      assertEquals(Stage.RUNNING, bench.dm.subtasks.get(Plans.OTHER_WORKER).get("orders"));
    }
  }

  @Test
  void aTaskThatExistsButIsPausedIsNotTakenForRunning() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
      bench.dm.answer("start-task", Outcome.Kind.ALREADY_SO, "already exists");

      badly(
          bench.run(new StartTasks()),
          ExitCode.STOPPED_MIDWAY,
          "orders on " + Plans.WORKER + " is Paused",
          "resume-task");

      assertTrue(bench.journal.outcome(Step.TASKS_RUNNING).isEmpty());
      bench.dm.resumeTask("orders", Scope.only(Plans.WORKER));
      well(bench.run(new StartTasks()), false, "every task that ran before runs");
    }
  }

  @Test
  void notBeforeRelayWasSeenOnTheNewServer() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
      badly(bench.run(new StartTasks()), ExitCode.STOPPED_MIDWAY, "relay_observed is not done");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.journal.intended(Step.TASKS_RUNNING));
    }
  }
}
