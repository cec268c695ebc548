package dmswitch.repair;

import dmswitch.access.KeylessTables;
import dmswitch.access.UpstreamLogin;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dm.DmError;
import dmswitch.dm.RelayStatus;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.SyncStatus;
import dmswitch.dm.Unit;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.journal.FormerFence;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A healthy worker, on its second server since a switch, until a test spoils it. */
final class ObservationBuilder {
  static final String OLD = Plans.OLD_UUID;
  static final String NEW = Plans.NEW_UUID;
  static final String W = OLD + ":1-100";
  static final String LATER = OLD + ":1-150";

  private static final OperatorCalls CALLS = new OperatorCalls("prod/hosts.ini", "dm_worker1");

  boolean up = true;
  PortProbe.State upstreamPort = PortProbe.State.OPEN;
  Optional<String> upstream = Optional.of(NEW);
  boolean upstreamAnswers = true;
  String purged = OLD + ":1-50";
  String executed = OLD + ":1-200";
  String baseName = "mysql-bin";
  List<Privilege> missing = List.of();
  Optional<Boolean> tomlIsNewer = Optional.of(false);
  Stage relay = Stage.RUNNING;
  List<DmError> relayErrors = List.of();
  String relayBinlog = "(mysql-bin.000002, 900)";
  String gtidW = LATER;
  Optional<String> relaySubDir = Optional.empty();
  final List<SubtaskStatus> tasks = new ArrayList<>();
  final List<String> index = new ArrayList<>();
  final List<RelayDirectory.SubDir> subDirs = new ArrayList<>();
  long holeBytes;
  RelayTail tail = Tails.CLEAN;

  /** Whether {@link #tail} names its tables, in place of {@link #tables}. */
  boolean tablesAsTold;

  /** The sub dir in which that is; empty for all. */
  String tailOf = "";

  List<Table> keyless = List.of();
  Optional<Set<Table>> tables = Optional.empty();
  List<String> otherStatements = List.of();
  List<String> stoppedTasks = List.of();

  /** Checkpoints in the target, by task. */
  final Map<String, String> written = new HashMap<>();

  boolean targetsDown;

  Optional<Plan> open = Optional.empty();
  boolean tasksStopped;
  final List<FormerFence> fences = new ArrayList<>();
  final List<String> passedOver = new ArrayList<>();
  Optional<String> gtidWGiven = Optional.empty();
  Set<String> leftPaused = Set.of();

  /** Asked in place of what is set here. */
  Optional<Dm> dm = Optional.empty();

  ObservationBuilder() {
    subDir(OLD, 1, W, file("mysql-bin.000007", 5000));
    subDir(NEW, 2, LATER, file("mysql-bin.000002", 900));
    task("orders", Stage.RUNNING, "(mysql-bin|000002.000002, 900)");
  }

  /** Without any sub dir, for a test that lays out its own. */
  ObservationBuilder noSubDirs() {
    index.clear();
    subDirs.clear();
    return this;
  }

  static RelayDirectory.File file(String name, long size) {
    return new RelayDirectory.File(name, size);
  }

  static String name(String uuid, int suffix) {
    return new RelaySubDir(uuid, suffix).toString();
  }

  /** The next sub dir, its relay.meta at the end of its last file. */
  ObservationBuilder subDir(String uuid, int suffix, String set, RelayDirectory.File... files) {
    RelayDirectory.File last = files.length == 0 ? file("", 4) : files[files.length - 1];
    index.add(name(uuid, suffix));
    subDirs.add(
        new RelayDirectory.SubDir(
            name(uuid, suffix),
            List.of(files),
            Optional.of(new RelayDirectory.Meta(last.name(), last.size(), set))));
    return this;
  }

  /** A sub dir that the index does not name. */
  ObservationBuilder unnamed(String uuid, int suffix, RelayDirectory.File... files) {
    subDirs.add(new RelayDirectory.SubDir(name(uuid, suffix), List.of(files), Optional.empty()));
    return this;
  }

