package dmswitch.rescue;

import static dmswitch.rescue.SignsBuilder.NEW;
import static dmswitch.rescue.SignsBuilder.OLD;
import static dmswitch.rescue.SignsBuilder.W;
import static dmswitch.rescue.SignsBuilder.file;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dm.FakeDm;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayRows;
import dmswitch.dmansible.RelaySurgery;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.RescueRecord;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Server;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import dmswitch.step.Documented;
import dmswitch.step.Request;
import dmswitch.step.Site;
import dmswitch.step.StepResult;
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

/** A worker over fakes that is looked at and healed; the journal and its folder are real. */
final class Clinic {
  final FakeDm dm = new FakeDm();
  final FakeServer server = new FakeServer();
  final SignsBuilder signs = new SignsBuilder().noSubDirs();

  /** What was done on the worker's host, in order. */
  final List<String> done = new ArrayList<>();

  /** Problems of the next acts on the worker's host, by their name. */
  final Map<String, Problem> spoilt = new HashMap<>();

  /** What happens to the relay directory before the next change of it. */
  Runnable beforeChange = () -> {};

  /** Who answers at the address, look by look; the last one stays. */
  final Deque<String> shown = new ArrayDeque<>();

  /** Too short to see their counters stand still, which takes 2 s. */
  int drainSeconds = 1;

  /** What lies in relay behind every checkpoint. */
  RelayRows rows = new RelayRows(Optional.of(Set.of()));

  String worker = "dm_worker1";
  private final Path dir;

  private Clinic(Path dir) {
    this.dir = dir;
    signs.dm = Optional.of(dm);
    dm.gtidW = W;
    dm.masterGtid = OLD + ":1-200";
    dm.masterBinlog = "(mysql-bin.000003, 5000)";
    server.executed = () -> FakeServer.set(OLD + ":1-200");
  }

  /** The VIP went over to the new server while relay ran on the old one. */
  static Clinic vipMoved(Path dir) {
    Clinic clinic = new Clinic(dir);
    clinic.signs.subDir(OLD, 1, W, file("mysql-bin.000003", 5000));
    clinic.shown.add(NEW);
    clinic.dm.upstreamUuid = NEW;
    return clinic;
  }

  /** A switch behind a VIP has paused relay and the task; then the VIP went to a third server. */
  static Clinic thirdServerBehindVip(Path dir, String third) {
    Clinic clinic = vipMoved(dir);
    clinic.shown.clear();
    clinic.shown.add(third);
    clinic.dm.upstreamUuid = third;
    clinic.dm.relay = Stage.PAUSED;
    clinic.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    Plan plan = new Plans().vip().make();
    try (Journal journal = Journal.take(clinic.request().journalDir())) {
      journal.begin(plan, false);
      journal.intent(Step.TASKS_STOPPED, Json.object());
      journal.release();
    }
    return clinic;
  }

  /** An empty sub dir before the last, at which the task is Paused. */
  static Clinic wall(Path dir) {
    Clinic clinic = new Clinic(dir);
    clinic
        .signs
        .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
        .subDir(OLD, 2, W)
        .subDir(NEW, 3, W, file("mysql-bin.000002", 900));
    clinic.dm.subDir = SignsBuilder.name(NEW, 3);
    clinic.dm.binlog = "(mysql-bin.000002, 900)";
    clinic.dm.upstreamUuid = NEW;
    clinic.shown.add(NEW);
    return clinic;
  }

  /** {@code rescue applied}. */
  StepResult apply() {
    Site site = new FakeSite();
    return documented(new Rescue(site, this::look, new FakeHands(site)).applied());
  }

  /** {@code rescue looked_at}. */
  StepResult lookAt() {
    Site site = new FakeSite();
    return documented(new Rescue(site, this::look, new FakeHands(site)).lookedAt());
  }

  private static StepResult documented(StepResult ended) {
    Documented.require("rescue", ended.answer());
    return ended;
  }

  Optional<RescueRecord> unfinished() {
    return RescueRecord.unfinished(request().journalDir());
  }

