package dmswitch.repair;

import static dmswitch.repair.ObservationBuilder.NEW;
import static dmswitch.repair.ObservationBuilder.OLD;
import static dmswitch.repair.ObservationBuilder.W;
import static dmswitch.repair.ObservationBuilder.file;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.access.KeylessTablesReader;
import dmswitch.access.MySqlServers;
import dmswitch.access.NewServerSightings;
import dmswitch.access.UpstreamLogin;
import dmswitch.access.WorkerAnsible;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.FakeDm;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayDirectoryChange;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayRows;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.RepairRecord;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Server;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import dmswitch.secret.Secret;
import dmswitch.step.Documented;
import dmswitch.step.StepResult;
import dmswitch.task.TaskFiles;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A worker over fakes that is observed and repaired; the journal and its folder are real. */
final class RepairFixture {
  final FakeDm dm = new FakeDm();
  final FakeServer server = new FakeServer();
  final ObservationBuilder seen = new ObservationBuilder().noSubDirs();

  /** What was done on the worker's host, in order. */
  final List<String> done = new ArrayList<>();

  /** Problems of the next acts on the worker's host, by their name. */
  final Map<String, Problem> failing = new HashMap<>();

  /** What happens to the relay directory before the next change of it. */
  Runnable beforeChange = () -> {};

  /** Who answers at the address, look by look; the last one stays. */
  final Deque<String> shown = new ArrayDeque<>();

  /** Too short to see their counters stand still, which takes 2 s. */
  int drainSeconds = 1;

  /** What is in relay after every checkpoint. */
  RelayRows rows = new RelayRows(Optional.of(Set.of()));

  String worker = "dm_worker1";
  private final Path dir;

  private RepairFixture(Path dir) {
    this.dir = dir;
    seen.dm = Optional.of(dm);
    dm.gtidW = W;
    dm.masterGtid = OLD + ":1-200";
    dm.masterBinlog = "(mysql-bin.000003, 5000)";
    server.executed = () -> FakeServer.set(OLD + ":1-200");
  }

  /** The VIP went over to the new server while relay ran on the old one. */
  static RepairFixture vipMoved(Path dir) {
    RepairFixture fixture = new RepairFixture(dir);
    fixture.seen.subDir(OLD, 1, W, file("mysql-bin.000003", 5000));
    fixture.shown.add(NEW);
    fixture.dm.upstreamUuid = NEW;
    return fixture;
  }

  /** A switch behind a VIP has paused relay and the task; then the VIP went to a third server. */
  static RepairFixture thirdServerBehindVip(Path dir, String third) {
    RepairFixture fixture = vipMoved(dir);
    fixture.shown.clear();
    fixture.shown.add(third);
    fixture.dm.upstreamUuid = third;
    fixture.dm.relay = Stage.PAUSED;
    fixture.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    Plan plan = new Plans().vip().make();
    try (Journal journal = Journal.take(fixture.request().journalDir())) {
      journal.begin(plan, false);
      journal.intent(Step.TASKS_STOPPED, Json.object());
      journal.release();
    }
    return fixture;
  }

  /** An empty sub dir before the last, at which the task is Paused. */
  static RepairFixture wall(Path dir) {
    RepairFixture fixture = new RepairFixture(dir);
    fixture
        .seen
        .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
        .subDir(OLD, 2, W)
        .subDir(NEW, 3, W, file("mysql-bin.000002", 900));
    fixture.dm.subDir = ObservationBuilder.name(NEW, 3);
    fixture.dm.binlog = "(mysql-bin.000002, 900)";
    fixture.dm.upstreamUuid = NEW;
    fixture.shown.add(NEW);
    return fixture;
  }

  /** {@code rescue applied}. */
  StepResult apply() {
    ClusterAccess access = access();
    return documented(new RepairRun(access, this::look, new FakeControl(access)).applied());
  }

  /** {@code rescue looked_at}. */
  StepResult lookAt() {
    ClusterAccess access = access();
    return documented(new RepairRun(access, this::look, new FakeControl(access)).lookedAt());
  }

  private static StepResult documented(StepResult ended) {
    Documented.require("rescue", ended.answer());
    return ended;
  }

  Optional<RepairRecord> unfinished() {
    return RepairRecord.unfinished(request().journalDir());
  }

  Stage task() {
    return dm.subtasks.get(Plans.WORKER).get("orders");
  }

  /** {@code rescue applied} in check mode. */
  StepResult wouldApply() {
    ClusterAccess access = access();
    return documented(new RepairRun(access, this::look, new FakeControl(access)).wouldApply());
  }

