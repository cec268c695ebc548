package dmswitch.dm;

import dmswitch.journal.Plans;
import dmswitch.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A DM that does what it is told, at once, until a test spoils it. */
public final class FakeDm implements Dm {
  /** What it was told, in order; questions are not in it. */
  public final List<String> told = new ArrayList<>();

  /** Answers to give to the next commands of a name, which then have no effect. */
  public final Map<String, Deque<Outcome>> answers = new HashMap<>();

  /** Stage of each subtask, by worker and task. */
  public final Map<String, Map<String, Stage>> subtasks = new TreeMap<>();

  public Stage relay = Stage.RUNNING;
  public List<DmError> relayErrors = List.of();
  public String subDir = Plans.OLD_UUID + ".000001";

  /** Of the server that answers at the worker's address. */
  public String upstreamUuid = Plans.OLD_UUID;

  public String gtidW = Plans.OLD_UUID + ":1-100";
  public String masterGtid = Plans.OLD_UUID + ":1-100";
  public String masterBinlog = "(mysql-bin.000009, 1000)";
  public String binlog = "(mysql-bin.000003, 5000)";
  public String syncer = "(mysql-bin|000001.000003, 5000)";

  /** What every task has replayed. */
  public long totalEvents = 7;

  /** What relay ends in at once when it is resumed, the next times. */
  public final Deque<DmError> trips = new ArrayDeque<>();

  /** Of every task. */
  public Unit unit = Unit.SYNC;

  public List<DdlLock> locks = List.of();

  /** How many of the next questions are not answered. */
  public int deaf;

  /** Done before each question. */
  public Runnable onQuestion = () -> {};

  /** Done once a command has had its effect, before it is answered. */
  public Runnable onEffect = () -> {};

  /** How many questions made the worker ask its upstream. */
  public int askedUpstream;

  public FakeDm() {
    subtasks.put(Plans.WORKER, new TreeMap<>(Map.of("orders", Stage.RUNNING)));
    subtasks.put(Plans.OTHER_WORKER, new TreeMap<>());
  }

  /** The next command with this name is answered so, and does nothing. */
  public FakeDm answer(String command, Outcome.Kind kind, String... messages) {
    answers
        .computeIfAbsent(command, name -> new ArrayDeque<>())
        .add(new Outcome(kind, List.of(messages)));
    return this;
  }

  private void question() {
    if (deaf > 0) {
      deaf--;
      throw Problem.cannotTell("no connection to the worker", "an answer", "wait");
    }
    onQuestion.run();
  }

  private Outcome command(String name, String text, Supplier<Outcome> effect) {
    told.add(name + " " + text);
    Outcome outcome = Optional.ofNullable(answers.get(name)).map(Deque::poll).orElseGet(effect);
    onEffect.run();
    return outcome;
  }

  private static Outcome done() {
    return new Outcome(Outcome.Kind.DONE, List.of());
  }

  private static Outcome alreadySo(String message) {
    return new Outcome(Outcome.Kind.ALREADY_SO, List.of(message));
  }

  @Override
  public WorkerStatus queryStatus(String worker) {
    askedUpstream++;
    question();
    List<SubtaskStatus> tasks = new ArrayList<>();
    subtasks
        .get(worker)
        .forEach(
            (name, stage) ->
                tasks.add(
                    new SubtaskStatus(
                        name,
                        stage,
                        unit,
                        false,
                        List.of(),
                        "",
                        unit == Unit.SYNC ? Optional.of(sync()) : Optional.empty())));
    return new WorkerStatus(
        worker,
        "mysql-replica-01",
        new RelayStatus(
            BinlogPosition.parse(masterBinlog).orElseThrow(),
            masterGtid,
            RelaySubDir.parse(subDir),
            BinlogPosition.parse(binlog).orElseThrow(),
            gtidW,
            true,
            relay,
            relay == Stage.PAUSED,
            relayErrors),
        tasks);
  }

  private SyncStatus sync() {
    return new SyncStatus(
        totalEvents, BinlogPosition.parse(syncer).orElseThrow(), List.of(), List.of(), true);
  }

  @Override
  public WorkerErrors queryError(String worker) {
    question();
    return new WorkerErrors(
        worker,
        List.of(),
        subtasks.get(worker).entrySet().stream()
            .map(
                task ->
                    new WorkerErrors.SubtaskErrors(task.getKey(), task.getValue(), unit, List.of()))
            .toList());
  }

  @Override
  public List<TaskSummary> tasks() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<DdlLock> showDdlLocks() {
    return locks;
  }

  @Override
  public Outcome pauseRelay(String worker, Duration limit) {
    return command(
        "pause-relay",
        worker,
        () -> {
          if (relay == Stage.PAUSED) {
            return alreadySo("current stage is Paused");
          }
          relay = Stage.PAUSED;
          return done();
        });
  }

  @Override
  public Outcome resumeRelay(String worker, Duration limit) {
    return command(
        "resume-relay",
        worker,
        () -> {
          if (relay == Stage.RUNNING) {
            return alreadySo("current stage is Running");
          }
          relayErrors = Optional.ofNullable(trips.poll()).map(List::of).orElse(List.of());
          if (!relayErrors.isEmpty()) {
            return done();
          }
          if (!RelaySubDir.parse(subDir).orElseThrow().isOf(upstreamUuid)) {
            openSubDir();
          }
          relay = Stage.RUNNING;
          return done();
        });
  }

  @Override
  public Outcome switchRelayMaster(String worker, Duration limit) {
    return command(
        "switch-relay-master",
        worker,
        () -> {
          openSubDir();
          return done();
        });
  }

  /** As DM does for the server that answers at the worker's address. */
  private void openSubDir() {
    int suffix = RelaySubDir.parse(subDir).orElseThrow().suffix() + 1;
    subDir = new RelaySubDir(upstreamUuid, suffix).toString();
    binlog = "(, 4)";
  }

  @Override
  public Outcome stopTask(String task, Scope scope) {
    return command(
        "stop-task",
        task + " " + scope,
        () -> {
          scope.workers().forEach(worker -> subtasks.get(worker).remove(task));
          return done();
        });
  }

  @Override
  public Outcome startTask(Path file, Scope scope) {
    String task = file.getFileName().toString().replace(".yaml", "");
    return command(
        "start-task",
        task + " " + scope,
        () -> {
          scope.workers().forEach(worker -> subtasks.get(worker).putIfAbsent(task, Stage.RUNNING));
          return done();
        });
  }

  @Override
  public Outcome pauseTask(String task, Scope scope) {
    return command(
        "pause-task",
        task + " " + scope,
        () -> {
          scope.workers().forEach(worker -> subtasks.get(worker).put(task, Stage.PAUSED));
          return done();
        });
  }

  @Override
  public Outcome resumeTask(String task, Scope scope) {
    return command(
        "resume-task",
        task + " " + scope,
        () -> {
          scope.workers().forEach(worker -> subtasks.get(worker).put(task, Stage.RUNNING));
          return done();
        });
  }

  @Override
  public Outcome checkTask(Path file) {
    throw new UnsupportedOperationException();
  }
}
