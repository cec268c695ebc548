package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dm.FakeDm;
import dmswitch.dm.Stage;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.Tails;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An open switch over fakes; the journal and its folder are real. */
final class Bench implements AutoCloseable {
  final FakeDm dm = new FakeDm();
  final FakeServer newServer = new FakeServer();
  final FakeServer oldServer = new FakeServer().uuid(Plans.OLD_UUID);

  /** Who answers at the upstream's address, look by look; the last one stays. */
  final Deque<Site.Upstream> vip = new ArrayDeque<>(List.of(shown(Plans.OLD_UUID)));

  /** What the VIP's port answers to the worker's host. */
  PortProbe.State vipPort = PortProbe.State.OPEN;

  /** The password with which the old server was asked, where it was not the inventory's. */
  Optional<String> passwordOfOldServer = Optional.empty();

  /** Whether the old server lets us in. */
  boolean oldServerAnswers = true;

  /** What lies behind relay's position, look by look; the last one stays. */
  final Deque<RelayTail> tails = new ArrayDeque<>(List.of(Tails.CLEAN));

  /** How often it was looked at. */
  int tailsRead;

  /** Done before each look. */
  Runnable onTail = () -> {};

  /** What every task has written into its target; empty when nothing. */
  Optional<String> inTarget = Optional.of("(mysql-bin|000001.000003, 4000)");

  long holeBytes;
  List<Table> keyless = List.of();
  Optional<Set<Table>> tables = Optional.empty();
  RelayDirectory directory = new RelayDirectory(List.of(), List.of(), 1L << 40);
  final Journal journal;
  private final Request request;
  private final Plan plan;

  Bench(Path dir, Plan plan) {
    this.plan = plan;
    this.request = request(dir, plan);
    this.journal = Journal.take(request.journalDir());
    journal.begin(plan, false);
  }

  static Site.Upstream shown(String uuid) {
    return new Site.Upstream(Optional.of(uuid), true, "");
  }

  static Site.Upstream nobody() {
    return new Site.Upstream(Optional.empty(), false, "connection refused");
  }

  /** From now on the VIP shows these, look by look; the last one stays. */
  Bench vipShows(Site.Upstream... looks) {
    vip.clear();
    vip.addAll(List.of(looks));
    return this;
  }

  static Request request(Path dir, Plan plan) {
    ObjectNode json = Json.object();
    json.put("scenario", plan.scenario());
    json.put("task_mode", plan.taskMode());
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    for (String name : List.of("catch_up", "drain", "upgrade", "relay", "start", "verify", "vip")) {
      json.put(name + "_timeout", 1);
    }
    return Request.read(new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  OpenSwitch open() {
    return new OpenSwitch(request, plan, journal, new FakeSite(request));
  }

  /** Runs the step as a module does. */
  Steps.Ended run(StepAction action) {
    return Steps.step(open(), action);
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

  /** As if an earlier run had begun a rolling upgrade that goes on; this process stands for it. */
  void rollUnderWay() throws IOException {
    Path folder = journal.file("roll-1");
    journal.makeFolder(folder);
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    Files.writeString(folder.resolve("roll.log"), "");
    Files.writeString(
        folder.resolve("roll.process"),
        ProcessHandle.current().pid() + " " + started + " " + boot + "\n");
  }

  /** Reads as the pre-flight and {@link StopTasks} do. */
  Checkpoints checkpoints(boolean silent) {
    return new Checkpoints(open().site(), plan.workerAddress(), plan.sourceId(), silent, Set.of());
  }

  @Override
  public void close() {
    journal.close();
  }

  private final class FakeSite extends Site {
    FakeSite(Request request) {
      super(request, Optional.of("10.0.1.11:8261"));
    }

    @Override
    public Dm dm() {
      return dm;
    }

    @Override
    Server newServer() {
      return newServer;
    }

    @Override
    Optional<Server> oldServer(Plan.OldServer server) {
      return oldServerAnswers ? Optional.of(oldServer) : Optional.empty();
    }

    @Override
    Optional<Server> oldServer(Plan.OldServer server, Secret password) {
      passwordOfOldServer = Optional.of(password.reveal());
      return oldServer(server);
    }

    @Override
    public Optional<BinlogPosition> targetCheckpoint(String task, String sourceId) {
      assertEquals(plan.sourceId(), sourceId);
      return inTarget.flatMap(BinlogPosition::parse);
    }

    @Override
    Upstream upstream(Plan.OldServer server) {
      return !oldServerAnswers ? nobody() : vip.size() > 1 ? vip.poll() : vip.peek();
    }

    @Override
    public PortProbe probePort(String host, int port) {
      return new PortProbe(vipPort, host);
    }

    @Override
    public RelayDirectory relayDirectory(String relayDir) {
      return directory;
    }

    @Override
    public RelayHead relayHead(String relayDir, String subDir, String file) {
      return new RelayHead(
          1L << 30,
          1L << 30,
          holeBytes == 0 ? List.of() : List.of(new RelayHead.Hole(154, holeBytes)));
    }

    @Override
    public RelayTail relayTail(String relayDir, String subDir, String file, long position) {
      tailsRead++;
      onTail.run();
      return Tails.of(tails.size() > 1 ? tails.poll() : tails.peek(), tables);
    }

    @Override
    List<Table> keylessTables(String sourceId, List<String> tasks) {
      return keyless;
    }

    @Override
    public List<Table> keylessTables(Server server, String sourceId, List<String> tasks) {
      return keyless;
    }
  }
}
