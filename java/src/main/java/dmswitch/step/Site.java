package dmswitch.step;

import dmswitch.check.MasterLook;
import dmswitch.check.Sightings;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.AnsibleSetting;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.Look;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.Programs;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayRows;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.Roll;
import dmswitch.dmansible.RollingUpgrade;
import dmswitch.dmansible.SshWay;
import dmswitch.dmansible.StagedRoll;
import dmswitch.dmansible.WorkerHost;
import dmswitch.dmansible.WorkerLogin;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.inventory.Changes;
import dmswitch.inventory.InventoryEdit;
import dmswitch.inventory.InventoryFile;
import dmswitch.inventory.InventoryRestore;
import dmswitch.inventory.TrialCopy;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Attempt;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.MySqlServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.Sighting;
import dmswitch.mysql.TableKeys;
import dmswitch.mysql.TlsSettings;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import dmswitch.task.TaskFiles;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What the steps talk to, as the request names it; each part is made when it is first wanted. */
public class Site {
  /** For one connection to MySQL and for each short statement on it. */
  private static final Duration MYSQL_LIMIT = Duration.ofSeconds(10);

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

  /** As long as a login may take: MySQL may look up a client's name before it greets. */
  private static final Duration GREETING_LIMIT = MYSQL_LIMIT;

  /** How a login ends where no MySQL is. */
  private static final Set<Attempt.Reason> NOBODY =
      Set.of(
          Attempt.Reason.UNKNOWN_HOST,
          Attempt.Reason.REFUSED,
          Attempt.Reason.NO_ROUTE,
          Attempt.Reason.SILENT,
          Attempt.Reason.HUNG_UP);

  private final Request request;
  private final Lazy<Path> inventory;
  private final Lazy<DmAnsible> dmAnsible;
  private final Lazy<Map<String, Object>> variables;
  private final Lazy<WorkerSurvey> survey;
  private final Lazy<WorkerLogin> workerLogin;
  private final Lazy<TaskFiles> taskFiles;
  private final Lazy<Dm> dm;
  private final Lazy<WorkerHost> workerHost;
  private final Map<String, WorkerHost> otherHosts = new ConcurrentHashMap<>();
  private final Set<String> otherConnections = Collections.synchronizedSet(new LinkedHashSet<>());

  /** Before there is a plan. */
  public Site(Request request) {
    this(request, Optional.empty(), () -> request.dmAnsible().inventory());
  }

  /** With what the plan knows. */
  Site(Request request, Plan plan) {
    this(request, Optional.of(plan), () -> Optional.of(InventoryChoice.of(plan, request)));
  }

  /** Of a worker with which something may be under way: then the inventory is that of it. */
  public static Site ofAnyWorker(Request request) {
    return new Site(
        request,
        Optional.empty(),
        () -> InventoryChoice.begunWith(request).or(() -> request.dmAnsible().inventory()));
  }

  private Site(Request request, Optional<Plan> plan, Supplier<Optional<Path>> named) {
    this.request = request;
    this.inventory =
        new Lazy<>(() -> named.get().orElseGet(() -> InventoryChoice.ofConfig(request)));
    this.dmAnsible = new Lazy<>(this::openDmAnsible);
    this.variables =
        new Lazy<>(() -> HostVariables.of(dmAnsible(), inventory(), request.dmWorker()));
    this.survey = new Lazy<>(() -> WorkerSurvey.of(dmAnsible(), inventory(), request.dmWorker()));
    this.workerLogin = new Lazy<>(this::readWorkerLogin);
    this.taskFiles = new Lazy<>(() -> TaskFiles.find(taskFilePlaces(request)));
    this.dm =
        new Lazy<>(
            () ->
                Dm.through(
                    request.dm().dmctl(),
                    plan.map(Plan::dmMasterAddr)
                        .or(() -> request.dm().masterAddr())
                        .orElseGet(this::masterOfInventory)));
    this.workerHost =
        new Lazy<>(
            () ->
                new WorkerHost(
                    dmAnsible(),
                    request.dmWorker(),
                    plan.map(Plan::surroundings).orElse(""),
                    plan.map(Plan::ssh).orElse(SshWay.NONE)));
  }

  private DmAnsible openDmAnsible() {
    DmAnsible dmAnsible =
        DmAnsible.open(
            request.dmAnsible().dir(),
            inventory(),
            Programs.find(request.dmAnsible().playbook()),
            AnsibleArguments.of(request.dmAnsible().args()));
    // Ansible takes an inventory that it may not read for one without hosts.
    InventoryFile.read(inventory());
    return dmAnsible;
  }

