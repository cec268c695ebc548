package dmswitch.step;

import static dmswitch.journal.Plans.task;
import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.DdlLock;
import dmswitch.dm.Outcome;
import dmswitch.dm.Stage;
import dmswitch.host.RelayDirectory;
import dmswitch.host.Tails;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InstantTime.class)
class StopTasksTest {
  private static final StopTasks STOP = new StopTasks(Duration.ofSeconds(1), Duration.ofSeconds(1));

  @TempDir private Path dir;

  private Bench bench(Plan plan) {
    return new Bench(dir, plan).fenced();
  }

  private static Plan sharded() {
    return new Plans().tasks(task("orders", Handling.STOP_WHOLE)).make();
  }

  @Test
  void stopsATaskOnThisWorkerOnly() {
    try (Bench bench = bench(Plans.ordinary())) {
      well(bench.run(STOP), true, "stopped: orders");

      assertEquals(List.of("stop-task orders only " + Plans.WORKER), bench.dm.told);
      assertTrue(bench.journal.outcome(Step.TASKS_STOPPED).isPresent());
      well(bench.run(STOP), false, "no task had to be stopped");
    }
  }

  private static DdlLock lock(String task) {
    return new DdlLock("lock of " + task, task, Set.of(Plans.OTHER_WORKER));
  }

  /** The pre-flight's look was minutes ago. */
  @Test
  void aShardingDdlThatWaitsByNow() {
    try (Bench bench = bench(sharded())) {
      bench.dm.subtasks.get(Plans.OTHER_WORKER).put("orders", Stage.RUNNING);
      bench.dm.locks = List.of(lock("orders"));

      badly(
          bench.run(STOP),
          ExitCode.REFUSED,
          "lock of orders, waiting for " + Plans.OTHER_WORKER,
          "show-ddl-locks");

      assertEquals(List.of(), bench.dm.told);
      assertFalse(bench.open().tasksTouched());
      bench.dm.locks = List.of(lock("another"));
      well(bench.run(STOP), true, "stopped: orders");
    }
  }

  /** Resumed and paused by hand, or restarted: W is the same, what follows it is not. */
  @Test
  void relaysFileIsNoLongerAsAtTheFence() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.tails.clear();
      bench.tails.add(Tails.HALF);

      badly(bench.run(STOP), ExitCode.REFUSED, "half a transaction", "as at the fence");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void anotherServerAtTheNewAddress() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.newServer.uuid("aaaaaaaa-71ca-11e1-9e33-c80aa9429562");

      badly(
          bench.run(STOP),
          ExitCode.REFUSED,
          "another server answers at the new address",
          "aaaaaaaa-71ca-11e1-9e33-c80aa9429562");

