package dmswitch.check;

import static dmswitch.check.FactsBuilder.checkpoint;
import static dmswitch.check.FactsBuilder.subtask;
import static dmswitch.check.FactsBuilder.summary;
import static dmswitch.check.Judged.by;
import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.DdlLock;
import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plans;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskChecksTest {
  private static Problem noMaster() {
    return Problem.cannotTell("dm-master is down", "an answer", "start it");
  }

  private static final Subtask PAUSED = subtask("old", Stage.PAUSED, Unit.SYNC);

  // tasks

  @Test
  void tasksThatRunOrThatAnOperatorHasPaused() {
    passes(TaskChecks.HEALTHY, f -> {});
    Finding finding =
        by(
            TaskChecks.HEALTHY,
            f -> f.subtasks = List.of(subtask("orders", Stage.RUNNING, Unit.SYNC), PAUSED));
    assertEquals("orders, old (Paused, left so)", finding.found());
    passes(
        TaskChecks.HEALTHY, f -> f.subtasks = List.of(subtask("old", Stage.PAUSED, Unit.INVALID)));
    warns(TaskChecks.HEALTHY, f -> f.subtasks = List.of(), "no task runs on this worker");
    cannotTell(TaskChecks.HEALTHY, f -> f.without("subtasks", noMaster()), "dm-master is down");
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING, DUMP, '', orders is Running in Dump",
    "RUNNING, LOAD, '', orders is Running in Load",
    "RUNNING, SYNC, duplicate entry, duplicate entry",
    "PAUSED, SYNC, duplicate entry, orders is Paused in Sync: duplicate entry",
    "FINISHED, LOAD, '', orders is Finished",
    "STOPPED, SYNC, '', orders is Stopped",
    "NEW, CHECK, '', orders is New",
  })
  void tasksThatDoNot(Stage stage, Unit unit, String error, String told) {
    refuses(
        TaskChecks.HEALTHY,
        f ->
            f.subtasks =
                List.of(
                    subtask(
                        "orders",
                        stage,
                        unit,
                        error.isEmpty() ? new String[0] : new String[] {error})),
        told);
  }

  // sharded_tasks

  @Test
  void aShardedTaskRunsOnAllOfItsWorkers() {
    passes(TaskChecks.SHARDED, f -> {});
    passes(TaskChecks.SHARDED, f -> sharded(f, "Running", 2));
    refuses(TaskChecks.SHARDED, f -> sharded(f, "Paused", 2), "orders is Paused");
    refuses(
        TaskChecks.SHARDED,
        f -> sharded(f, "Error - some subtask is paused", 2),
        "some subtask is paused",
        "task_mode: pause");
    refuses(
        TaskChecks.SHARDED,
        f -> sharded(f, "Running", 3),
        "runs on 2 of the workers, its file has 3 sources");
    cannotTell(TaskChecks.SHARDED, f -> f.without("summaries", noMaster()), "dm-master is down");
  }

  private static void sharded(FactsBuilder f, String status, int sources) {
    f.summaries = List.of(summary("orders", status, Plans.WORKER, Plans.OTHER_WORKER));
    f.sources = Map.of("orders", sources);
  }

  /** A shard that is missing on the summary, which leaves out a worker that does not answer. */
  @Test
  void aTaskThatSeemsToRunOnOneWorkerOnly() {
    refuses(
        TaskChecks.SHARDED,
        f -> {
          f.summaries = List.of(summary("orders", "Running", Plans.WORKER));
          f.sources = Map.of("orders", 2);
        },
        "runs on 1 of the workers, its file has 2 sources");
  }

  @Test
  void shardedTasksThatAreNotStopped() {
    passes(
        TaskChecks.SHARDED,
        f -> {
          sharded(f, "Paused", 3);
          f.stops = false;
        });
    passes(
        TaskChecks.SHARDED,
        f -> {
          f.subtasks = List.of(PAUSED);
          f.summaries = List.of(summary("old", "Paused", Plans.WORKER, Plans.OTHER_WORKER));
        });
  }

  // ddl_locks

  private static DdlLock lock(String task) {
    return new DdlLock(task + "-`shop`.`t`", task, Set.of(Plans.OTHER_WORKER));
  }

  @Test
  void ddlLocks() {
    passes(TaskChecks.DDL_LOCKS, f -> {});
    passes(TaskChecks.DDL_LOCKS, f -> f.locks = List.of(lock("somebody-elses")));
    refuses(
        TaskChecks.DDL_LOCKS,
        f -> f.locks = List.of(lock("orders")),
        "orders-`shop`.`t`",
        Plans.OTHER_WORKER,
        "show-ddl-locks");
    refuses(
        TaskChecks.DDL_LOCKS,
        f -> f.subtasks = List.of(new Subtask("orders", Stage.RUNNING, Unit.SYNC, List.of(), true)),
        "task orders waits for a DDL");
    cannotTell(TaskChecks.DDL_LOCKS, f -> f.without("ddlLocks", noMaster()), "dm-master is down");
  }

  // task_files

  @Test
  void taskFiles() {
    assertEquals("/dm/conf/orders.yaml", by(TaskChecks.FILES, f -> {}).found());
    assertEquals("no task file is needed", by(TaskChecks.FILES, f -> f.files = Map.of()).found());
    refuses(
        TaskChecks.FILES,
        f -> f.without("taskFiles", Problem.refused("no file for orders", "one", "give it")),
        "no file for orders");
  }

  // task_checkpoints

  @Test
  void checkpointsThatNameTheirSubDir() {
    assertEquals(
        "orders (mysql-bin|000001.000003, 4000)", by(TaskChecks.CHECKPOINTS, f -> {}).found());
    passes(TaskChecks.CHECKPOINTS, f -> f.checkpoints = List.of());
    // An earlier sub dir than relay's newest: read from there on, through all of them.
    passes(TaskChecks.CHECKPOINTS, f -> f.subDir = Plans.OLD_UUID + ".000002");
    cannotTell(
        TaskChecks.CHECKPOINTS, f -> f.without("checkpoints", noMaster()), "dm-master is down");
  }

  private static FactsBuilder loose(FactsBuilder facts, boolean paused, String position) {
    facts.checkpoints =
        List.of(
            checkpoint("orders", false, "(mysql-bin|000001.000003, 4000)"),
            checkpoint("idle", paused, position));
    return facts;
  }

  @Test
  void aCheckpointThatNamesNone() {
    Finding finding = by(TaskChecks.CHECKPOINTS, f -> loose(f, false, "(mysql-bin.000001, 2911)"));
    assertEquals(Finding.Outcome.REFUSED, finding.outcome());
    assertTrue(finding.found().contains("idle (mysql-bin.000001, 2911)"), finding.found());
    assertFalse(finding.found().contains("orders"), finding.found());
    assertEquals(
        "change a row of a table that idle replicates, on the old server 10.0.1.31:3306, wait (a"
            + " minute or two) until syncerBinlog of idle in query-status -w 10.0.1.21:8262 begins"
            + " with the file's base name and |000001; then run again",
        finding.next());
    refuses(TaskChecks.CHECKPOINTS, f -> loose(f, false, "(, 4)"), "idle (, 4)");
    refuses(TaskChecks.CHECKPOINTS, f -> loose(f, false, ""), "idle (none was written)");
  }

  /** Paused and not stopped: it must run for the checkpoint to be written. */
  @Test
  void aPausedTasksCheckpointThatNamesNone() {
    Finding finding = by(TaskChecks.CHECKPOINTS, f -> loose(f, true, "(mysql-bin.000001, 2911)"));
    assertEquals(
        "resume-task -w 10.0.1.21:8262 idle, change a row of a table that idle replicates, on the"
            + " old server 10.0.1.31:3306, wait (a minute or two) until syncerBinlog of idle in"
            + " query-status -w 10.0.1.21:8262 begins with the file's base name and |000001,"
            + " pause-task -w 10.0.1.21:8262 idle; then run again",
        finding.next());
    // Resuming it is itself such a start.
    refuses(
        TaskChecks.CHECKPOINTS,
        f -> loose(f, true, "(mysql-bin.000001, 2911)").subDir = Plans.OLD_UUID + ".000002",
        "only if " + Plans.OLD_UUID + ".000002 was relay's newest sub dir");
  }

  @Test
  void aCheckpointThatNamesNoneAndADeadOldServer() {
    refuses(
        TaskChecks.CHECKPOINTS,
        f -> loose(f, false, "(mysql-bin.000001, 2911)").oldPort = PortProbe.State.REFUSED,
        "no command is safe while the old server is down",
        "stop-task -w 10.0.1.21:8262 idle",
        "binlog-name: \"mysql-bin|000001.000001\", binlog-pos: 2911",
        "start-task -w 10.0.1.21:8262 with that file after the switch");
  }

  /** Where the sub dir that is meant cannot be known, or the task continues elsewhere. */
  @Test
  void aCheckpointThatNoCommandFixes() {
    for (FactsBuilder facts :
        List.of(
            loose(new FactsBuilder(), false, "(, 4)"),
            loose(new FactsBuilder(), false, ""),
            laterSubDir(loose(new FactsBuilder(), false, "(mysql-bin.000001, 2911)")),
            spread(new FactsBuilder()))) {
      facts.oldPort = PortProbe.State.SILENT;
      String next = TaskChecks.CHECKPOINTS.judge(facts.facts()).next();
      assertTrue(next.contains("no safe command is known"), next);
      assertTrue(next.contains("table idle_syncer_checkpoint"), next);
      assertFalse(next.contains("stop-task"), next);
    }
  }

  private static FactsBuilder laterSubDir(FactsBuilder facts) {
    facts.subDir = Plans.OLD_UUID + ".000002";
    return facts;
  }

  private static FactsBuilder spread(FactsBuilder facts) {
    facts.checkpoints =
        List.of(
            new TaskCheckpoint(
                "idle", false, true, BinlogPosition.parse("(mysql-bin.000001, 2911)")));
    return facts;
  }

  // task_precheck

  @Test
  void precheck() {
    passes(TaskChecks.PRECHECK, f -> {});
    refuses(
        TaskChecks.PRECHECK,
        f -> f.taskChecks = List.of("check-task of orders: no privilege"),
        "no privilege",
        "task_mode: pause");
    passes(
        TaskChecks.PRECHECK,
        f -> {
          f.stops = false;
          f.taskChecks = List.of("check-task of orders: no privilege");
        });
    cannotTell(TaskChecks.PRECHECK, f -> f.without("taskChecks", noMaster()), "dm-master is down");
  }

  /** check-task would ask the dead one; the other sources are asked by us. */
  @Test
  void precheckWithoutTheOldServer() {
    passes(
        TaskChecks.PRECHECK,
        f -> {
          f.oldPort = PortProbe.State.SILENT;
          f.without("taskChecks", noMaster());
        });
    refuses(
        TaskChecks.PRECHECK,
        f -> {
          f.oldPort = PortProbe.State.REFUSED;
          f.otherSources = List.of("source mysql-replica-02: its server accepts no login");
        },
        "mysql-replica-02");
  }
}
