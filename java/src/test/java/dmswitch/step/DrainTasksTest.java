package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.DdlLock;
import dmswitch.dm.Stage;
import dmswitch.host.RelayRows;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Table;
import dmswitch.problem.ExitCode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Step 3: which tasks are at rest, and what is refused where a table has no key. */
class DrainTasksTest {
  private static final Table ORDERS = new Table("shop", "orders");
  private static final Table LOG = new Table("shop", "log");
  private static final String FIRST = "dm_worker1";
  private static final String SECOND = "dm_worker2";

  @TempDir Path dir;

  private static RelayRows rowsOf(Table... tables) {
    return new RelayRows(Optional.of(Set.of(tables)));
  }

  private static void rows(Bench bench, String alias, RelayRows... looks) {
    bench.rows.put(alias, new ArrayDeque<>(List.of(looks)));
  }

  private static long looksAt(Bench bench, String alias) {
    return bench.looked.stream().filter(look -> look.startsWith(alias)).count();
  }

  private Bench bench() {
    return replaying(new Bench(dir, Plans.ordinary()).fenced());
  }

  /** Its tasks replay rows all the time. */
  private static Bench replaying(Bench bench) {
    bench.dm.onQuestion = () -> bench.dm.totalEvents++;
    return bench;
  }

  private Bench silent() {
    return new Bench(dir, new Plans().oldServer(OldServerState.SILENT).make()).fenced();
  }

  private Bench sharded() {
    Plan plan = new Plans().tasks(Plans.task("orders", Handling.STOP_WHOLE)).make();
    Bench bench = replaying(new Bench(dir, plan).fenced());
    bench.dm.subtasks.get(Plans.OTHER_WORKER).put("orders", Stage.RUNNING);
    return bench;
  }

  @Test
  void tasksWithoutAnEventForASecondAreIdle() {
    try (Bench bench = bench()) {
      bench.dm.onQuestion = () -> {};
      rows(bench, FIRST, rowsOf(ORDERS));

      well(bench.run(new DrainTasks()), false, "the tasks are idle");
    }
  }

  @Test
  void whereEveryTableHasAKeyTasksThatStillReplayAreNoError() {
    try (Bench bench = bench()) {
      rows(bench, FIRST, rowsOf(ORDERS));

      well(bench.run(new DrainTasks()), false, "still replay");

      assertEquals(List.of(FIRST + " (mysql-bin|000001.000003, 5000)"), bench.looked, "one look");
      bench.dm.subtasks.get(Plans.WORKER).clear();
      well(bench.run(new DrainTasks()), false, "idle");
    }
  }

