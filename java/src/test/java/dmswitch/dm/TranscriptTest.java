package dmswitch.dm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dmswitch.dm.Outcome.Kind;
import dmswitch.dm.WorkerErrors.SubtaskErrors;
import dmswitch.gtid.GtidSet;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Every recording of dmctl 1.0.7, read; a recording without an expectation fails. */
class TranscriptTest {
  private static final String W1 = "127.0.0.1:8262";
  private static final String W2 = "127.0.0.1:8263";
  private static final String A = "3415593d-e69b-11f1-8919-02fc00000001";
  private static final String B = "35b79f67-e69b-11f1-a5a1-02fc00000001";
  private static final String C = "9c8d4785-e69d-11f1-8f28-02fc00000001";
  private static final String REFUSED = "dial tcp 127.0.0.1:8262: connect: connection refused\"";
  private static final Duration LIMIT = Duration.ofSeconds(9);

  private final Map<String, Consumer<Recording>> expectations = new HashMap<>();

  TranscriptTest() {
    questions();
    running();
    relay();
    tasks();
    startTask();
    misuse();
  }

  @TestFactory
  Stream<DynamicTest> everyRecording() {
    return Recording.all().stream()
        .map(
            recording ->
                dynamicTest(
                    recording.name(),
                    () -> {
                      Consumer<Recording> expectation = expectations.get(recording.name());
                      assertTrue(expectation != null, "no expectation");
                      expectation.accept(recording);
                    }));
  }

  @Test
  void everyExpectationHasItsRecording() {
    assertEquals(
        Recording.all().stream().map(Recording::name).collect(Collectors.toSet()),
        new HashSet<>(expectations.keySet()));
  }

  private void questions() {
    status("query-status.worker.down", s -> {}, "38008", REFUSED);
    status("query-status.worker.just-restarted", s -> {}, "38008", REFUSED);
    expect(
        "query-status.unknown-worker",
        recording -> {
          Problem problem =
              assertThrows(Problem.class, () -> dm(recording).queryStatus("127.0.0.1:9999"));
          assertEquals(ExitCode.REFUSED, problem.exitCode());
          assertTrue(problem.found().contains("127.0.0.1:9999"), problem.found());
        });
    expect(
        "query-status.unknown-task",
        recording -> {
          Problem problem = cannotTell(() -> lax(recording).queryStatus(W1));
          assertTrue(problem.found().contains("task nosuch has no workers"), problem.found());
        });
    expect(
        "query-status.dm-master-down",
        recording -> {
          Problem problem = cannotTell(() -> dm(recording).tasks());
          assertTrue(
              problem.found().contains("no dm-master answers at 10.0.0.9:8261"), problem.found());
          assertTrue(problem.found().contains("connection refused"), problem.found());
        });

    summary("query-status.summary.no-task");
    summary("query-status.summary.worker-down");
    summary("query-status.summary.running", task("app", "Running", W1));
    summary("query-status.summary.paused", task("app", "Paused", W1));
    summary(
        "query-status.summary.two-tasks",
        task("shard", "Running", W1, W2),
        task("solo", "Running", W1));
    summary(
        "query-status.summary.ddl-lock",
        task("shard", "Running", W1, W2),
        task("solo", "Running", W1));
    summary(
        "query-status.summary.shard-stopped-on-one-worker",
        task("shard", "Running", W2),
        task("solo", "Running", W1));

    WorkerErrors first =
        new WorkerErrors(
            W1, List.of(), List.of(new SubtaskErrors("app", Stage.RUNNING, Unit.SYNC, List.of())));
    expect("query-error.worker", r -> assertEquals(first, dm(r).queryError(W1)));
    expect(
        "query-error.all",
        r -> {
          assertEquals(first, lax(r).queryError(W1));
          assertEquals(new WorkerErrors(W2, List.of(), List.of()), lax(r).queryError(W2));
        });

    expect("show-ddl-locks.none", r -> assertEquals(List.of(), dm(r).showDdlLocks()));
    expect(
        "show-ddl-locks.one",
        r ->
            assertEquals(
                List.of(new DdlLock("shard-`sh`.`s`", "shard", Set.of(W2))), dm(r).showDdlLocks()));
    expect(
        "show-ddl-locks.resolving",
        r ->
            assertEquals(
                List.of(new DdlLock("shard-`sh`.`s`", "shard", Set.of())), dm(r).showDdlLocks()));
  }

