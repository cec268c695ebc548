package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.Checkpoints;
import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.access.InventoryChoice;
import dmswitch.access.KeylessTables;
import dmswitch.access.KeylessTablesReader;
import dmswitch.access.MySqlServers;
import dmswitch.access.NewServerSightings;
import dmswitch.access.Replay;
import dmswitch.access.Shard;
import dmswitch.access.UpstreamLogin;
import dmswitch.access.WorkerAnsible;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.FakeDm;
import dmswitch.dm.Stage;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerLogin;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayRows;
import dmswitch.host.RelayTail;
import dmswitch.host.Tails;
import dmswitch.inventory.InventoryRestore;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.BinlogReader;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.Sighting;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import dmswitch.task.TaskFiles;
import dmswitch.upgrade.DetachedPlaybook;
import dmswitch.upgrade.PlaybookRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An open switch over fakes; the journal and its folder are real. */
public final class Bench implements AutoCloseable {
  private static final Endpoint OTHER =
      new Endpoint("10.0.1.41", 3306, "dm", Secret.of("of the other source"));

  public final FakeDm dm = new FakeDm();
  final FakeServer newServer = new FakeServer();
  final FakeServer oldServer = new FakeServer().uuid(Plans.OLD_UUID);

  /** Who answers at the upstream's address, look by look; the last one stays. */
  final Deque<UpstreamLogin> vip = new ArrayDeque<>(List.of(shown(Plans.OLD_UUID)));

  /** What the VIP's port answers to the worker's host. */
  PortProbe.State vipPort = PortProbe.State.OPEN;

  /** The password with which the old server was asked, where it was not the inventory's. */
  Optional<String> passwordOfOldServer = Optional.empty();

  /** Whether the old server lets us in. */
  boolean oldServerAnswers = true;

  /** What follows relay's position, look by look; the last one stays. */
  final Deque<RelayTail> tails = new ArrayDeque<>(List.of(Tails.CLEAN));

  /** How often it was looked at. */
  int tailsRead;

  /** Done before each look. */
  Runnable onTail = () -> {};

  /** What every task has written into its target; empty when nothing. */
  public Optional<String> inTarget = Optional.of("(mysql-bin|000001.000003, 4000)");

  /** Done before anything is asked or told. */
  Runnable onUse = () -> {};

  long holeBytes;

  /** As many looks at the head of relay's first file as find no event after the headers. */
  int headEmptyFor;

  private int headLooks;
  List<Table> keyless = List.of();
  Optional<Set<Table>> tables = Optional.empty();

  /** Tables whose keys in the target are not known, and why. */
  List<Table> doubtful = List.of();

  final Optional<Problem> unknown =
      Optional.of(Problem.cannotTell("the target does not answer", "a login there", "bring it up"));

  /** Tables without a key in the target that no upstream lists. */
  List<Table> gone = List.of();

  /** Tables without a key of the other worker's source. */
  List<Table> shardKeyless = List.of();

  /** Rows after a checkpoint in the relay log, by alias of the worker, look by look. */
  final Map<String, Deque<RelayRows>> rows = new HashMap<>();

  /** Whose relay log was looked at, and after which checkpoint. */
  final List<String> looked = new ArrayList<>();

  /** Relay's sub dir as it was fenced and left. */
  static final RelayDirectory.SubDir FENCED = left(Plans.OLD_UUID + ".000001", 1, 100);

  /** What the worker's port answers on its own host. */
  PortProbe.State workerPort = PortProbe.State.OPEN;

  /** Relay's folders; empty for the one that was fenced, and the one that relay is in now. */
  RelayDirectory directory = new RelayDirectory(List.of(), List.of(), 1L << 40);

  /** What the port of a server answers to the worker's host, where it is not {@link #vipPort}. */
  final Map<String, PortProbe.State> ports = new HashMap<>();

  /** Who answers at an address, where it is not which server the VIP shows. */
  final Map<String, UpstreamLogin> upstreams = new HashMap<>();

  /** The host that the inventory has for the worker. */
  String inventoryHost = "10.0.1.32";

  /** The host that it had before. */
  String inventoryHostBefore = "10.0.1.31";

  /** How many rolling upgrades were launched here. */
  int rolls;

  /** What becomes of the worker in a rolling upgrade. */
  Runnable onRoll = () -> {};

  /** How many short ones of roll_mode staged were. */
  int stagedRolls;

  List<String> stagedObstacles = List.of();

  /** With which exit status it ends; nothing while it works. */
  Optional<String> rollEnds = Optional.of("0");

  final Journal journal;
  private final Request request;
  private final Plan plan;

