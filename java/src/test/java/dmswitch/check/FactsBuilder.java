package dmswitch.check;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.DdlLock;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dm.TaskSummary;
import dmswitch.dm.Unit;
import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.DeployedToml;
import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.Sighting;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.secret.Secret;
import dmswitch.task.CheckingItem;
import dmswitch.task.TableFilter;
import dmswitch.task.TableRoutes;
import dmswitch.task.TaskFile;
import dmswitch.task.TaskSource;
import dmswitch.upgrade.UpgradeTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Facts of a switch that may be made, a living old server, until a test spoils one. */
public final class FactsBuilder {
  public static final String W = Plans.OLD_UUID + ":1-100";
  private static final Path RESOURCES = Path.of("/dm/resources");

  WorkerToml present = toml(true, "mysql-replica-01", 101);
  WorkerToml deployed = present;
  boolean root = true;
  boolean samePassword = true;
  boolean sameToml = true;
  boolean backupFolder = true;
  Map<String, Integer> groups =
      Map.of(
          "dm_master_servers",
          1,
          "prometheus_servers",
          1,
          "grafana_servers",
          1,
          "alertmanager_servers",
          1);
  String user = "tidb";
  PortProbe.State oldPort = PortProbe.State.OPEN;
  PortProbe.State newPort = PortProbe.State.OPEN;
  String gtidW = W;
  String subDir = Plans.OLD_UUID + ".000001";
  String binlog = "(mysql-bin.000003, 5000)";
  Optional<Stage> stage = Optional.of(Stage.RUNNING);
  List<String> relayErrors = List.of();
  boolean catchesUp = true;
  boolean pausedByUs;
  boolean behindVip;
  Optional<String> upstreamUuid = Optional.of(Plans.OLD_UUID);
  boolean stops = true;
  boolean flushes = true;
  boolean staged;
  List<String> stagedObstacles = List.of();
  List<Subtask> subtasks = List.of(subtask("orders", Stage.RUNNING, Unit.SYNC));
  List<TaskSummary> summaries = List.of(summary("orders", "Running", Plans.WORKER));
  List<TaskCheckpoint> checkpoints =
      List.of(checkpoint("orders", false, "(mysql-bin|000001.000003, 4000)"));
  List<DdlLock> locks = List.of();
  Map<String, String> files = Map.of("orders", "/dm/conf/orders.yaml");
  Map<String, Integer> sources = Map.of("orders", 1);

  /** To which table the routes of orders lead one. */
  Function<Table, Optional<Table>> target = Optional::of;

  Set<CheckingItem> checked = EnumSet.allOf(CheckingItem.class);
  Optional<String> precheckedFile = Optional.of("/dm/conf/orders.yaml");
  String lastSubDir = subDir;
  List<RelayDirectory.File> relayFiles = List.of(new RelayDirectory.File("mysql-bin.000003", 5000));
  long freeBytes = 50L << 30;
  Optional<Long> holeBytes = Optional.of(0L);
  Optional<RelayTail> tail = Optional.of(Tails.CLEAN);

  /** In its place, with the tables that it names. */
  Optional<RelayTail> tailAsTold = Optional.empty();

  Optional<String> masterGtid = Optional.empty();
  FakeServer newServer = new FakeServer();
  List<Sighting> before = List.of(newServer.sighting(), newServer.sighting());
  Greeting greeting =
      new Greeting("10.0.1.32", "5.7.22-log", newServer.sighting().connectionId(), "", 0);
  Sighting after = newServer.sighting();

  /** Addresses of the new name without a server, seen from here and from the worker's host. */
  List<Sightings.Closed> closed = List.of();

  List<PortProbe.Closed> closedToWorker = List.of();
  boolean workerInThisNetwork;
  Optional<DmMasterView> dmMasterView = Optional.empty();
  String newHost = "10.0.1.32";
  TableFilter filter = TableFilter.EVERYTHING;

  /** Other workers of the inventory. */
  List<Cluster.Host> others = List.of();

  Optional<AnsibleConfig.OtherInventory> otherInventory = Optional.empty();
  List<String> otherConnections = List.of();
  List<String> taskChecks = List.of();
  List<String> otherSources = List.of();
  List<Table> keyless = List.of();
  Optional<Set<Table>> tables = Optional.empty();
  Optional<Problem> unreachable = Optional.empty();
  String unknown = "";

  static WorkerToml toml(boolean enableGtid, String sourceId, long serverId) {
    return new WorkerToml(
        "10.0.1.31", 3306, "dm", Secret.of("x"), enableGtid, sourceId, serverId, "mysql", "", "");
  }

  static Subtask subtask(String name, Stage stage, Unit unit, String... errors) {
    return new Subtask(name, stage, unit, List.of(errors), false);
  }

  static TaskCheckpoint checkpoint(String task, boolean paused, String position) {
    return new TaskCheckpoint(task, paused, false, BinlogPosition.parse(position));
  }

  static TaskSummary summary(String name, String status, String... workers) {
    return new TaskSummary(name, status, Set.of(workers));
  }

  /** The fact with this name cannot be known. */
  FactsBuilder without(String fact, Problem problem) {
    unknown = fact;
    unreachable = Optional.of(problem);
    return this;
  }

  private <T> Lazy<T> known(String name, Supplier<T> value) {
    return new Lazy<>(
        () -> {
          if (name.equals(unknown)) {
            throw unreachable.orElseThrow();
          }
          return value.get();
        });
  }

