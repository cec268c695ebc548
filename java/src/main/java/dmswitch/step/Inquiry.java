package dmswitch.step;

import dmswitch.check.DmPrecheck;
import dmswitch.check.Facts;
import dmswitch.check.PrecheckedTask;
import dmswitch.check.Sightings;
import dmswitch.check.Subtask;
import dmswitch.check.TaskCheckpoint;
import dmswitch.check.TaskTables;
import dmswitch.control.RelayCatchUp;
import dmswitch.dm.Outcome;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.TaskSummary;
import dmswitch.dm.Unit;
import dmswitch.dm.WorkerErrors;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.DeployedToml;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.Look;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.StagedRoll;
import dmswitch.dmansible.UpgradeTasks;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerHost;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.inventory.InventoryEdit;
import dmswitch.inventory.ReadBack;
import dmswitch.inventory.TrialCopy;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import dmswitch.secret.DmPassword;
import dmswitch.task.CheckingItem;
import dmswitch.task.TableFilter;
import dmswitch.task.TaskFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Asks for the facts of the pre-flight; a silent old server is never asked, nor through the worker.
 */
final class Inquiry implements AutoCloseable {
  private static final Duration META_WRITTEN = Duration.ofSeconds(45);

  private final Site site;
  private final boolean pausedByUs;
  private final Optional<Plan> begun;
  private final Lazy<WorkerStatus> workerStatus;
  private final Lazy<HostLooks> hostLooks;
  private final Lazy<DeployedToml> deployedToml;
  private final Lazy<PortProbe> oldPort;
  private final Lazy<RelayView> relay;
  private final Lazy<RelayDirectory> relayDirectory;
  private final Lazy<Site.RelayLooks> relayLooks;
  private final Lazy<Server> newServer;
  private final Lazy<List<Subtask>> subtasks;
  private final Lazy<List<TaskSummary>> summaries;
  private final Lazy<Map<String, TaskFile>> files;
  private final Lazy<WorkerSurvey> trial;
  private final Lazy<UpgradeTasks> upgradeTasks;
  private final Lazy<Boolean> rootThere;
  private final Map<String, Lazy<List<TableDefinition>>> definitions = new HashMap<>();
  private final Aside aside = new Aside();

  Inquiry(Site site, boolean pausedByUs) {
    this(site, pausedByUs, Optional.empty());
  }

  /** For a switch that has stopped its tasks: the worker knows of them no more. */
  static Inquiry withTasksOf(Plan begun, Site site) {
    return new Inquiry(site, true, Optional.of(begun));
  }

  private Inquiry(Site site, boolean pausedByUs, Optional<Plan> begun) {
    this.site = site;
    this.pausedByUs = pausedByUs;
    this.begun = begun;
    this.workerStatus = new Lazy<>(() -> site.dm().queryStatus(address()));
    this.hostLooks = new Lazy<>(this::lookAtHost);
    this.deployedToml = new Lazy<>(() -> hostLooks.get().deployedToml().get());
    this.oldPort = new Lazy<>(this::probeOldServer);
    this.relayLooks = new Lazy<>(() -> site.relayLooks(relayDir(), relayIfKnown()));
    this.relayDirectory =
        new Lazy<>(() -> silent() ? awaitedRelayDirectory() : relayLooks.get().directory().get());
    this.relay = new Lazy<>(() -> begun.map(this::relayOf).orElseGet(this::askRelay));
    this.newServer = new Lazy<>(site::newServer);
    this.subtasks = new Lazy<>(this::askSubtasks);
    this.summaries = new Lazy<>(() -> silent() ? summariesByErrors() : site.dm().tasks());
    this.files = new Lazy<>(this::findFiles);
    this.trial = new Lazy<>(this::tryEdit);
    this.upgradeTasks =
        new Lazy<>(
            () -> site.rollingUpgrade().tryOut(() -> site.survey().deployment(), isStaged()));
    this.rootThere = new Lazy<>(() -> host().requireBecome(site.becomeIsOff()));
  }

  /**
   * Begins what takes a call of DM-Ansible's ansible each and waits for nothing else. Without it
   * they are asked for one after the other, as the checks want them.
   */
  void askAhead() {
    aside.ask(hostLooks);
    if (site.request().modes().scenario() == Request.Scenario.ADDRESS && editChanges()) {
      aside.ask(trial);
      if (begun.isEmpty()) {
        aside.ask(upgradeTasks);
        aside.ask(rootThere);
      }
    }
  }