  /** A sub dir with one file, which relay left with transactions of the old server in W. */
  static RelayDirectory.SubDir left(String name, int first, int last) {
    return new RelayDirectory.SubDir(
        name,
        List.of(new RelayDirectory.File("mysql-bin.000003", 5000)),
        Optional.of(
            new RelayDirectory.Meta(
                "mysql-bin.000003", 5000, Plans.OLD_UUID + ":" + first + "-" + last)));
  }

  /** A sub dir that relay has opened, with one file. */
  static RelayDirectory.SubDir opened(String name) {
    return new RelayDirectory.SubDir(
        name, List.of(new RelayDirectory.File("mysql-bin.000009", 200)), Optional.empty());
  }

  /** Relay's folders, in this order. */
  static RelayDirectory relayDirs(RelayDirectory.SubDir... subDirs) {
    return new RelayDirectory(
        List.of(subDirs).stream().map(RelayDirectory.SubDir::name).toList(),
        List.of(subDirs),
        1L << 40);
  }

  /** The worker is down: dm-master does not reach it, and its port is refused on its own host. */
  void workerIsDown() {
    dm.deaf = Integer.MAX_VALUE;
    workerPort = PortProbe.State.REFUSED;
  }

  /** The worker is up again, and relay runs. */
  void workerIsUp() {
    dm.deaf = 0;
    workerPort = PortProbe.State.OPEN;
    dm.relay = Stage.RUNNING;
  }

  private KeylessTables judge(Set<Table> named) {
    return new KeylessTables(
        gone.stream().filter(named::contains).toList(),
        List.of(),
        Optional.empty(),
        any -> KeylessTables.NONE);
  }

  /** Whom fresh connections to the new address reach, look by look; the last one stays. */
  final Deque<String> newAddress = new ArrayDeque<>(List.of(Plans.NEW_UUID));

  /** Who greets the worker's host at the VIP; where empty, the new server. */
  Optional<Greeting> greeting = Optional.empty();

  public Bench(Path dir, Plan plan) {
    newServer.readers = Optional.of(List.of(new BinlogReader(101, "worker")));
    this.plan = plan;
    this.request = request(dir, plan);
    this.journal = Journal.take(request.journalDir());
    journal.begin(plan, false);
  }

  static UpstreamLogin shown(String uuid) {
    return new UpstreamLogin(Optional.of(uuid), true, "");
  }

  static UpstreamLogin nobody() {
    return new UpstreamLogin(Optional.empty(), false, "connection refused");
  }

  /** From now on the VIP shows these, look by look; the last one stays. */
  Bench vipShows(UpstreamLogin... looks) {
    vip.clear();
    vip.addAll(List.of(looks));
    return this;
  }