  private void running() {
    Consumer<WorkerStatus> running =
        status -> {
          assertEquals(W1, status.worker());
          assertEquals("mysql-replica-01", status.sourceId());
          RelayStatus relay = status.relay();
          assertEquals(file("mysql-bin.000001", 2178), relay.masterBinlog());
          assertEquals(A + ":1-9", relay.masterBinlogGtid());
          assertEquals(Optional.of(new RelaySubDir(A, 1)), relay.subDir());
          assertEquals(file("mysql-bin.000001", 2178), relay.relayBinlog());
          assertEquals(GtidSet.parse(A + ":1-9"), relay.gtidW());
          assertTrue(relay.relayCatchUpMaster());
          assertEquals(Stage.RUNNING, relay.stage());
          assertFalse(relay.canceled());
          assertEquals(List.of(), relay.errors());
          SubtaskStatus app = only(status);
          assertEquals("app", app.name());
          assertTrue(app.isSyncing());
          assertFalse(app.isPausedByOperator());
          assertFalse(app.waitsForShardingDdl());
          SyncStatus sync = app.sync().orElseThrow();
          assertEquals(1, sync.totalEvents());
          assertEquals(inSubDir("mysql-bin.000001", 1, 1925), sync.syncerBinlog());
          assertFalse(sync.synced());
        };
    status("query-status.worker.running", running);
    laxStatus("query-status.more.running", W1, running);
    laxStatus("query-status.task.running", W1, running);
    expect(
        "query-status.two-workers",
        recording -> {
          WorkerStatus first = lax(recording).queryStatus(W1);
          assertEquals(List.of("shard", "solo"), names(first));
          assertEquals(
              file("mysql-bin.000001", 4),
              first.subtask("solo").orElseThrow().sync().orElseThrow().syncerBinlog());
          WorkerStatus second = lax(recording).queryStatus(W2);
          assertEquals(W2, second.worker());
          assertEquals("mysql-replica-02", second.sourceId());
          assertEquals(List.of("shard"), names(second));
          assertEquals(Optional.empty(), second.subtask("solo"));
        });
    status(
        "query-status.worker.no-task",
        status -> {
          assertEquals(List.of(), status.subtasks());
          assertEquals(Stage.RUNNING, status.relay().stage());
        });
    status(
        "query-status.worker.after-roll",
        status -> {
          assertEquals(List.of(), status.subtasks());
          assertEquals(Optional.of(new RelaySubDir(B, 3)), status.relay().subDir());
          assertEquals(GtidSet.parse(A + ":1-10," + B + ":1"), status.relay().gtidW());
          assertEquals(Stage.RUNNING, status.relay().stage());
        });
    status(
        "query-status.worker.roll-had-no-effect",
        status -> {
          assertEquals(Stage.RUNNING, status.relay().stage());
          assertFalse(status.relay().subDir().orElseThrow().isOf(B));
        });
    status(
        "query-status.worker.after-start-task",
        status -> {
          assertTrue(only(status).isSyncing());
          assertTrue(status.relay().subDir().orElseThrow().isOf(B.toUpperCase(Locale.ROOT)));
          assertEquals(
              inSubDir("mysql-bin.000001", 2, 2431),
              only(status).sync().orElseThrow().syncerBinlog());
        });
    status(
        "query-status.worker.after-vip-switch",
        status -> {
          assertTrue(only(status).isSyncing());
          assertEquals(Optional.of(new RelaySubDir(A, 4)), status.relay().subDir());
        });
    status(
        "query-status.worker.binlog-basename-changed",
        status -> {
          assertTrue(only(status).isSyncing());
          assertEquals("binlog", status.relay().relayBinlog().baseName());
          assertEquals("mysql-bin", only(status).sync().orElseThrow().syncerBinlog().baseName());
        });
    status(
        "query-status.worker.ddl-lock",
        status -> {
          SubtaskStatus shard = status.subtask("shard").orElseThrow();
          assertTrue(shard.isSyncing());
          assertTrue(shard.waitsForShardingDdl());
          assertEquals("shard-`sh`.`s`", shard.unresolvedDdlLockId());
          SyncStatus sync = shard.sync().orElseThrow();
          assertEquals(List.of("ALTER TABLE `sh`.`s` ADD COLUMN `c2` INT"), sync.blockingDdls());
          assertEquals(List.of("`sh`.`s`"), sync.unresolvedGroups());
          assertFalse(status.subtask("solo").orElseThrow().waitsForShardingDdl());
        });
  }