  /** Not where a worker is on the new server already. */
  private boolean editChanges() {
    try {
      return site.inventoryEdit().isChange();
    } catch (Problem toldByCheck) {
      return false;
    }
  }

  Facts facts() {
    return new Facts(
        request(),
        deployment(),
        new Facts.Upstream(oldPort, new Lazy<>(this::upstreamUuid)),
        newServerFacts(),
        relayFacts(),
        taskFacts(),
        new Facts.Prechecks(
            new Lazy<>(this::precheckedTasks),
            new Lazy<>(this::taskChecks),
            new Lazy<>(this::otherSources)));
  }

  private Facts.Request request() {
    Request request = site.request();
    return new Facts.Request(
        request.modes().scenario() == Request.Scenario.VIP,
        request.dmWorker(),
        request.newServer().host(),
        request.newServer().port(),
        stops(),
        request.modes().flushBinaryLogs() == Request.FlushBinaryLogs.AUTO,
        isStaged(),
        request.timeouts().catchUp());
  }

  private Facts.Deployment deployment() {
    return new Facts.Deployment(
        new Lazy<>(site::survey),
        trial,
        new Lazy<>(site::otherInventory),
        upgradeTasks,
        new Lazy<>(
            () -> StagedRoll.obstacles(site.dmAnsible(), upgradeTasks.get(), site.variables())),
        rootThere,
        deployedToml,
        new Lazy<>(
            () -> {
              hostLooks.ask();
              return host().isInThisNetwork();
            }));
  }

  private Facts.NewServer newServerFacts() {
    return new Facts.NewServer(
        new Lazy<>(() -> hostLooks.get().newPort().get()),
        newServer,
        new Lazy<>(() -> newServer.get().facts()),
        new Lazy<>(() -> hostLooks.get().sightings().get()),
        new Lazy<>(site::lookFromMaster),
        new Lazy<>(site::otherConnections));
  }

  private Facts.Relay relayFacts() {
    return new Facts.Relay(
        relay,
        new Lazy<>(this::relayCatchesUp),
        pausedByUs,
        relayDirectory,
        new Lazy<>(this::relayHead),
        new Lazy<>(this::relayTail));
  }

  private Facts.Tasks taskFacts() {
    return new Facts.Tasks(
        subtasks,
        new Lazy<>(this::checkpoints),
        summaries,
        new Lazy<>(() -> site.dm().showDdlLocks()),
        files,
        new Lazy<>(this::taskTables),
        new Lazy<>(
            () ->
                site.keylessTables(
                        site.survey().toml().sourceId(),
                        subtasks.get().stream().map(Subtask::name).toList())
                    .known()));
  }

  private boolean stops() {
    return begun.isPresent()
        ? !StopTasks.isPause(begun.get())
        : site.request().modes().task() == Request.TaskMode.STOP;
  }

  private boolean isStaged() {
    return site.request().modes().roll() == Request.RollMode.STAGED;
  }

  private WorkerToml present() {
    return site.survey().toml();
  }

  /** What the worker runs with: its present upstream, even if the inventory was edited since. */
  private WorkerToml running() {
    return deployedToml.get().toml();
  }

  private String address() {
    return site.survey().deployment().address();
  }

  private WorkerHost host() {
    return site.workerHost();
  }

  private boolean silent() {
    return oldPort.get().mayHang();
  }

  /** What one call of ansible sees of the host, of those that take a second or more. */
  private record HostLooks(
      Supplier<DeployedToml> deployedToml,
      Supplier<PortProbe> presentPort,
      Supplier<PortProbe> newPort,
      Lazy<Sightings> sightings) {}

  private HostLooks lookAtHost() {
    Request request = site.request();
    WorkerHost.Together looks = host().together();
    Supplier<DeployedToml> toml = looks.add(Look.deployedToml(site.survey()));
    Supplier<PortProbe> presentPort = looks.add(Site.mysqlPort(present().host(), present().port()));
    Supplier<PortProbe> newPort =
        looks.add(Site.mysqlPort(request.newServer().host(), request.newServer().port()));
    Lazy<Sightings> sightings =
        new Lazy<>(
            () -> {
              newServer.get();
              Site.NewServerLook before = site.lookAtNewServer(FreshConnections.IN_A_ROW);
              looks.take();
              return new Sightings(
                  before.seen(), site.newServerSightings(1).get(0), before.closed());
            });
    sightings.ask();
    return new HostLooks(toml, presentPort, newPort, sightings);
  }