  /** Counters that stand still prove nothing: a slow statement looks like rest. */
  @Test
  void rowsOfATableWithoutAKeyBehindTheCheckpointAreRefused() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(ORDERS, LOG));

      StepResult ended = bench.run(new DrainTasks());

      badly(
          ended,
          ExitCode.REFUSED,
          "`shop`.`log`",
          "(mysql-bin|000001.000003, 5000) of orders",
          "drain_timeout of at least 120");
      assertFalse(ended.answer().toString().contains("`shop`.`orders`"), ended.toString());
      assertEquals(List.of(FIRST + " (mysql-bin|000001.000003, 5000)"), bench.looked);
    }
  }

  /** The new server has executed its RENAME or DROP; the tasks lag, and the target has it still. */
  @Test
  void rowsOfATableThatTheUpstreamListsNoLongerAreRefused() {
    try (Bench bench = bench()) {
      bench.gone = List.of(LOG);
      rows(bench, FIRST, rowsOf(ORDERS, LOG));

      badly(bench.run(new DrainTasks()), ExitCode.REFUSED, "`shop`.`log`");
      rows(bench, FIRST, rowsOf(ORDERS));
      well(bench.run(new DrainTasks()), false, "still replay");
    }
  }

  @Test
  void rowsOfOtherTablesBehindTheCheckpointAreNoError() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(ORDERS));

      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");
    }
  }

  @Test
  void rowsThatTheEventsDoNotTellAreRefused() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, new RelayRows(Optional.empty()));

      badly(bench.run(new DrainTasks()), ExitCode.REFUSED, "`shop`.`log`");
    }
  }

  /** DM writes its checkpoint a minute after the last event. */
  @Test
  void aCheckpointThatMovesOnIsAwaited() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG), rowsOf());
      int[] questions = {0};
      bench.dm.onQuestion =
          () -> {
            if (++questions[0] == 3) {
              bench.dm.syncer = "(mysql-bin|000001.000003, 5500)";
            }
          };

      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");

      assertEquals(
          List.of(
              FIRST + " (mysql-bin|000001.000003, 5000)",
              FIRST + " (mysql-bin|000001.000003, 5500)"),
          bench.looked,
          "a relay that is Paused is looked at once for each checkpoint");
    }
  }

  @Test
  void aCheckpointThatNamesNoSubDirProvesNothing() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      bench.dm.syncer = "(mysql-bin.000003, 5000)";

      badly(bench.run(new DrainTasks()), ExitCode.REFUSED, "names no relay sub dir");
    }
  }

  /** What a paused task would read again is not ours to change. */
  @Test
  void aTaskThatIsPausedIsNotAwaited() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));
      bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);

      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");
    }
  }

  /** A target out of reach: the checkpoint can prove what the keys cannot. */
  @Test
  void keysThatAreNotKnownWantTheSameProof() {
    try (Bench bench = bench()) {
      bench.doubtful = List.of(ORDERS);
      rows(bench, FIRST, rowsOf(ORDERS));

      badly(
          bench.run(new DrainTasks()),
          ExitCode.CANNOT_TELL,
          "`shop`.`orders`",
          "the target does not answer",
          "bring it up");
      rows(bench, FIRST, rowsOf());
      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");
    }
  }

  /** What is certain goes before what is not known. */
  @Test
  void aTableThatHasNoKeyIsARefusalBesideOneOfWhichThatIsNotKnown() {
    try (Bench bench = bench()) {
      bench.keyless = List.of(LOG);
      bench.doubtful = List.of(ORDERS);
      rows(bench, FIRST, rowsOf(ORDERS, LOG));

      StepResult ended = bench.run(new DrainTasks());

      badly(ended, ExitCode.REFUSED, "`shop`.`log`");
      assertFalse(ended.answer().toString().contains("`shop`.`orders`"), ended.toString());
    }
  }

  // A silent old server

  @Test
  void aSilentOldServerIsNotAskedThroughTheWorker() {
    try (Bench bench = silent()) {
      well(bench.run(new DrainTasks()), false, "not awaited, as every table has a key");

      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  @Test
  void thereTheCheckpointInTheTargetProves() {
    try (Bench bench = silent()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));

      badly(
          bench.run(new DrainTasks()),
          ExitCode.REFUSED,
          "`shop`.`log`",
          "(mysql-bin|000001.000003, 4000) of orders");
      rows(bench, FIRST, rowsOf());
      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");

      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  @Test
  void thereACheckpointThatWasNeverWrittenProvesNothing() {
    try (Bench bench = silent()) {
      bench.keyless = List.of(LOG);
      bench.inTarget = Optional.empty();

      badly(bench.run(new DrainTasks()), ExitCode.REFUSED, "(none was written) of orders");
    }
  }

  // Sharded tasks

  /** Its relay runs on, so there is nothing to wait for. */
  @Test
  void anotherShardWhereEveryTableHasAKeyIsNotAwaited() {
    try (Bench bench = sharded()) {
      rows(bench, SECOND, rowsOf(LOG));

      well(bench.run(new DrainTasks()), false, "still replay");

      assertEquals(1, looksAt(bench, SECOND));
    }
  }

  @Test
  void rowsOfATableThatIsGoneFromAnotherShardAreRefused() {
    try (Bench bench = sharded()) {
      bench.gone = List.of(LOG);
      rows(bench, SECOND, rowsOf(ORDERS, LOG));

      badly(bench.run(new DrainTasks()), ExitCode.REFUSED, Plans.OTHER_WORKER, "`shop`.`log`");
    }
  }

  @Test
  void rowsWithoutAKeyOnAnotherShardAreRefused() {
    try (Bench bench = sharded()) {
      bench.shardKeyless = List.of(LOG);
      rows(bench, SECOND, rowsOf(LOG));

      StepResult ended = bench.run(new DrainTasks());

      badly(
          ended,
          ExitCode.REFUSED,
          Plans.OTHER_WORKER,
          "`shop`.`log`",
          "stop the writes",
          "mysql-replica-02",
          "task_mode: pause");
      assertFalse(ended.answer().toString().contains("drain_timeout"), ended.toString());
    }
  }

  @Test
  void anotherShardAtRestIsNoError() {
    try (Bench bench = sharded()) {
      bench.shardKeyless = List.of(LOG);
      rows(bench, SECOND, rowsOf(LOG), rowsOf(ORDERS));

      well(bench.run(new DrainTasks()), false, "still replay");

      assertEquals(2, looksAt(bench, SECOND), "its relay runs: looked at again each time");
    }
  }

  /** Between step 3 and stop-task its source may have been written to. */
  @Test
  void anotherShardIsLookedAtOnceMoreJustBeforeStopTask() {
    try (Bench bench = sharded()) {
      bench.shardKeyless = List.of(LOG);
      well(bench.run(new DrainTasks()), false, "still replay");
      rows(bench, SECOND, rowsOf(LOG));

      badly(bench.run(new StopTasks()), ExitCode.REFUSED, "`shop`.`log`", "stop the writes");

      assertEquals(List.of(), bench.dm.told);
      rows(bench, SECOND, rowsOf());
      StepResult ended = bench.run(new StopTasks());
      well(ended, true, "stopped: orders");
      String warnings = ended.answer().path("warnings").toString();
      assertTrue(warnings.contains(Plans.OTHER_WORKER), warnings);
      assertTrue(warnings.contains("could be applied twice"), warnings);
    }
  }

  /** Its relay runs on: whatever else is asked before stop-task makes the look older. */
  @Test
  void thatLookIsTheLastOfAll() {
    try (Bench bench = sharded()) {
      bench.shardKeyless = List.of(LOG);
      well(bench.run(new DrainTasks()), false, "still replay");
      rows(bench, SECOND, rowsOf(LOG));
      long before = looksAt(bench, SECOND);
      bench.dm.locks = List.of(new DdlLock("lock of orders", "orders", Set.of(Plans.OTHER_WORKER)));

      badly(bench.run(new StopTasks()), ExitCode.REFUSED, "show-ddl-locks");

      assertEquals(before, looksAt(bench, SECOND));
    }
  }

  /** Only this worker's part of it is paused. */
  @Test
  void underTaskModePauseTheOtherShardsAreLeftAlone() {
    Plan plan =
        new Plans().pausesTasks().tasks(Plans.task("orders", Handling.PAUSE_ON_WORKER)).make();
    try (Bench bench = replaying(new Bench(dir, plan).fenced())) {
      bench.shardKeyless = List.of(LOG);
      rows(bench, SECOND, rowsOf(LOG));

      well(bench.run(new DrainTasks()), false, "still replay");

      assertEquals(0, looksAt(bench, SECOND));
    }
  }

  // After step 5 was begun

  /** Killed after the intent, or dm-master did not answer: the tasks run on. */
  @Test
  void anIntentToStopThemProvesNothing() {
    try (Bench bench = bench()) {
      bench.journal.intent(Step.TASKS_STOPPED, Json.object());
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));

      badly(bench.run(new DrainTasks()), ExitCode.STOPPED_MIDWAY, "`shop`.`log`");
    }
  }

  @Test
  void norDoesItOnAnotherShard() {
    try (Bench bench = sharded()) {
      bench.journal.intent(Step.TASKS_STOPPED, Json.object());
      bench.dm.subtasks.get(Plans.WORKER).clear();
      bench.shardKeyless = List.of(LOG);
      rows(bench, SECOND, rowsOf(), rowsOf(LOG));

      well(bench.run(new DrainTasks()), false, "idle");
      badly(bench.run(new StopTasks()), ExitCode.STOPPED_MIDWAY, "`shop`.`log`", "stop the writes");
      assertEquals(List.of(), bench.dm.told);
      rows(bench, SECOND, rowsOf());
      well(bench.run(new StopTasks()), true, "stopped: orders");
    }
  }

  /** rollback.yml, or the way back behind a VIP, has resumed relay and started them, then died. */
  @Test
  void tasksThatWereBroughtBackAreDrainedAgain() {
    try (Bench bench = bench().did(Step.TASKS_DRAINED).did(Step.TASKS_STOPPED).fenced()) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));

      badly(bench.run(new DrainTasks()), ExitCode.STOPPED_MIDWAY, "`shop`.`log`");
      rows(bench, FIRST, rowsOf());
      well(bench.run(new DrainTasks()), false, "is before the tasks' checkpoints");
      well(bench.run(new StopTasks()), true, "stopped: orders");
    }
  }

  @Test
  void aSilentOldServerIsNotAskedThenEither() {
    try (Bench bench = silent().did(Step.TASKS_STOPPED)) {
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));

      badly(bench.run(new DrainTasks()), ExitCode.STOPPED_MIDWAY, "`shop`.`log`");
      assertEquals(0, bench.dm.askedUpstream);
    }
  }

  /** Only what is still to be stopped is awaited: the rows of the others wait in relay. */
  @Test
  void tasksThatAreOutOfTheWayAreNotAwaited() {
    try (Bench bench = bench().did(Step.TASKS_STOPPED)) {
      bench.dm.subtasks.get(Plans.WORKER).clear();
      bench.keyless = List.of(LOG);
      rows(bench, FIRST, rowsOf(LOG));

      well(bench.run(new DrainTasks()), false, "were drained before");

      assertEquals(List.of(), bench.looked);
    }
  }

  /** The worker may be down, or on the new server. */
  @Test
  void onceTheSwitchIsBegunTheWorkerIsNotAsked() {
    Plan plan = new Plans().vip().make();
    try (Bench bench =
        new Bench(dir, plan).fenced().did(Step.TASKS_STOPPED).did(Step.RELAY_SWITCHED)) {
      bench.dm.deaf = Integer.MAX_VALUE;

      well(bench.run(new DrainTasks()), false, "before the switch began");
    }
  }
}