  private void relay() {
    status(
        "query-status.worker.relay-paused",
        status -> {
          assertPausedByCommand(status.relay());
          assertTrue(only(status).isSyncing());
        });
    status(
        "query-status.worker.relay-and-task-paused",
        status -> {
          assertPausedByCommand(status.relay());
          assertTrue(only(status).isPausedByOperator());
        });
    status(
        "query-status.worker.vip-moved-while-paused",
        status -> {
          assertPausedByCommand(status.relay());
          assertEquals(Optional.of(new RelaySubDir(B, 3)), status.relay().subDir());
        });
    status(
        "query-status.worker.after-switch-relay-master",
        status -> {
          assertPausedByCommand(status.relay());
          assertEquals(Optional.of(new RelaySubDir(A, 4)), status.relay().subDir());
          assertFalse(status.relay().relayBinlog().hasFile());
          assertEquals(4, status.relay().relayBinlog().position());
        });
    status(
        "query-status.worker.paused-task-after-roll",
        status -> {
          SubtaskStatus app = only(status);
          assertTrue(app.isPausedByOperator());
          assertEquals(Unit.INVALID, app.unit());
          assertEquals(Optional.empty(), app.sync());
        });
    status(
        "query-status.worker.upstream-down",
        status -> {
          RelayStatus relay = status.relay();
          assertFalse(relay.masterBinlog().hasFile());
          assertEquals("", relay.masterBinlogGtid());
          assertEquals(Stage.PAUSED, relay.stage());
          assertFalse(relay.canceled());
          assertEquals(GtidSet.parse(A + ":1-20," + B + ":1-5," + C + ":1"), relay.gtidW());
          DmError error = relay.errors().get(0);
          assertEquals(30014, error.code());
          assertEquals("dial tcp 127.0.0.1:3312: connect: connection refused", error.rawCause());
          assertTrue(error.toString().startsWith("[code=30014] start reader for UUID " + C));
          assertTrue(only(status).isSyncing());
        });
    status(
        "query-status.worker.upstream-down-then-restarted",
        status -> {
          assertEquals(Stage.PAUSED, status.relay().stage());
          assertEquals(10001, status.relay().errors().get(0).code());
          assertEquals(List.of(), status.subtasks());
        });
    status(
        "query-status.worker.no-replication-right",
        status -> {
          assertEquals(Stage.PAUSED, status.relay().stage());
          assertFalse(status.relay().relayBinlog().hasFile());
          assertTrue(status.relay().errors().get(0).message().contains("ERROR 1045 (28000)"));
        });
    status(
        "query-status.worker.purged",
        status -> {
          assertEquals(30015, status.relay().errors().get(0).code());
          assertTrue(status.relay().errors().get(0).message().contains("ERROR 1236 (HY000)"));
          assertPausedByError(only(status), 11028);
        });
    status(
        "query-status.worker.rolled-back-over-empty-dir",
        status -> {
          assertEquals(Stage.RUNNING, status.relay().stage());
          assertPausedByError(only(status), 11028);
        });
    status(
        "query-status.worker.switched-before-vip-moved",
        status -> assertPausedByError(only(status), 11028));
    status(
        "query-status.worker.vip-moved-without-dm",
        status -> {
          assertEquals(30029, status.relay().errors().get(0).code());
          assertTrue(only(status).isSyncing());
        });

    Function<Dm, Outcome> pause = dm -> dm.pauseRelay(W1, LIMIT);
    Function<Dm, Outcome> resume = dm -> dm.resumeRelay(W1, LIMIT);
    outcome("pause-relay.ok", pause, Kind.DONE);
    outcome("pause-relay.already-paused", pause, Kind.ALREADY_SO, "[code=40039:");
    outcome("pause-relay.worker-down", pause, Kind.NOT_YET, "[code=38008:", REFUSED);
    outcome(
        "pause-relay.unknown-worker",
        dm -> dm.pauseRelay("127.0.0.1:1234", LIMIT),
        Kind.FAILED,
        "127.0.0.1:1234 relevant worker-client not found");
    outcome("pause-relay.dm-master-down", pause, Kind.NOT_YET, "connection refused");
    outcome("resume-relay.ok", resume, Kind.DONE);
    outcome("resume-relay.already-running", resume, Kind.ALREADY_SO, "[code=40039:");

    Function<Dm, Outcome> change = dm -> dm.switchRelayMaster(W1, LIMIT);
    outcome("switch-relay-master.ok", change, Kind.DONE);
    outcome("switch-relay-master.task-still-running", change, Kind.DONE);
    outcome(
        "switch-relay-master.unknown-worker",
        dm -> dm.switchRelayMaster("127.0.0.1:1234", LIMIT),
        Kind.FAILED,
        "[code=38029:");
  }