  /** An earlier run may have edited the inventory: then the worker runs with another address. */
  private PortProbe probeOldServer() {
    if (begun.isPresent()) {
      // By now the worker's configuration may name the new server.
      return site.probePort(begun.get().oldServer().host(), begun.get().oldServer().port());
    }
    WorkerToml running = running();
    return Address.isSame(running.host(), running.port(), present().host(), present().port())
        ? hostLooks.get().presentPort().get()
        : site.probePort(running.host(), running.port());
  }

  private RelayDirectory currentRelayDirectory() {
    return site.relayDirectory(relayDir());
  }

  private String relayDir() {
    return site.survey().deployment().relayDir();
  }

  private RelayView askRelay() {
    return silent()
        ? RelayView.ofMeta(relayDirectory.get())
        : RelayView.of(workerStatus.get().relay());
  }

  /** The worker may be down, or on the configuration of a new server that is lost. */
  private RelayView relayOf(Plan plan) {
    return RelayAsLeft.look(site, plan);
  }

  private Optional<RelayView> relayIfKnown() {
    try {
      return Optional.of(relay.get());
    } catch (Problem notKnown) {
      return Optional.empty();
    }
  }

  /** W of a relay that has just begun is in relay.meta only when DM has written it, every 30 s. */
  private RelayDirectory awaitedRelayDirectory() {
    return Waiting.until(
            META_WRITTEN,
            () ->
                Optional.of(currentRelayDirectory())
                    .filter(directory -> !RelayView.ofMeta(directory).gtidW().isEmpty()))
        .orElseGet(this::currentRelayDirectory);
  }

  private Optional<String> upstreamUuid() {
    Site.Upstream upstream =
        begun
            .map(plan -> site.upstream(plan.oldServer()))
            .orElseGet(() -> site.upstream(running().host(), running().port(), running().user()));
    if (upstream.uuid().isEmpty() && upstream.answers()) {
      throw Problem.cannotTell(
              "who answers at the worker's upstream address does not let us in: "
                  + upstream.detail(),
              "its server_uuid",
              "fix the error above, then run again")
          .namingRerun();
    }
    if (begun.isEmpty()
        && upstream.uuid().filter(this::isNotRelays).isPresent()
        && runsOlderConfiguration()) {
      throw Problem.cannotTell(
          "dm-worker.toml was written after the worker was started: the worker still reads another"
              + " server, whose address is not known",
          "the address from which the worker reads",
          "restart the worker on its configuration by the switch itself");
    }
    return upstream.uuid();
  }

  private boolean isNotRelays(String uuid) {
    try {
      return !relay.get().subDir().isOf(uuid);
    } catch (Problem unknown) {
      // That refuses by itself.
      return false;
    }
  }

  /** Of a roll that had no effect: its address says nothing about who is read. */
  private boolean runsOlderConfiguration() {
    WorkerDeployment deployment = site.survey().deployment();
    return site.request().modes().scenario() == Request.Scenario.ADDRESS
        && host()
            .see(Look.writtenSinceStart(deployment.tomlPath(), deployment.port()))
            .orElse(false);
  }

  /** The edited copy, read back through ansible-inventory and DM-Ansible's template (rule 5). */
  private WorkerSurvey tryEdit() {
    InventoryEdit edit = site.inventoryEdit();
    edit.checkCanApply();
    String alias = site.request().dmWorker();
    // The copy stays until both have read it.
    try (TrialCopy copy = TrialCopy.of(edit, site.inventory().getParent());
        Aside meanwhile = new Aside()) {
      Lazy<WorkerSurvey> rendered =
          new Lazy<>(() -> WorkerSurvey.of(site.dmAnsible(), copy.path(), alias));
      meanwhile.ask(rendered);
      Map<String, Object> before = site.variables();
      Map<String, Object> after = HostVariables.of(site.dmAnsible(), copy.path(), alias);
      List<String> unwanted = ReadBack.unwanted(site.changes(), before, after);
      if (!unwanted.isEmpty()) {
        throw Problem.refused(
            "the edit would also change " + String.join(", ", unwanted) + " of " + alias,
            "only the upstream to change",
            "look at the entry of " + alias + " in " + site.inventory());
      }
      requireWanted(rendered.get().toml());
      return rendered.get();
    }
  }