  private static List<Path> taskFilePlaces(Request request) {
    return request.dm().taskFiles().isEmpty()
        ? TaskFiles.usualPlaces(request.dmAnsible().dir())
        : request.dm().taskFiles();
  }

  private String masterOfInventory() {
    return survey().cluster().masterAddress().orElseThrow(Site::noMaster);
  }

  private static Problem noMaster() {
    return Problem.refused(
        "the inventory has not exactly one dm-master in dm_master_servers",
        "the address of dm-master",
        "correct the inventory, or set dm_master_addr to HOST:PORT");
  }

  public Request request() {
    return request;
  }

  /** The one inventory that DM-Ansible is called with and that is edited. */
  public Path inventory() {
    return inventory.get();
  }

  /** How an operator calls DM-Ansible's playbooks for the worker. */
  public OperatorCalls calls() {
    return OperatorCalls.of(request.dmAnsible().dir(), inventory(), request.dmWorker());
  }

  /** The inventory that ansible takes without -i, where it is another one. */
  Optional<AnsibleConfig.OtherInventory> otherInventory() {
    return AnsibleConfig.of(request.dmAnsible().dir()).otherThan(inventory());
  }

  /** What DM-Ansible's ansible.cfg sets otherwise than DM-Ansible 1.0.7 and a roll may notice. */
  List<AnsibleSetting> ansibleSettings() {
    return AnsibleConfig.of(request.dmAnsible().dir()).settings();
  }

  public DmAnsible dmAnsible() {
    return dmAnsible.get();
  }

  /** What the present inventory has for the worker, as {@code ansible-inventory} prints it. */
  Map<String, Object> variables() {
    return variables.get();
  }

  /** As the worker logs in to its upstream, in rendered values. */
  WorkerLogin workerLogin() {
    return workerLogin.get();
  }

  private WorkerLogin readWorkerLogin() {
    return survey.isKnown()
        ? WorkerLogin.of(survey())
        : WorkerLogin.of(dmAnsible(), variables(), this::survey);
  }

  /** Whether the inventory has ansible_become false for the worker. */
  boolean becomeIsOff() {
    return workerLogin().becomeIsOff();
  }

  /** What DM-Ansible makes of the present inventory. */
  public WorkerSurvey survey() {
    return survey.get();
  }

  /** Address of dm-master, as dmctl takes it. */
  String masterAddr() {
    return request.dm().masterAddr().orElseGet(this::masterOfInventory);
  }

  public Dm dm() {
    return dm.get();
  }

  public WorkerHost workerHost() {
    return workerHost.get();
  }

  /** Whether the worker's port is open, and a MySQL server greets at its upstream's address. */
  public List<Supplier<PortProbe>> probePorts(
      String worker, int port, String upstreamHost, int upstreamPort) {
    WorkerHost.Together looks = workerHost().together();
    return List.of(
        looks.add(Look.port(worker, port, PROBE_LIMIT)),
        looks.add(mysqlPort(upstreamHost, upstreamPort)));
  }

  /** Whether something listens on the worker's port, tried on its own host. */
  PortProbe workerPort(String worker, int port) {
    return workerHost().see(Look.port(worker, port, PROBE_LIMIT));
  }

  /**
   * Relay's folders, and how the first file of the last sub dir begins, seen in one call.
   *
   * @param firstHead nothing when that sub dir holds no file
   */
  public record RelayLook(
      Supplier<RelayDirectory> directory, Supplier<Optional<RelayHead>> firstHead) {}

  /** Looks at both. */
  public RelayLook relayLook(String relayDir) {
    WorkerHost.Together looks = workerHost().together();
    return new RelayLook(
        looks.add(Look.relayDirectory(relayDir)), looks.add(Look.firstRelayHead(relayDir)));
  }

  /**
   * What one call sees of relay where it stands.
   *
   * @param head how its file begins; nothing when it names none
   * @param tail what lies behind its position; nothing where that is not known
   */
  record RelayLooks(
      Supplier<RelayDirectory> directory,
      Optional<Supplier<RelayHead>> head,
      Optional<Supplier<RelayTail>> tail) {}