  /** The only task, with this stage, checkpoint ("" for none) and errors. */
  ObservationBuilder task(String name, Stage stage, String checkpoint, String... errors) {
    tasks.removeIf(task -> task.name().equals(name));
    tasks.add(
        new SubtaskStatus(
            name,
            stage,
            checkpoint.isEmpty() ? Unit.INVALID : Unit.SYNC,
            false,
            List.of(errors).stream().map(text -> new DmError(11028, text, "")).toList(),
            "",
            BinlogPosition.parse(checkpoint)
                .map(at -> new SyncStatus(1, at, List.of(), List.of(), false))));
    return this;
  }

  ObservationBuilder relay(Stage stage, String... errors) {
    relay = stage;
    relayErrors = List.of(errors).stream().map(text -> new DmError(30029, text, text)).toList();
    return this;
  }

  ObservationBuilder fence(String gtidWAtFence, OptionalLong hole) {
    fences.add(
        new FormerFence(
            Path.of("/journal"),
            FakeServer.set(gtidWAtFence),
            name(OLD, 1),
            NEW,
            name(NEW, 2),
            hole));
    return this;
  }

  Observation observation() {
    return new Observation(
        worker(),
        upstreamSeen(),
        relayLog(),
        new Observation.TaskFacts(
            new Lazy<>(
                () ->
                    new KeylessTables(
                        keyless, List.of(), Optional.empty(), named -> KeylessTables.NONE)),
            new Lazy<>(() -> stoppedTasks),
            this::written,
            leftPaused),
        new Observation.History(
            open,
            tasksStopped,
            new FormerFence.Found(fences, passedOver),
            gtidWGiven.map(FakeServer::set)));
  }

  private Optional<BinlogPosition> written(String task) {
    if (targetsDown) {
      throw Problem.cannotTell("the target of " + task + " is down", "it up", "start it");
    }
    return Optional.ofNullable(written.get(task)).flatMap(BinlogPosition::parse);
  }

  private Observation.Worker worker() {
    return new Observation.Worker(
        new WorkerDeployment(
            "dm_worker1",
            "10.0.1.21",
            8262,
            "/deploy",
            "/deploy/relay_log",
            "tidb",
            Path.of("/dm/resources")),
        CALLS,
        new Lazy<>(() -> up),
        new Lazy<>(
            () ->
                new WorkerToml(
                    "10.0.1.30",
                    3306,
                    "dm",
                    Secret.of("x"),
                    true,
                    "mysql-replica-01",
                    101,
                    "mysql",
                    "",
                    "")),
        new Lazy<>(() -> tomlIsNewer),
        new Lazy<>(this::status));
  }

  private Observation.Upstream upstreamSeen() {
    return new Observation.Upstream(
        new Lazy<>(() -> new PortProbe(upstreamPort, "10.0.1.30:3306")),
        new Lazy<>(() -> new UpstreamLogin(upstream, upstreamAnswers, "connection refused")),
        new Lazy<>(
            () ->
                new Observation.UpstreamServer(
                    FakeServer.set(purged), FakeServer.set(executed), baseName, missing)));
  }

  private Observation.RelayLog relayLog() {
    return new Observation.RelayLog(
        new Lazy<>(() -> SubDirs.of(new RelayDirectory(index, subDirs, 1L << 40), CALLS)),
        one ->
            one.first()
                .map(
                    file ->
                        new RelayHead(
                            file.size(),
                            file.size(),
                            true,
                            holeBytes == 0
                                ? List.of()
                                : List.of(new RelayHead.Hole(154, holeBytes)))),
        one ->
            Tails.with(
                tailOf.isEmpty() || one.name().toString().equals(tailOf)
                    ? (tablesAsTold ? tail : Tails.of(tail, tables))
                    : Tails.CLEAN,
                otherStatements));
  }

  private WorkerStatus status() {
    if (!up) {
      throw Problem.cannotTell("no connection to the worker", "an answer", "wait");
    }
    if (dm.isPresent()) {
      return dm.get().queryStatus(Plans.WORKER);
    }
    return new WorkerStatus(
        Plans.WORKER,
        "mysql-replica-01",
        new RelayStatus(
            BinlogPosition.parse("(mysql-bin.000002, 900)").orElseThrow(),
            executed,
            RelaySubDir.parse(relaySubDir.orElseGet(() -> index.get(index.size() - 1))),
            BinlogPosition.parse(relayBinlog).orElseThrow(),
            gtidW,
            true,
            relay,
            relay == Stage.PAUSED && relayErrors.isEmpty(),
            relayErrors),
        tasks);
  }
}