  private void requireWanted(WorkerToml made) {
    Request request = site.request();
    List<String> wrong = new ArrayList<>();
    if (!made.host().equals(request.newServer().host())) {
      wrong.add("host is " + made.host() + ", not " + request.newServer().host());
    }
    if (made.port() != request.newServer().port()) {
      wrong.add("port is " + made.port() + ", not " + request.newServer().port());
    }
    request
        .newServer()
        .user()
        .filter(user -> !user.equals(made.user()))
        .ifPresent(user -> wrong.add("user is " + made.user() + ", not " + user));
    request
        .newServer()
        .password()
        .filter(password -> !DmPassword.opensTo(made.storedPassword().reveal(), password))
        .ifPresent(password -> wrong.add("password is another"));
    if (!wrong.isEmpty()) {
      throw Problem.refused(
          "after the edit dm-worker.toml would still be wrong: " + String.join("; ", wrong),
          "values that editing the worker's line in " + site.inventory() + " sets",
          "find where the value comes from (host_vars, group_vars, -e in dm_ansible_args, vault)"
              + " and set it there, or take it out there");
    }
  }

  private List<Subtask> askSubtasks() {
    if (begun.isPresent()) {
      return subtasksOf(begun.get());
    }
    if (silent()) {
      return site.dm().queryError(address()).subtasks().stream()
          .map(task -> new Subtask(task.name(), task.stage(), task.unit(), task.errors(), false))
          .toList();
    }
    return workerStatus.get().subtasks().stream().map(Inquiry::subtask).toList();
  }

  /** One that an operator has paused counts too: what the new server lacks of it is lost later. */
  static List<Subtask> subtasksOf(Plan begun) {
    return begun.tasks().stream()
        .map(
            task ->
                new Subtask(
                    task.name(),
                    task.handling() == Plan.Handling.LEAVE_PAUSED ? Stage.PAUSED : Stage.STOPPED,
                    Unit.SYNC,
                    List.of(),
                    false))
        .toList();
  }

  private List<TaskCheckpoint> checkpoints() {
    Duration limit = site.request().timeouts().catchUp();
    Duration idle = Checkpoints.WRITTEN_WHEN_IDLE;
    Set<String> sharded =
        summaries.get().stream()
            .filter(task -> task.workers().size() > 1)
            .map(TaskSummary::name)
            .collect(Collectors.toSet());
    return new Checkpoints(site, address(), present().sourceId(), silent(), sharded)
        .await(
            // Nothing will come any more from a server that is down.
            oldPort.get().state() == PortProbe.State.OPEN || limit.compareTo(idle) < 0
                ? limit
                : idle);
  }

  /** As {@code dm().tasks()}, which would make every worker ask its upstream. */
  private List<TaskSummary> summariesByErrors() {
    Map<String, Set<String>> workers = new TreeMap<>();
    Map<String, Set<String>> stages = new TreeMap<>();
    for (Cluster.Host worker : site.survey().cluster().workers()) {
      for (WorkerErrors.SubtaskErrors task : site.dm().queryError(worker.address()).subtasks()) {
        workers.computeIfAbsent(task.name(), name -> new TreeSet<>()).add(worker.address());
        stages.computeIfAbsent(task.name(), name -> new TreeSet<>()).add(task.stage().toString());
      }
    }
    return workers.entrySet().stream()
        .map(
            task ->
                new TaskSummary(
                    task.getKey(), String.join(", ", stages.get(task.getKey())), task.getValue()))
        .toList();
  }

  private static Subtask subtask(SubtaskStatus status) {
    return new Subtask(
        status.name(),
        status.stage(),
        status.unit(),
        status.errors().stream().map(Object::toString).toList(),
        status.waitsForShardingDdl());
  }

  private boolean relayCatchesUp() {
    Duration limit = site.request().timeouts().catchUp();
    RelayCatchUp catchUp =
        new RelayCatchUp(
            () -> site.dm().queryStatus(address()).relay(), this::currentRelayDirectory);
    return catchUp.upstream(limit).filter(asked -> catchUp.await(asked, limit)).isPresent();
  }

  /** Tasks that the switch stops: all that no operator has paused. */
  private List<String> handled() {
    return subtasks.get().stream()
        .filter(task -> !task.isPausedByOperator())
        .map(Subtask::name)
        .toList();
  }

  private Map<String, TaskFile> findFiles() {
    Map<String, TaskFile> found = new LinkedHashMap<>();
    if (stops()) {
      for (String task : handled()) {
        found.put(task, site.taskFiles().startable(task, present().sourceId()));
      }
    }
    return found;
  }

  private List<PrecheckedTask> precheckedTasks() {
    return handled().stream().map(this::precheckedTask).toList();
  }