  /** Looks at relay's folders, and at its file where it is known which one that is. */
  RelayLooks relayLooks(String relayDir, Optional<RelayView> at) {
    WorkerHost.Together looks = workerHost().together();
    return new RelayLooks(
        looks.add(Look.relayDirectory(relayDir)),
        at.filter(view -> view.binlog().hasFile())
            .map(
                view ->
                    looks.add(
                        Look.relayHead(relayDir, view.subDir().toString(), view.binlog().file()))),
        at.map(
            view ->
                looks.add(
                    Look.relayTail(
                        relayDir,
                        view.subDir().toString(),
                        view.binlog().file(),
                        view.binlog().position()))));
  }

  /** Relay's folders on the worker's host. */
  public RelayDirectory relayDirectory(String relayDir) {
    return workerHost().see(Look.relayDirectory(relayDir));
  }

  /** How a relay file begins. */
  public RelayHead relayHead(String relayDir, String subDir, String file) {
    return workerHost().see(Look.relayHead(relayDir, subDir, file));
  }

  /** What lies behind a position in a relay file. */
  public RelayTail relayTail(String relayDir, String subDir, String file, long position) {
    return workerHost().see(Look.relayTail(relayDir, subDir, file, position));
  }

  /** The tables whose rows lie behind a checkpoint in the relay log of a worker. */
  public RelayRows relayRows(String alias, String relayDir, BinlogPosition checkpoint) {
    return host(alias)
        .see(
            Look.relayRows(
                relayDir,
                checkpoint.subDirSuffix().orElseThrow(),
                checkpoint.file(),
                checkpoint.position()));
  }

  private WorkerHost host(String alias) {
    return alias.equals(request.dmWorker())
        ? workerHost()
        : otherHosts.computeIfAbsent(alias, other -> new WorkerHost(dmAnsible(), other));
  }

  RollingUpgrade rollingUpgrade() {
    return new RollingUpgrade(dmAnsible(), request.dmWorker());
  }

  /** Launches the rolling upgrade; its files are written to this folder. */
  Roll launchRoll(Path folder) {
    return rollingUpgrade().start(folder);
  }

  /** What keeps the short roll from being enough, by DM-Ansible's files as they are now. */
  List<String> stagedObstaclesNow() {
    return StagedRoll.obstaclesInFiles(dmAnsible().directory());
  }

  /** As {@link #launchRoll}, the short roll of roll_mode staged. */
  Roll launchStagedRoll(Path folder) {
    return rollingUpgrade().startStaged(folder);
  }

  public TaskFiles taskFiles() {
    return taskFiles.get();
  }

  /** What the inventory shall have. */
  Changes changes() {
    return new Changes(
        request.newServer().host(),
        request.newServer().port(),
        request.newServer().user(),
        request.newServer().password());
  }

  /** The edit, worked out on the inventory as it is now. */
  InventoryEdit inventoryEdit() {
    return InventoryEdit.of(InventoryFile.read(inventory()), request.dmWorker(), changes());
  }

  /** The user that the worker will log in with on the new server. */
  String newUser() {
    return request.newServer().user().orElseGet(() -> workerLogin().user());
  }

  /** Logs in to the new server, as the worker will. */
  Server newServer() {
    return MySqlServer.connect(newEndpoint(), newTls(), MYSQL_LIMIT);
  }

  private Endpoint newEndpoint() {
    Secret password = request.newServer().password().orElseGet(this::storedPassword);
    return new Endpoint(
        request.newServer().host(), request.newServer().port(), newUser(), password);
  }

  private TlsSettings newTls() {
    return new TlsSettings(request.newServer().sslMode(), request.newServer().sslCa());
  }

  /**
   * Whom fresh connections to the new server have reached.
   *
   * @param seen one for each connection
   * @param closed the addresses of its name at which no server is to be seen
   */
  record NewServerLook(List<Sighting> seen, List<Sightings.Closed> closed) {}

  /** As {@link #lookAtNewServer}, without the addresses at which nothing listens. */
  List<Sighting> newServerSightings(int times) {
    return lookAtNewServer(times).seen();
  }