  private Observation look() {
    seen.upstream = Optional.of(shown.peek());
    seen.open = Journal.peek(request().journalDir()).flatMap(Journal::plan);
    seen.leftPaused = RepairRecords.leftPaused(request());
    seen.executed = server.executed.get().toString();
    if (seen.up && !seen.index.contains(dm.subDir)) {
      // What DM has opened meanwhile.
      RelaySubDir opened = RelaySubDir.parse(dm.subDir).orElseThrow();
      seen.subDir(opened.serverUuid(), opened.suffix(), W, file("mysql-bin.000009", 4));
    }
    return seen.observation();
  }

  private Request request() {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", worker);
    json.put("journal_dir", ".dm-switch/dm_worker1");
    for (String name : List.of("catch_up", "relay", "start")) {
      json.put(name + "_timeout", 1);
    }
    json.put("drain_timeout", drainSeconds);
    return RequestReader.readWithoutNewServer(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private ClusterAccess access() {
    WorkerAnsible ansible = new FakeAnsible();
    MySqlServers mysql = new FakeMySql(ansible);
    ClusterHosts hosts = new FakeHosts(ansible);
    return new ClusterAccess(
        request(),
        () -> dm,
        RepairFixture::noTaskFiles,
        ansible,
        hosts,
        mysql,
        new NewServerSightings(mysql, ansible, hosts),
        new KeylessTablesReader(mysql, RepairFixture::noTaskFiles));
  }

  private static TaskFiles noTaskFiles() {
    throw new AssertionError("no repair reads task files");
  }

  private final class FakeAnsible extends WorkerAnsible {
    FakeAnsible() {
      super(request(), () -> Optional.of(dir.resolve("inventory.ini")));
    }

    @Override
    public WorkerSurvey survey() {
      Observation now = seen.observation();
      return new WorkerSurvey(
          now.worker().deployment(),
          new Cluster(List.of(), List.of(), Map.of()),
          Secret.of("toml"),
          now.toml(),
          false);
    }
  }

  private final class FakeMySql extends MySqlServers {
    FakeMySql(WorkerAnsible ansible) {
      super(request(), ansible, RepairFixture::noTaskFiles);
    }

    @Override
    public Optional<Server> oldServer(String host, int port, String user) {
      return Optional.of(server);
    }

    @Override
    public UpstreamLogin upstream(String host, int port, String user) {
      return new UpstreamLogin(
          Optional.of(shown.size() > 1 ? shown.poll() : shown.peek()), true, "");
    }
  }

  private final class FakeHosts extends ClusterHosts {
    FakeHosts(WorkerAnsible ansible) {
      super(worker, ansible, Optional.empty());
    }

    @Override
    public RelayRows relayRows(String alias, String relayDir, BinlogPosition checkpoint) {
      return rows;
    }
  }

  private final class FakeControl extends WorkerControl {
    FakeControl(ClusterAccess access) {
      super(access);
    }

    private void act(String name) {
      done.add(name);
      Problem problem = failing.remove(name);
      if (problem != null) {
        throw problem;
      }
    }

    @Override
    void stopWorker(Path folder) {
      act("stop");
      seen.up = false;
    }

    @Override
    void startWorker(Path folder) {
      act("start");
      seen.up = true;
      dm.subDir = seen.index.get(seen.index.size() - 1);
      dm.gtidW = server.executed.get().toString();
    }

    @Override
    ClusterHosts.FirstFile relayLook() {
      RelayDirectory directory = new RelayDirectory(seen.index, seen.subDirs, 1L << 40);
      return new ClusterHosts.FirstFile(
          () -> directory,
          () ->
              directory
                  .current()
                  .filter(subDir -> !subDir.files().isEmpty())
                  .map(subDir -> new RelayHead(900, 900, true, List.of())));
    }

    /** As the repair of the wall leaves it. */
    @Override
    String change(RelayDirectoryChange change) {
      beforeChange.run();
      act("change");
      seen.noSubDirs();
      seen.subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
          .subDir(NEW, 2, W, file("mysql-bin.000002", 900));
      return "/backup";
    }
  }

  /** The checkpoint of the task from now on. */
  void checkpoint(String at) {
    dm.syncer = BinlogPosition.parse(at).orElseThrow().toString();
  }

  static Problem problem(String found) {
    return Problem.cannotTell(found, "a run that succeeds", "fix the error above");
  }

  /** The problem that a call ended with. */
  static Problem badly(StepResult ended, ExitCode code) {
    assertEquals(code, ended.exitCode(), ended.toString());
    return ended.problem().orElseThrow();
  }

  /** Whether anything was changed by a call that succeeded. */
  static boolean changed(StepResult ended) {
    assertEquals(ExitCode.DONE, ended.exitCode(), ended.toString());
    return ended.answer().path("changed").asBoolean();
  }
}