  private PrecheckedTask precheckedTask(String task) {
    Optional<TaskFile> file = stops() ? Optional.of(files.get().get(task)) : fileOfPausedTask(task);
    return new PrecheckedTask(
        task,
        file.map(found -> found.path().toString()),
        file.map(TaskFile::checked).orElse(EnumSet.allOf(CheckingItem.class)),
        file.map(found -> found.sourceIds().size()).orElse(1),
        file.<Function<Table, Optional<Table>>>map(
                found -> found.sources().get(present().sourceId()).routes()::target)
            .orElse(Optional::of),
        tablesOnNewServer(task, filterOf(file)));
  }

  private TableFilter filterOf(Optional<TaskFile> file) {
    return file.map(found -> found.sources().get(present().sourceId()).filter())
        .orElse(TableFilter.EVERYTHING);
  }

  /** Read once for each task. */
  private Lazy<List<TableDefinition>> tablesOnNewServer(String task, TableFilter filter) {
    return definitions.computeIfAbsent(
        task,
        name ->
            new Lazy<>(
                () ->
                    newServer
                        .get()
                        .tableDefinitions(
                            table -> filter.replicates(table.schema(), table.name()))));
  }

  /** Of every task, those too that an operator has paused. */
  private List<TaskTables> taskTables() {
    return subtasks.get().stream()
        .map(Subtask::name)
        .map(
            task -> {
              TableFilter filter = filterOf(fileOfPausedTask(task));
              return new TaskTables(task, filter, tablesOnNewServer(task, filter));
            })
        .toList();
  }

  /** A task that is only paused needs none. */
  private Optional<TaskFile> fileOfPausedTask(String task) {
    try {
      return Optional.of(site.taskFiles().startable(task, present().sourceId()));
    } catch (Problem notFound) {
      return Optional.empty();
    }
  }

  private Optional<RelayHead> relayHead() {
    // Where it is not known, that is the problem to tell.
    relay.get();
    return relayLooks.get().head().map(Supplier::get);
  }

  private Optional<RelayTail> relayTail() {
    relay.get();
    return relayLooks.get().tail().map(Supplier::get);
  }

  /** DM's own pre-check, task by task. */
  private List<String> taskChecks() {
    List<String> failed = new ArrayList<>();
    for (Map.Entry<String, TaskFile> task : files.get().entrySet()) {
      Outcome outcome = site.dm().checkTask(task.getValue().path());
      if (!outcome.isDone()) {
        failed.add("check-task of " + task.getKey() + ": " + outcome.message());
      }
    }
    return failed;
  }

  /** The other sources of the tasks: that they answer and pass what DM's pre-check asks them. */
  private List<String> otherSources() {
    Set<String> sourceIds = new TreeSet<>();
    files.get().values().forEach(file -> sourceIds.addAll(file.sourceIds()));
    sourceIds.remove(present().sourceId());
    List<String> wrong = new ArrayList<>();
    for (String sourceId : sourceIds) {
      otherSource(sourceId).ifPresent(text -> wrong.add("source " + sourceId + ": " + text));
    }
    return wrong;
  }

  private Optional<String> otherSource(String sourceId) {
    Optional<Cluster.Host> worker = site.survey().cluster().workerOf(sourceId);
    if (worker.isEmpty()) {
      return Optional.of("no worker in the inventory has it");
    }
    WorkerToml toml =
        WorkerSurvey.of(site.dmAnsible(), site.inventory(), worker.get().alias()).toml();
    Optional<Server> login =
        site.login(
            new Endpoint(
                toml.host(),
                toml.port(),
                toml.user(),
                DmPassword.open(toml.storedPassword().reveal())));
    if (login.isEmpty()) {
      return Optional.of("its server " + toml.address() + " lets nobody in");
    }
    try (Server server = login.get()) {
      List<DmPrecheck.Complaint> complaints = DmPrecheck.of(server, checkedAt(sourceId));
      return complaints.isEmpty()
          ? Optional.empty()
          : Optional.of(
              complaints.stream()
                  .map(DmPrecheck.Complaint::toString)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** What start-task of any of the tasks checks at this source. */
  private Set<CheckingItem> checkedAt(String sourceId) {
    Set<CheckingItem> checked = EnumSet.noneOf(CheckingItem.class);
    files.get().values().stream()
        .filter(file -> file.sourceIds().contains(sourceId))
        .forEach(file -> checked.addAll(file.checked()));
    return checked;
  }

  @Override
  public void close() {
    aside.close();
    if (newServer.isKnown()) {
      newServer.get().close();
    }
  }
}