  /**
   * Looks on fresh connections to the new server whom they reach. An address of its name that does
   * not answer now may lead to another server later, to which relay would connect anew without
   * looking at its uuid.
   *
   * @param times how many in a row, to each address that the name has here
   * @throws Problem (cannot tell) when none of the addresses, or not every connection to one of
   *     them, lets us in; but one that plainly has no listener, and an IPv6 address where this
   *     machine has no IPv6, are passed over
   */
  NewServerLook lookAtNewServer(int times) {
    Endpoint endpoint = newEndpoint();
    List<Sighting> seen = new ArrayList<>();
    List<Sightings.Closed> closed = new ArrayList<>();
    List<Problem> failures = new ArrayList<>();
    Optional<Problem> unseen = Optional.empty();
    for (InetAddress address : addresses(endpoint.host())) {
      for (int i = 0; i < times; i++) {
        Attempt attempt = MySqlServer.attempt(endpoint, newTls(), MYSQL_LIMIT, address);
        if (attempt instanceof Attempt.Failed failed) {
          if (!NOBODY.contains(failed.reason())) {
            throw failed.problem();
          }
          failures.add(failed.problem());
          Optional<Sightings.Why> why =
              i == 0 ? whyClosed(address, failed.reason()) : Optional.empty();
          why.ifPresent(each -> closed.add(new Sightings.Closed(address.getHostAddress(), each)));
          if (why.isEmpty() && unseen.isEmpty()) {
            unseen = Optional.of(unseen(endpoint, address, failed.reason()));
          }
          break;
        }
        try (Server server = ((Attempt.Connected) attempt).server()) {
          seen.add(server.sighting().at(address.getHostAddress()));
        }
      }
    }
    if (seen.isEmpty()) {
      throw failures.get(0);
    }
    if (unseen.isPresent()) {
      throw unseen.get();
    }
    return new NewServerLook(seen, closed);
  }

  private Optional<Sightings.Why> whyClosed(InetAddress address, Attempt.Reason reason) {
    if (reason == Attempt.Reason.REFUSED) {
      return Optional.of(Sightings.Why.REFUSED);
    }
    return reason == Attempt.Reason.NO_ROUTE
            && address instanceof Inet6Address
            && !hasIpv6(address.isLoopbackAddress())
        ? Optional.of(Sightings.Why.NO_IPV6)
        : Optional.empty();
  }