      assertEquals(List.of(), bench.dm.told);
      well(bench.run(new ResumeRelay()), true, "everything is as before");
    }
  }

  @Test
  void pausesInPlaceOfStopping() {
    Plan plan = new Plans().pausesTasks().tasks(task("orders", Handling.PAUSE_ON_WORKER)).make();
    try (Bench bench = bench(plan)) {
      well(bench.run(STOP), true, "paused: orders");

      assertEquals(List.of("pause-task orders only " + Plans.WORKER), bench.dm.told);
    }
  }

  @Test
  void leavesAloneWhatAnOperatorHasPaused() {
    Plan plan =
        new Plans()
            .tasks(task("orders", Handling.STOP_ON_WORKER), task("old", Handling.LEAVE_PAUSED))
            .make();
    try (Bench bench = bench(plan)) {
      bench.dm.subtasks.get(Plans.WORKER).put("old", Stage.PAUSED);

      well(bench.run(STOP), true, "stopped: orders");

      assertEquals(Map.of("old", Stage.PAUSED), bench.dm.subtasks.get(Plans.WORKER));
    }
  }

  @Test
  void stopsAShardedTaskWhole() {
    try (Bench bench = bench(sharded())) {
      bench.dm.subtasks.get(Plans.OTHER_WORKER).put("orders", Stage.RUNNING);

      well(bench.run(STOP), true);

      assertEquals(
          List.of("stop-task orders all of " + Plans.WORKER + ", " + Plans.OTHER_WORKER),
          bench.dm.told);
      assertEquals(Map.of(), bench.dm.subtasks.get(Plans.OTHER_WORKER));
    }
  }

  /** A DDL from the shard that still runs would resolve without this worker. */
  @Test
  void aShardThatGoesOnIsNoSuccess() {
    try (Bench bench = bench(sharded())) {
      bench.dm.subtasks.get(Plans.OTHER_WORKER).put("orders", Stage.RUNNING);
      bench.dm.answer("stop-task", Outcome.Kind.FAILED, "worker2 says no");
      bench.dm.onQuestion =
          () -> {
            if (!bench.dm.told.isEmpty()) {
              bench.dm.subtasks.get(Plans.WORKER).remove("orders");
            }
          };

      badly(
          bench.run(STOP),
          ExitCode.STOPPED_MIDWAY,
          "orders (Running on " + Plans.OTHER_WORKER + ")",
          "worker2 says no",
          "may be stopped now");

      assertTrue(bench.journal.outcome(Step.TASKS_STOPPED).isEmpty());
    }
  }

  /** dm-master gives up after 30 s; the worker may do it all the same. */
  @Test
  void anAnswerThatIsLostIsNoFailure() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.answer("stop-task", Outcome.Kind.NO_ANSWER, "deadline exceeded");
      bench.dm.onQuestion =
          () -> {
            if (!bench.dm.told.isEmpty()) {
              bench.dm.subtasks.get(Plans.WORKER).remove("orders");
              bench.dm.onQuestion = () -> {};
              bench.dm.deaf = 1;
            }
          };

      well(bench.run(STOP), true, "stopped: orders");
    }
  }

  /** stop-task waits behind a query-status that hangs in the worker, query-error behind both. */
  @Test
  void stopMayTakeMinutesWhenTheOldServerIsSilent() {
    StopTasks waiting = new StopTasks(Duration.ZERO, Duration.ofSeconds(60));
    try (Bench bench = bench(new Plans().oldServer(OldServerState.SILENT).make())) {
      bench.directory =
          new RelayDirectory(
              List.of(bench.dm.subDir),
              List.of(
                  new RelayDirectory.SubDir(
                      bench.dm.subDir,
                      List.of(),
                      Optional.of(
                          new RelayDirectory.Meta("mysql-bin.000003", 4711, bench.dm.gtidW)))),
              1L << 40);
      bench.dm.answer("stop-task", Outcome.Kind.NO_ANSWER, "deadline exceeded");
      bench.dm.onQuestion =
          () -> {
            if (bench.dm.told.toString().contains("stop-task")) {
              bench.dm.subtasks.get(Plans.WORKER).remove("orders");
              bench.dm.onQuestion = () -> {};
              bench.dm.deaf = 2;
              throw Problem.cannotTell("no answer", "an answer", "wait");
            }
          };

      well(bench.run(waiting), true, "stopped: orders");

      assertEquals(0, bench.dm.askedUpstream, "query-status would hang");
    }
  }

  @Test
  void aTaskThatStays() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.answer("stop-task", Outcome.Kind.FAILED, "[code=40001] no");

      badly(
          bench.run(STOP),
          ExitCode.STOPPED_MIDWAY,
          "orders (Running on",
          "[code=40001] no",
          "fix the error that DM reports; then run the same playbook again");

      assertTrue(bench.open().tasksTouched());
      well(bench.run(new FenceRelay()), false);
      well(bench.run(new DrainTasks()), false);
      well(bench.run(STOP), true, "stopped: orders");
    }
  }

  // What is looked at before anything is stopped: going back stays open.

  private void refusesUntouched(Bench bench, String... words) {
    badly(bench.run(STOP), ExitCode.REFUSED, words);
    assertFalse(bench.open().tasksTouched(), "nothing was stopped");
    assertEquals(List.of(), bench.dm.told);
  }

  @Test
  void aRelayThatRunsAgain() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.relay = Stage.RUNNING;

      refusesUntouched(bench, "Running again", "find out who resumed it");
      assertEquals("resume-relay is the way back", wayBack(bench));
    }
  }

  private static String wayBack(Bench bench) {
    StepResult back = bench.run(new ResumeRelay());
    return back.exitCode() == ExitCode.DONE && bench.journal.plan().isEmpty()
        ? "resume-relay is the way back"
        : back.answer().toString();
  }

  @Test
  void wThatHasMoved() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.gtidW = Plans.OLD_UUID + ":1-101";

      refusesUntouched(bench, "W has moved", Plans.OLD_UUID + ":1-101");
    }
  }

  @Test
  void anotherSubDir() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.subDir = Plans.OLD_UUID + ".000002";

      refusesUntouched(bench, "000002");
    }
  }

  @Test
  void aFlushThatHasPurged() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.newServer.purged = () -> FakeServer.set(Plans.OLD_UUID + ":1-105");

      refusesUntouched(bench, Plans.OLD_UUID + ":101-105");
    }
  }

  @Test
  void tasksThatAreOthersThanPlanned() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.subtasks.get(Plans.WORKER).remove("orders");
      bench.dm.subtasks.get(Plans.WORKER).put("fresh", Stage.RUNNING);

      refusesUntouched(
          bench, "orders was Running, is gone", "fresh is new", "it plans with the tasks");
    }
  }

  /** Stopped and started again since the plan. */
  @Test
  void aTaskWhoseCheckpointNamesNoSubDir() {
    try (Bench bench = bench(Plans.ordinary())) {
      bench.dm.syncer = "(mysql-bin.000003, 5000)";

      refusesUntouched(
          bench, "orders (mysql-bin.000003, 5000)", "on the old server 10.0.1.31:3306");
      assertEquals("resume-relay is the way back", wayBack(bench));
    }
  }

  /** Brought back, a task can read the name in its file again. */
  @Test
  void aTaskThatRunsAgainIsLookedAtAgain() {
    try (Bench bench = bench(Plans.ordinary()).did(Step.TASKS_STOPPED).fenced()) {
      badly(bench.run(STOP), ExitCode.STOPPED_MIDWAY, "has not been idle");
      well(bench.run(new DrainTasks()), false);
      bench.dm.syncer = "(mysql-bin.000003, 5000)";

      badly(bench.run(STOP), ExitCode.STOPPED_MIDWAY, "orders (mysql-bin.000003, 5000)");

      assertEquals(List.of(), bench.dm.told);
    }
  }

  private static Plan two() {
    return new Plans()
        .tasks(task("orders", Handling.STOP_ON_WORKER), task("users", Handling.STOP_ON_WORKER))
        .make();
  }

  /** One was stopped before the answer got lost; of one that DM has paused nothing flows. */
  @Test
  void tasksThatAreOutOfTheWayAreNoChangeSincePlan() {
    try (Bench bench = bench(two()).did(Step.TASKS_STOPPED).fenced()) {
      bench.dm.subtasks.get(Plans.WORKER).remove("orders");
      bench.dm.subtasks.get(Plans.WORKER).put("users", Stage.PAUSED);
      well(bench.run(new DrainTasks()), false);

      well(bench.run(STOP), true, "stopped: users");
    }
  }

  /** The plan holds from the first task that was stopped: planning again is no way out. */
  @Test
  void aTaskThatIsNewSinceTheFirstWasStopped() {
    try (Bench bench = bench(two()).did(Step.TASKS_STOPPED).fenced()) {
      bench.dm.subtasks.get(Plans.WORKER).remove("orders");
      bench.dm.subtasks.get(Plans.WORKER).put("users", Stage.RUNNING);
      bench.dm.subtasks.get(Plans.WORKER).put("fresh", Stage.RUNNING);
      well(bench.run(new DrainTasks()), false);

      StepResult ended = bench.run(STOP);

      badly(ended, ExitCode.STOPPED_MIDWAY, "since the plan: fresh is new", "stop-task -w");
      assertFalse(ended.answer().toString().contains("it plans"), ended.answer().toString());
      assertEquals(List.of(), bench.dm.told);
    }
  }

  @Test
  void anotherWorkerThatCannotBeAsked() {
    try (Bench bench = bench(sharded())) {
      int[] asked = {0};
      bench.dm.onQuestion =
          () -> {
            if (++asked[0] == 2) {
              bench.dm.deaf = 1;
            }
          };

      badly(bench.run(STOP), ExitCode.CANNOT_TELL, "no connection");

      assertFalse(bench.open().tasksTouched());
    }
  }
}