  private void tasks() {
    Scope one = Scope.only(W1);
    Scope whole = Scope.whole(Set.of(W1));
    outcome("stop-task.ok", dm -> dm.stopTask("app", whole), Kind.DONE);
    outcome("stop-task.one-worker", dm -> dm.stopTask("app", one), Kind.DONE);
    outcome("stop-task.one-worker-of-two", dm -> dm.stopTask("shard", one), Kind.DONE);
    outcome("pause-task.ok", dm -> dm.pauseTask("app", whole), Kind.DONE);
    outcome("pause-task.one-worker", dm -> dm.pauseTask("app", one), Kind.DONE);
    outcome(
        "pause-task.already-paused",
        dm -> dm.pauseTask("app", whole),
        Kind.ALREADY_SO,
        "[code=40050:",
        "current stage is Paused but not running");
    outcome(
        "pause-task.unknown-task",
        dm -> dm.pauseTask("nosuch", whole),
        Kind.FAILED,
        "task nosuch has no workers or not exist");
    outcome("resume-task.ok", dm -> dm.resumeTask("app", whole), Kind.DONE);
    outcome("resume-task.one-worker", dm -> dm.resumeTask("app", one), Kind.DONE);
  }

  private void startTask() {
    Function<Dm, Outcome> start =
        dm -> dm.startTask(Path.of("/home/tidb/app.yaml"), Scope.whole(Set.of(W1)));
    Function<Dm, Outcome> startOne =
        dm -> dm.startTask(Path.of("/home/tidb/app.yaml"), Scope.only(W1));
    Function<Dm, Outcome> check = dm -> dm.checkTask(Path.of("/home/tidb/app.yaml"));
    outcome("start-task.ok", start, Kind.DONE);
    outcome("start-task.one-worker", startOne, Kind.DONE);
    outcome(
        "start-task.two-workers",
        dm -> dm.startTask(Path.of("/home/tidb/shard.yaml"), Scope.whole(Set.of(W1, W2))),
        Kind.DONE);
    outcome("start-task.already-exists", start, Kind.ALREADY_SO, "[code=40055:", "solo");
    outcome("start-task.just-restarted", start, Kind.NOT_YET, "[code=38008:", REFUSED);
    outcome("start-task.worker-down", start, Kind.NOT_YET, "[code=38008:", REFUSED);
    outcome(
        "start-task.no-such-file",
        start,
        Kind.FAILED,
        "open /nonexistent.yaml: no such file or directory");
    outcome("start-task.not-a-task-file", start, Kind.FAILED, "[code=20003:");
    outcome(
        "start-task.upstream-down",
        startOne,
        Kind.FAILED,
        "[code=10001:",
        "dial tcp 127.0.0.100:3306: connect: connection refused");
    outcome(
        "start-task.precheck-failed",
        startOne,
        Kind.FAILED,
        "sharding table `sh`.`s` consistency checking: column length mismatch (3 vs 2)",
        "instance mysql-replica-02 on sharding `sh`.`s`",
        "please set same table structure for sharding tables");
    outcome(
        "start-task.precheck-failed-privilege",
        start,
        Kind.FAILED,
        "source db replication privilege chcker: lack of REPLICATION SLAVE privilege",
        "address of db instance - 127.0.0.1:3312",
        "GRANT REPLICATION SLAVE ON *.* TO 'dm'@'%';");
    outcome("check-task.ok", check, Kind.DONE);
    outcome("check-task.upstream-down", check, Kind.FAILED, "[code=10001:");
    outcome("check-task.no-such-file", check, Kind.FAILED, "open /nonexistent.yaml");
  }