  /** Whether this machine has an IPv6 address beyond its own links, or IPv6's loopback. */
  boolean hasIpv6(boolean loopback) {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(Inet6Address.class::isInstance)
          .anyMatch(own -> !own.isLinkLocalAddress() && own.isLoopbackAddress() == loopback);
    } catch (SocketException unknown) {
      return true;
    }
  }

  private static Problem unseen(Endpoint endpoint, InetAddress address, Attempt.Reason reason) {
    return Problem.cannotTell(
            endpoint.host()
                + " means several addresses, and no server is seen at "
                + Address.of(address.getHostAddress(), endpoint.port())
                + ": "
                + switch (reason) {
                  case HUNG_UP -> "it accepts connections and ends them before the login";
                  case NO_ROUTE -> "there is no way to it";
                  case REFUSED -> "it refuses connections now, and did not a moment ago";
                  default -> "nothing answers there within " + MYSQL_LIMIT.toSeconds() + " s";
                },
            "the server at each of its addresses: relay connects anew by itself, to any of them, and"
                + " writes what another server sends as if the first had sent it",
            "bring that server up, or take the address out of the name (DNS, /etc/hosts), or name the"
                + " new server by an address of its own; then run again")
        .namingRerun();
  }

  /**
   * Sees the new server from dm-master's host, in a call of ansible of its own.
   *
   * @return empty where dm-master is on the worker's host, by its address: that sees the same
   * @throws Problem (refused) when the inventory has not exactly one dm-master; (cannot tell) when
   *     its host cannot be reached
   */
  Optional<MasterLook> lookFromMaster() {
    List<Cluster.Host> masters = survey().cluster().masters();
    if (masters.size() != 1) {
      throw noMaster();
    }
    Cluster.Host master = masters.get(0);
    if (Address.isSameHost(master.host(), survey().deployment().host())) {
      return Optional.empty();
    }
    WorkerHost host = host(master.alias());
    Sighting before = newServerSightings(1).get(0);
    PortProbe newPort = host.see(mysqlPort(request.newServer().host(), request.newServer().port()));
    return Optional.of(
        new MasterLook(
            master.host(), host.isInThisNetwork(), newPort, before, newServerSightings(1).get(0)));
  }

  /** Every address that a name has here. */
  List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(Address.bare(host)));
    } catch (UnknownHostException e) {
      throw Problem.cannotTell(
          "the host name " + host + " means no address here",
          "a name or address of the MySQL server",
          "correct the name, or make it known in DNS or /etc/hosts",
          e);
    }
  }

  /** As which server_id the worker reads its upstream; 0 when it chooses one by itself. */
  long workerServerId() {
    String number = String.valueOf(variables().get("server_id"));
    return number.matches("[0-9]{1,10}") ? Long.parseLong(number) : survey().toml().serverId();
  }

  /** Logs in to the old server with what the inventory has before it is switched. */
  public Optional<Server> oldServer(String host, int port, String user) {
    return login(new Endpoint(host, port, user, storedPassword()));
  }

  /** As {@link #oldServer(String, int, String)}, with the address of the plan. */
  Optional<Server> oldServer(Plan.OldServer server) {
    return oldServer(server.host(), server.port(), server.user());
  }

  /** As {@link #oldServer(Plan.OldServer)}, once the inventory may have another password. */
  Optional<Server> oldServer(Plan.OldServer server, Secret password) {
    return login(new Endpoint(server.host(), server.port(), server.user(), password));
  }

  /**
   * Who answers at a worker's upstream address.
   *
   * @param uuid of the server that let us in
   * @param answers whether anybody does
   * @param detail why it did not let us in
   */
  public record Upstream(Optional<String> uuid, boolean answers, String detail) {
    private String described() {
      return uuid.map(seen -> "the server " + seen)
          .orElseGet(() -> "nobody who lets us in (" + detail + ")");
    }
  }

  /**
   * Asks on several fresh connections who is at the worker's upstream address; where they reach
   * different servers, the uuid is not known.
   */
  public Upstream upstream(String host, int port, String user) {
    List<Upstream> looks =
        FreshConnections.answers(() -> upstreamOnce(host, port, user), look -> !look.answers());
    Upstream first = looks.get(0);
    return looks.size() == 1
        ? first
        : new Upstream(
            Optional.empty(),
            true,
            "one connection to "
                + host
                + ":"
                + port
                + " reaches "
                + first.described()
                + ", the next "
                + looks.get(1).described());
  }

  private Upstream upstreamOnce(String host, int port, String user) {
    Attempt attempt = attempt(new Endpoint(host, port, user, storedPassword()));
    if (attempt instanceof Attempt.Failed failed) {
      return new Upstream(
          Optional.empty(), !NOBODY.contains(failed.reason()), failed.problem().found());
    }
    try (Server server = ((Attempt.Connected) attempt).server()) {
      return new Upstream(Optional.of(server.facts().serverUuid()), true, "");
    } catch (Problem notUnderstood) {
      return new Upstream(Optional.empty(), true, notUnderstood.found());
    }
  }

  /** As {@link #upstream(String, int, String)}, on one connection to the address of the plan. */
  Upstream upstream(Plan.OldServer server) {
    return upstreamOnce(server.host(), server.port(), server.user());
  }

  /** Whether a MySQL server greets the worker's host. */
  public PortProbe probePort(String host, int port) {
    return workerHost().see(mysqlPort(host, port));
  }

  /** As {@link #probePort}, to be taken together with others. */
  static Look<PortProbe> mysqlPort(String host, int port) {
    return Look.mysqlPort(host, port, PROBE_LIMIT, GREETING_LIMIT);
  }

  /** Logs in as somebody else's worker does; empty when the server does not answer. */
  Optional<Server> login(Endpoint endpoint) {
    return attempt(endpoint) instanceof Attempt.Connected connected
        ? Optional.of(connected.server())
        : Optional.empty();
  }

  /**
   * What a task has written into its target of where it will go on; empty when nothing.
   *
   * @throws Problem (cannot tell) when there is no task file or the target does not tell
   */
  public Optional<BinlogPosition> targetCheckpoint(String task, String sourceId) {
    try {
      try (Server server = target(task)) {
        return server
            .syncerCheckpoint(taskFiles().target(task).metaSchema(), task, sourceId)
            .flatMap(BinlogPosition::parse);
      }
    } catch (Problem unknown) {
      throw Checkpoints.unread(task, unknown);
    }
  }

  /** The dm-worker.toml that DM-Ansible makes of the inventory as it was before. */
  WorkerToml restoredToml(InventoryRestore restore) {
    try (TrialCopy copy = TrialCopy.of(restore, inventory().getParent())) {
      return WorkerSurvey.of(dmAnsible(), copy.path(), request.dmWorker()).toml();
    }
  }

  /**
   * The password that the inventory had for the worker before, where it stands in no plain text.
   */
  Secret passwordOf(InventoryRestore restore) {
    try (TrialCopy copy = TrialCopy.of(restore, inventory().getParent())) {
      String alias = request.dmWorker();
      WorkerLogin login =
          WorkerLogin.of(
              dmAnsible(),
              HostVariables.of(dmAnsible(), copy.path(), alias),
              () -> WorkerSurvey.of(dmAnsible(), copy.path(), alias));
      return DmPassword.open(login.storedPassword().reveal());
    }
  }

  /** Hides every password that the inventory or the request has, in every stored form. */
  public Masker masker() {
    List<Secret> secrets = new ArrayList<>();
    request.newServer().password().ifPresent(secrets::add);
    secrets.add(workerLogin().storedPassword());
    secrets.add(storedPassword());
    return new Masker(secrets);
  }

  /** The tables on the new server that these tasks replicate and that lack a key. */
  KeylessTables keylessTables(String sourceId, List<String> tasks) {
    try (Server newServer = newServer()) {
      return keylessTables(newServer, sourceId, tasks);
    }
  }

  /** The tables on this server that these tasks replicate and that lack a key. */
  public KeylessTables keylessTables(Server server, String sourceId, List<String> tasks) {
    return KeylessTables.of(this, server, sourceId, tasks);
  }

  /** As {@link #keylessTables(Server, String, List)}, of a worker that is down. */
  public KeylessTables keylessTablesOfAnyTask(Server server, String sourceId) {
    return KeylessTables.ofAnyTask(this, server, sourceId);
  }

  /**
   * Another worker of the cluster.
   *
   * @param upstream its source, as the worker logs in to it
   */
  record Shard(Replay.Worker worker, Endpoint upstream) {}

  /**
   * Finds a worker by HOST:PORT, as the inventory has it.
   *
   * @throws Problem (cannot tell) when the inventory has no such worker
   */
  Shard shard(String address) {
    String alias =
        survey().cluster().workers().stream()
            .filter(worker -> worker.address().equals(address))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "no worker in the inventory has the address " + address,
                        "every worker of a sharded task in the inventory",
                        "add it to " + inventory() + ", or set task_mode: pause"))
            .alias();
    WorkerSurvey other = WorkerSurvey.of(dmAnsible(), inventory(), alias);
    WorkerToml toml = other.toml();
    return new Shard(
        new Replay.Worker(alias, address, toml.sourceId(), other.deployment().relayDir(), true),
        new Endpoint(
            toml.host(),
            toml.port(),
            toml.user(),
            DmPassword.open(toml.storedPassword().reveal())));
  }

  /** The tables of another worker's source that these tasks replicate and that lack a key. */
  KeylessTables keylessTables(Shard shard, List<String> tasks) {
    try (Server source = connect(shard.upstream())) {
      return keylessTables(source, shard.worker().sourceId(), tasks);
    }
  }

  /**
   * The keys of the tables in a task's target.
   *
   * @throws Problem (cannot tell) when the target does not tell; (refused) when no task file names
   *     it
   */
  TableKeys targetKeys(String task) {
    try (Server server = target(task)) {
      return server.tableKeys();
    }
  }

  private Server target(String task) {
    return connect(taskFiles().target(task).endpoint());
  }

  /** Logs in to another server than the new one, which alone the request's TLS settings are for. */
  private Attempt attempt(Endpoint endpoint) {
    Attempt attempt = MySqlServer.attempt(endpoint, TlsSettings.WHERE_OFFERED, MYSQL_LIMIT);
    if (attempt instanceof Attempt.Connected connected) {
      List<String> warnings = connected.server().warnings();
      otherConnections.addAll(
          warnings.isEmpty()
              ? List.of(
                  "the connection to MySQL at "
                      + endpoint.address()
                      + " is encrypted, but its certificate is not verified")
              : warnings);
    }
    return attempt;
  }

  private Server connect(Endpoint endpoint) {
    Attempt attempt = attempt(endpoint);
    if (attempt instanceof Attempt.Failed failed) {
      throw failed.problem();
    }
    return ((Attempt.Connected) attempt).server();
  }

  /**
   * What the logins at other servers than the new one had less than was asked for that one, so far;
   * none when no TLS was required there either.
   */
  List<String> otherConnections() {
    return request.newServer().sslMode().requiresTls() ? List.copyOf(otherConnections) : List.of();
  }

  private Secret storedPassword() {
    return DmPassword.open(workerLogin().storedPassword().reveal());
  }
}