  private WorkerSurvey survey() {
    return new WorkerSurvey(
        new WorkerDeployment(
            "dm_worker1", "10.0.1.21", 8262, "/deploy", "/deploy/relay_log", "tidb", RESOURCES),
        new Cluster(
            workers(),
            List.of(new Cluster.Host("dm_master", "10.0.1.11", 8261, user, "", 0)),
            groups),
        Secret.of("toml"),
        present,
        false);
  }

  private List<Cluster.Host> workers() {
    List<Cluster.Host> workers = new ArrayList<>(others);
    workers.add(
        new Cluster.Host(
            "dm_worker1", "10.0.1.21", 8262, user, present.sourceId(), present.serverId()));
    return workers;
  }

  private List<PrecheckedTask> precheckedTasks() {
    if (subtasks.stream().allMatch(Subtask::isPausedByOperator)) {
      return List.of();
    }
    return List.of(
        new PrecheckedTask(
            "orders",
            precheckedFile,
            checked,
            sources.getOrDefault("orders", 1),
            target,
            known("tables", () -> newServer.definitions)));
  }

  RelayView relay() {
    return new RelayView(
        FakeServer.set(gtidW),
        RelaySubDir.parse(subDir).orElseThrow(),
        BinlogPosition.parse(binlog).orElseThrow(),
        stage,
        false,
        relayErrors,
        masterGtid.map(FakeServer::set));
  }

  private static PortProbe probe(PortProbe.State state) {
    return new PortProbe(state, "10.0.1.9:3306: the system's words");
  }

  Facts facts() {
    return new Facts(
        new Facts.Request(
            behindVip, "dm_worker1", newHost, 3306, stops, flushes, staged, Duration.ZERO),
        new Facts.Deployment(
            known("survey", this::survey),
            known("trialSurvey", this::survey),
            known("otherInventory", () -> otherInventory),
            known("upgradeTasks", () -> new UpgradeTasks(List.of("a", "b", "c"), List.of())),
            known("stagedObstacles", () -> stagedObstacles),
            known("becomeWorks", () -> root),
            known(
                "runningToml",
                () -> new DeployedToml(deployed, sameToml, samePassword, backupFolder)),
            known("inThisNetwork", () -> workerInThisNetwork)),
        new Facts.Upstream(
            known("oldPort", () -> probe(oldPort)), known("upstreamUuid", () -> upstreamUuid)),
        newServerFacts(),
        relayFacts(),
        new Facts.Tasks(
            known("subtasks", () -> subtasks),
            known("checkpoints", () -> checkpoints),
            known("summaries", () -> summaries),
            known("ddlLocks", () -> locks),
            known("taskFiles", this::taskFiles),
            known("taskTables", this::taskTables),
            known("keylessTables", () -> keyless)),
        new Facts.Prechecks(
            known("precheckedTasks", this::precheckedTasks),
            known("taskChecks", () -> taskChecks),
            known("otherSources", () -> otherSources)));
  }

  private Facts.NewServer newServerFacts() {
    return new Facts.NewServer(
        known(
            "newPort",
            () ->
                newPort == PortProbe.State.OPEN
                    ? new PortProbe(newPort, "10.0.1.32", List.of(greeting), closedToWorker)
                    : probe(newPort)),
        known("newServer", () -> (Server) newServer),
        known("newServerFacts", newServer::facts),
        known("sightings", () -> new Sightings(before, after, closed)),
        known("dmMasterView", () -> dmMasterView),
        known("otherConnections", () -> otherConnections));
  }

  private Facts.Relay relayFacts() {
    return new Facts.Relay(
        known("relay", this::relay),
        known("relayCatchesUp", () -> catchesUp),
        pausedByUs,
        known("relayDirectory", this::relayDirectory),
        known(
            "relayHead",
            () ->
                holeBytes.map(
                    size ->
                        new RelayHead(
                            1L << 30,
                            1L << 30,
                            true,
                            size == 0 ? List.of() : List.of(new RelayHead.Hole(154, size))))),
        known(
            "relayTail", () -> tailAsTold.or(() -> tail.map(behind -> Tails.of(behind, tables)))));
  }

  private RelayDirectory relayDirectory() {
    if (lastSubDir.isEmpty()) {
      return new RelayDirectory(List.of(), List.of(), freeBytes);
    }
    return new RelayDirectory(
        List.of(lastSubDir),
        List.of(new RelayDirectory.SubDir(lastSubDir, relayFiles, Optional.empty())),
        freeBytes);
  }

  private List<TaskTables> taskTables() {
    return subtasks.stream()
        .map(
            task ->
                new TaskTables(task.name(), filter, known("tables", () -> newServer.definitions)))
        .toList();
  }

  private Map<String, TaskFile> taskFiles() {
    Map<String, TaskFile> byTask = new LinkedHashMap<>();
    files.forEach(
        (task, path) -> {
          Map<String, TaskSource> bySourceId = new LinkedHashMap<>();
          for (int i = 1; i <= sources.getOrDefault(task, 0); i++) {
            bySourceId.put(
                "mysql-replica-0" + i, new TaskSource(filter, new TableRoutes(Optional.empty())));
          }
          byTask.put(
              task,
              new TaskFile(Path.of(path), task, false, checked, Optional.empty(), bySourceId));
        });
    return byTask;
  }
}