  public static Request request(Path dir, Plan plan) {
    ObjectNode json = Json.object();
    json.put("scenario", plan.modes().scenario().word());
    json.put("task_mode", plan.modes().task().word());
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    for (String name : List.of("catch_up", "drain", "upgrade", "relay", "start", "verify", "vip")) {
      json.put(name + "_timeout", 1);
    }
    return RequestReader.read(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** As every step that asks for it does, with this access. */
  public static void requireNewServerAlone(Plan plan, Journal journal, ClusterAccess access) {
    new OpenSwitch(access.request(), plan, journal, access).requireNewServerAlone();
  }

  OpenSwitch open() {
    return open(journal);
  }

  /** As {@link #open()}, with the journal as this run of the playbook has it. */
  OpenSwitch open(Journal ofRun) {
    return new OpenSwitch(request, plan, ofRun, access());
  }

  /** Runs the step as a module does. */
  StepResult run(StepAction action) {
    StepResult ended = StepRunner.run(open(), action);
    Documented.require(module(action.step()), ended.answer());
    return ended;
  }

  private static String module(Step step) {
    return switch (step) {
      case OLD_BINARY_LOGS_FLUSHED, NEW_BINARY_LOGS_FLUSHED -> "binary_logs";
      case ROLLED_BACK -> "rollback";
      default -> step.journalName().substring(0, step.journalName().indexOf('_'));
    };
  }

  /** Takes the switch as far as the fence. */
  Bench fenced() {
    ObjectNode fence = Json.object();
    fence.put("gtid_w", dm.gtidW);
    fence.put("relay_sub_dir", dm.subDir);
    fence.put("relay_binlog", dm.binlog);
    journal.intent(Step.RELAY_FENCED, Json.object());
    journal.done(Step.RELAY_FENCED, fence);
    dm.relay = Stage.PAUSED;
    return this;
  }

  /** As if this step had been done. */
  Bench did(Step step) {
    journal.intent(step, Json.object());
    journal.done(step, Json.object());
    return this;
  }

  /**
   * As if an earlier run had begun a rolling upgrade that continues; this process stands for it.
   */
  void rollUnderWay() throws IOException {
    Path folder = journal.file("roll-1");
    journal.makeFolder(folder);
    rollUnderWay(folder);
  }

  private static void rollUnderWay(Path folder) throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    Files.writeString(folder.resolve("roll.log"), "");
    Files.writeString(
        folder.resolve("roll.process"),
        ProcessHandle.current().pid() + " " + started + " " + boot + "\n");
  }

  /** Reads as the pre-flight and {@link StopTasks} do. */
  public Checkpoints checkpoints(boolean silent) {
    return new Checkpoints(
        open().access(), plan.dmWorker().address(), plan.dmWorker().sourceId(), silent, Set.of());
  }

  @Override
  public void close() {
    journal.close();
  }

  private ClusterAccess access() {
    WorkerAnsible ansible = new FakeAnsible();
    MySqlServers mysql = new FakeMySql(ansible);
    ClusterHosts hosts = new FakeHosts(ansible);
    return new ClusterAccess(
        request,
        () -> {
          onUse.run();
          return dm;
        },
        this::taskFiles,
        ansible,
        hosts,
        mysql,
        new FakeSightings(mysql, ansible, hosts),
        new FakeKeylessTables(mysql));
  }

  private TaskFiles taskFiles() {
    return ClusterAccess.of(request).taskFiles();
  }

  private final class FakeAnsible extends WorkerAnsible {
    FakeAnsible() {
      super(request, () -> Optional.of(InventoryChoice.of(plan, request)));
    }

    @Override
    public Secret passwordOf(InventoryRestore restore) {
      onUse.run();
      return Secret.of("rendered");
    }

    /** There is no DM-Ansible. */
    @Override
    public Masker masker() {
      return new Masker(List.of());
    }

    @Override
    public WorkerSurvey survey() {
      onUse.run();
      return new WorkerSurvey(
          new WorkerDeployment(
              "dm_worker1",
              "10.0.1.21",
              8262,
              plan.dmWorker().deployDir(),
              plan.dmWorker().relayDir(),
              "tidb",
              Path.of("resources")),
          new Cluster(List.of(), List.of(), Map.of()),
          Secret.of("toml"),
          toml(inventoryHost),
          false);
    }

    private WorkerToml toml(String host) {
      return new WorkerToml(
          host,
          3306,
          "dm",
          Secret.of("stored"),
          true,
          plan.dmWorker().sourceId(),
          101,
          "mysql",
          "",
          "");
    }

    @Override
    public WorkerToml restoredToml(InventoryRestore restore) {
      onUse.run();
      return toml(inventoryHostBefore);
    }

    @Override
    public WorkerLogin workerLogin() {
      return new WorkerLogin("dm", Secret.of("stored"), false);
    }

    @Override
    public PlaybookRun launchRoll(Path folder) {
      rolls++;
      return launched(folder);
    }

    @Override
    public List<String> stagedObstaclesNow() {
      return stagedObstacles;
    }

    @Override
    public PlaybookRun launchStagedRoll(Path folder) {
      stagedRolls++;
      return launched(folder);
    }

    private PlaybookRun launched(Path folder) {
      onUse.run();
      try {
        Files.writeString(folder.resolve("roll.taken"), "");
        rollUnderWay(folder);
        onRoll.run();
        if (rollEnds.isPresent()) {
          Files.writeString(folder.resolve("roll.status"), rollEnds.get());
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      onUse.run();
      return DetachedPlaybook.attach(folder).orElseThrow();
    }

    @Override
    public long workerServerId() {
      return 101;
    }

    @Override
    public Shard shard(String address) {
      return new Shard(
          new Replay.Worker("dm_worker2", address, "mysql-replica-02", "/relay2", true), OTHER);
    }
  }

  private final class FakeMySql extends MySqlServers {
    FakeMySql(WorkerAnsible ansible) {
      super(request, ansible, Bench.this::taskFiles);
    }

    @Override
    public Server newServer() {
      onUse.run();
      return newServer;
    }

    @Override
    public Optional<Server> oldServer(Plan.OldServer server) {
      onUse.run();
      return oldServerAnswers ? Optional.of(oldServer) : Optional.empty();
    }

    @Override
    public Optional<Server> oldServer(Plan.OldServer server, Secret password) {
      onUse.run();
      passwordOfOldServer = Optional.of(password.reveal());
      return oldServer(server);
    }

    @Override
    public Optional<BinlogPosition> targetCheckpoint(String task, String sourceId) {
      onUse.run();
      assertEquals(plan.dmWorker().sourceId(), sourceId);
      return inTarget.flatMap(BinlogPosition::parse);
    }

    @Override
    public UpstreamLogin upstream(Plan.OldServer server) {
      onUse.run();
      if (upstreams.containsKey(server.address())) {
        return upstreams.get(server.address());
      }
      UpstreamLogin next = vip.size() > 1 ? vip.poll() : vip.peek();
      boolean isOld = next.uuid().filter(Plans.OLD_UUID::equals).isPresent();
      return isOld && !oldServerAnswers ? nobody() : next;
    }
  }

  private final class FakeHosts extends ClusterHosts {
    FakeHosts(WorkerAnsible ansible) {
      super(request.dmWorker(), ansible, Optional.of(plan));
    }

    @Override
    public PortProbe mysqlPortFromWorker(String host, int port) {
      onUse.run();
      Sighting connection = newServer.sighting();
      return new PortProbe(
          ports.getOrDefault(host + ":" + port, vipPort),
          host,
          List.of(
              greeting.orElse(
                  new Greeting(host, connection.version(), connection.connectionId(), "", 0))));
    }

    @Override
    public PortProbe workerPort(String address) {
      onUse.run();
      assertEquals(Plans.WORKER, address);
      return new PortProbe(workerPort, address);
    }

    @Override
    public CurrentFile currentRelayFile(String relayDir, Optional<RelayView> at) {
      return new CurrentFile(
          () -> relayDirectory(relayDir),
          at.map(view -> () -> relayHead(relayDir, view.subDir().toString(), view.binlog().file())),
          at.map(
              view ->
                  () ->
                      relayTail(
                          relayDir,
                          view.subDir().toString(),
                          view.binlog().file(),
                          view.binlog().position())));
    }

    @Override
    public RelayDirectory relayDirectory(String relayDir) {
      onUse.run();
      if (!directory.index().isEmpty()) {
        return directory;
      }
      return dm.subDir.equals(FENCED.name())
          ? relayDirs(FENCED)
          : relayDirs(FENCED, opened(dm.subDir));
    }

    @Override
    public RelayHead relayHead(String relayDir, String subDir, String file) {
      onUse.run();
      boolean begun = headLooks++ >= headEmptyFor && dm.binlog.contains(".");
      return new RelayHead(
          1L << 30,
          1L << 30,
          begun,
          holeBytes == 0 || !begun ? List.of() : List.of(new RelayHead.Hole(154, holeBytes)));
    }

    @Override
    public RelayTail relayTail(String relayDir, String subDir, String file, long position) {
      onUse.run();
      tailsRead++;
      onTail.run();
      return Tails.of(tails.size() > 1 ? tails.poll() : tails.peek(), tables);
    }

    @Override
    public RelayRows relayRows(String alias, String relayDir, BinlogPosition checkpoint) {
      Deque<RelayRows> looks = rows.getOrDefault(alias, new ArrayDeque<>());
      looked.add(alias + " " + checkpoint);
      return looks.size() > 1
          ? looks.poll()
          : Optional.ofNullable(looks.peek()).orElse(new RelayRows(Optional.of(Set.of())));
    }
  }

  private final class FakeSightings extends NewServerSightings {
    FakeSightings(MySqlServers mysql, WorkerAnsible ansible, ClusterHosts hosts) {
      super(mysql, ansible, hosts);
    }

    @Override
    public List<Sighting> seen(int times) {
      onUse.run();
      List<Sighting> sightings = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        Sighting seen = newServer.sighting();
        String uuid = newAddress.size() > 1 ? newAddress.poll() : newAddress.peek();
        boolean planned = uuid.equals(Plans.NEW_UUID);
        sightings.add(
            planned
                ? seen
                : new Sighting(seen.address(), uuid, seen.version(), seen.connectionId()));
      }
      return sightings;
    }
  }

  private final class FakeKeylessTables extends KeylessTablesReader {
    FakeKeylessTables(MySqlServers mysql) {
      super(mysql, Bench.this::taskFiles);
    }

    @Override
    public KeylessTables read(String sourceId, Collection<String> tasks) {
      return keyless();
    }

    @Override
    public KeylessTables read(Server server, String sourceId, Collection<String> tasks) {
      return keyless();
    }

    private KeylessTables keyless() {
      onUse.run();
      return new KeylessTables(
          keyless, doubtful, doubtful.isEmpty() ? Optional.empty() : unknown, Bench.this::judge);
    }

    @Override
    public KeylessTables read(Shard shard, Collection<String> tasks) {
      return new KeylessTables(shardKeyless, List.of(), Optional.empty(), Bench.this::judge);
    }
  }
}