  Stage task() {
    return dm.subtasks.get(Plans.WORKER).get("orders");
  }

  /** {@code rescue applied} in check mode. */
  StepResult wouldApply() {
    Site site = new FakeSite();
    return documented(new Rescue(site, this::look, new FakeHands(site)).wouldApply());
  }

  private Signs look() {
    signs.upstream = Optional.of(shown.peek());
    signs.open = Journal.peek(request().journalDir()).flatMap(Journal::plan);
    signs.leftPaused = Begun.leftPaused(request());
    signs.executed = server.executed.get().toString();
    if (signs.up && !signs.index.contains(dm.subDir)) {
      // What DM has opened meanwhile.
      RelaySubDir opened = RelaySubDir.parse(dm.subDir).orElseThrow();
      signs.subDir(opened.serverUuid(), opened.suffix(), W, file("mysql-bin.000009", 4));
    }
    return signs.signs();
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
    return Request.readWithoutNewServer(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private final class FakeSite extends Site {
    FakeSite() {
      super(Clinic.this.request());
    }

    @Override
    public Path inventory() {
      return dir.resolve("inventory.ini");
    }

    @Override
    public Dm dm() {
      return dm;
    }

    @Override
    public WorkerSurvey survey() {
      Signs now = signs.signs();
      return new WorkerSurvey(
          now.deployment(),
          new Cluster(List.of(), List.of(), Map.of()),
          Secret.of("toml"),
          now.toml().get(),
          false);
    }

    @Override
    public Optional<Server> oldServer(String host, int port, String user) {
      return Optional.of(server);
    }

    @Override
    public RelayRows relayRows(String alias, String relayDir, BinlogPosition checkpoint) {
      return rows;
    }

    @Override
    public Upstream upstream(String host, int port, String user) {
      return new Upstream(Optional.of(shown.size() > 1 ? shown.poll() : shown.peek()), true, "");
    }
  }

  private final class FakeHands extends Hands {
    FakeHands(Site site) {
      super(site);
    }

    private void act(String name) {
      done.add(name);
      Problem problem = spoilt.remove(name);
      if (problem != null) {
        throw problem;
      }
    }

    @Override
    void stopWorker(Path folder) {
      act("stop");
      signs.up = false;
    }

    @Override
    void startWorker(Path folder) {
      act("start");
      signs.up = true;
      dm.subDir = signs.index.get(signs.index.size() - 1);
      dm.gtidW = server.executed.get().toString();
    }

    @Override
    Site.RelayLook relayLook() {
      RelayDirectory directory = new RelayDirectory(signs.index, signs.subDirs, 1L << 40);
      return new Site.RelayLook(
          () -> directory,
          () ->
              directory
                  .current()
                  .filter(subDir -> !subDir.files().isEmpty())
                  .map(subDir -> new RelayHead(900, 900, List.of())));
    }

    /** As the surgery of the wall leaves it. */
    @Override
    String operate(RelaySurgery surgery) {
      beforeChange.run();
      act("operate");
      signs.noSubDirs();
      signs
          .subDir(OLD, 1, W, file("mysql-bin.000003", 5000))
          .subDir(NEW, 2, W, file("mysql-bin.000002", 900));
      return "/backup";
    }
  }

  /** The checkpoint of the task from now on. */
  void checkpoint(String at) {
    dm.syncer = BinlogPosition.parse(at).orElseThrow().toString();
  }

  static Problem problem(String found) {
    return Problem.cannotTell(found, "its end, well", "mend what it says");
  }

  /** The problem that a call ended with. */
  static Problem badly(StepResult ended, ExitCode code) {
    assertEquals(code, ended.exitCode(), ended.toString());
    return ended.problem().orElseThrow();
  }

  /** Whether anything was changed by a call that ended well. */
  static boolean changed(StepResult ended) {
    assertEquals(ExitCode.DONE, ended.exitCode(), ended.toString());
    return ended.answer().path("changed").asBoolean();
  }
}