  private void misuse() {
    expect(
        "pause-relay.no-worker-given",
        recording ->
            assertOutcome(
                lax(recording).pauseRelay(W1, LIMIT),
                Kind.NOT_UNDERSTOOD,
                "must specify at least one DM-worker"));
    expect(
        "usage.bad-flag",
        recording -> {
          Problem problem = cannotTell(() -> lax(recording).tasks());
          assertTrue(problem.found().contains("Usage: dmctl [command]"), problem.found());
          assertOutcome(lax(recording).stopTask("app", Scope.only(W1)), Kind.NOT_UNDERSTOOD);
        });
    expect(
        "usage.bad-command",
        recording -> {
          Problem problem = cannotTell(() -> lax(recording).stopTask("app", Scope.only(W1)));
          assertTrue(
              problem.found().contains("exit status 2, parse cmd flags err: 'nosuch-command'"),
              problem.found());
        });
  }

  private void expect(String name, Consumer<Recording> expectation) {
    expectations.put(name, expectation);
  }

  private void status(String name, Consumer<WorkerStatus> expectation, String... failure) {
    expect(
        name,
        recording -> {
          if (failure.length == 0) {
            expectation.accept(dm(recording).queryStatus(W1));
            return;
          }
          Problem problem = cannotTell(() -> dm(recording).queryStatus(W1));
          assertReadable(problem.found(), failure);
        });
  }

  private void laxStatus(String name, String worker, Consumer<WorkerStatus> expectation) {
    expect(name, recording -> expectation.accept(lax(recording).queryStatus(worker)));
  }

  private void summary(String name, TaskSummary... tasks) {
    expect(name, recording -> assertEquals(List.of(tasks), dm(recording).tasks()));
  }

  private void outcome(String name, Function<Dm, Outcome> call, Kind kind, String... parts) {
    expect(name, recording -> assertOutcome(call.apply(dm(recording)), kind, parts));
  }

  private static void assertOutcome(Outcome outcome, Kind kind, String... parts) {
    assertEquals(kind, outcome.kind(), outcome::message);
    assertEquals(kind == Kind.DONE, outcome.messages().isEmpty());
    assertReadable(outcome.message(), parts);
  }

  /** For people: one line, all parts in it, nothing of a stack trace. */
  private static void assertReadable(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("\n") || message.contains("\t"), message);
    assertFalse(message.contains("github.com"), message);
  }

  private static void assertPausedByCommand(RelayStatus relay) {
    assertEquals(Stage.PAUSED, relay.stage());
    assertTrue(relay.canceled());
    assertEquals(List.of(), relay.errors());
  }

  private static void assertPausedByError(SubtaskStatus subtask, int code) {
    assertEquals(Stage.PAUSED, subtask.stage());
    assertFalse(subtask.isPausedByOperator());
    assertFalse(subtask.isSyncing());
    assertEquals(List.of(code), subtask.errors().stream().map(DmError::code).toList());
  }

  private static Problem cannotTell(Executable call) {
    Problem problem = assertThrows(Problem.class, call);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    return problem;
  }

  /** A DM that gives this recording, to the very command that it was recorded for. */
  private static Dm dm(Recording recording) {
    Dmctl.Runner runner =
        (limit, call) -> {
          assertEquals(withoutFile(recording.command()), withoutFile(call));
          return recording.result();
        };
    return new Dmctl(runner, "10.0.0.9:8261", Limits.DEFAULT);
  }

  /** A DM that gives this recording to any command. */
  private static Dm lax(Recording recording) {
    return new Dmctl((limit, call) -> recording.result(), "10.0.0.9:8261", Limits.DEFAULT);
  }

  private static List<String> withoutFile(List<String> call) {
    return call.stream().map(word -> word.contains("/") ? "FILE" : word).toList();
  }

  private static SubtaskStatus only(WorkerStatus status) {
    assertEquals(1, status.subtasks().size());
    return status.subtasks().get(0);
  }

  private static List<String> names(WorkerStatus status) {
    return List.copyOf(new TreeSet<>(status.subtasks().stream().map(SubtaskStatus::name).toList()));
  }

  private static TaskSummary task(String name, String status, String... workers) {
    return new TaskSummary(name, status, Set.of(workers));
  }

  private static BinlogPosition file(String name, long position) {
    return new BinlogPosition(name, OptionalInt.empty(), position);
  }

  private static BinlogPosition inSubDir(String name, int suffix, long position) {
    return new BinlogPosition(name, OptionalInt.of(suffix), position);
  }
}
