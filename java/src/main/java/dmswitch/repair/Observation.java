package dmswitch.repair;

import dmswitch.access.KeylessTables;
import dmswitch.access.UpstreamLogin;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelayStatus;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.gtid.GtidSet;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.journal.FormerFence;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.repair.SubDirs.SubDir;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The facts about a worker. Each one is read once, when it is first used. */
record Observation(
    Worker worker, Upstream upstream, RelayLog relayLog, TaskFacts taskFacts, History history) {
  /** What to do where the upstream is lost. */
  static final String TO_ANOTHER_SERVER =
      "to switch to another server of its replication cluster: switch-upstream.yml, or"
          + " switch-vip.yml behind a VIP";

  /**
   * The worker.
   *
   * @param calls how an operator stops and starts it
   * @param up whether something listens on its port
   * @param toml the dm-worker.toml on its host
   * @param tomlIsNewer whether that was written after the worker was started; empty when the
   *     worker's process cannot be seen
   * @param status what the worker itself reports
   */
  record Worker(
      WorkerDeployment deployment,
      OperatorCalls calls,
      Lazy<Boolean> up,
      Lazy<WorkerToml> toml,
      Lazy<Optional<Boolean>> tomlIsNewer,
      Lazy<WorkerStatus> status) {
    /** Returns the steps of a new deployment, for a worker that cannot be repaired. */
    String newDeployment() {
      return newDeployment(calls);
    }

    static String newDeployment(OperatorCalls calls) {
      return "stop-task its tasks; stop the worker (in dm_ansible_dir: "
          + calls.of("stop.yml")
          + "); move its relay directory away; start it ("
          + calls.of("start.yml")
          + "); then a full dump and load:"
          + " drop the target tables and the task's checkpoints (or set remove-meta: true), set"
          + " task-mode: all in each task file, and start-task it";
    }
  }

  /**
   * The server at the worker's upstream address.
   *
   * @param port whether a MySQL server greets the worker's host there
   * @param login how a login from here ends
   * @param server what the server has
   */
  record Upstream(Lazy<PortProbe> port, Lazy<UpstreamLogin> login, Lazy<UpstreamServer> server) {}

  /**
   * What that server has.
   *
   * @param purged its gtid_purged
   * @param executed its gtid_executed
   * @param baseName of its binlog files; empty without a binlog
   * @param missing privileges that the worker's user lacks there
   */
  record UpstreamServer(
      GtidSet purged, GtidSet executed, String baseName, List<Privilege> missing) {
    static UpstreamServer of(Server server) {
      return new UpstreamServer(
          server.gtidPurged(),
          server.gtidExecuted(),
          server.facts().binlogBaseName().orElse(""),
          server.grants().missing(EnumSet.allOf(Privilege.class)));
    }
  }

  /**
   * Relay's sub dirs on the worker's host.
   *
   * @param heads how the first file of a sub dir begins; empty when it holds none
   * @param tails what follows relay's position in a sub dir
   */
  record RelayLog(
      Lazy<SubDirs> subDirs,
      Function<SubDir, Optional<RelayHead>> heads,
      Function<SubDir, RelayTail> tails) {
    Optional<RelayHead> head(SubDir subDir) {
      return heads.apply(subDir);
    }

    RelayTail tail(SubDir subDir) {
      return tails.apply(subDir);
    }
  }

  /**
   * What the worker itself does not report about its tasks.
   *
   * @param keyless tables that the tasks could replicate from the upstream and that lack a key
   *     there or in the target
   * @param stopped tasks that have a task file for this source but do not run on the worker
   * @param written the checkpoint that a task has written into its target; empty if there is none
   * @param leftPaused tasks that an interrupted repair has paused
   */
  record TaskFacts(
      Lazy<KeylessTables> keyless,
      Lazy<List<String>> stopped,
      Function<String, Optional<BinlogPosition>> written,
      Set<String> leftPaused) {
    TaskFacts {
      leftPaused = Set.copyOf(leftPaused);
    }
  }

  /**
   * What the journals and the operator know.
   *
   * @param open the plan of an unfinished switch
   * @param tasksStopped whether that switch has seen its tasks stopped or paused
   * @param gtidWGiven W at the fence as given by the operator
   */
  record History(
      Optional<Plan> open,
      boolean tasksStopped,
      FormerFence.Found fences,
      Optional<GtidSet> gtidWGiven) {}

  boolean isUp() {
    return worker.up().get();
  }

  RelayStatus relay() {
    return worker.status().get().relay();
  }

  boolean relayRuns() {
    return relay().stage() == Stage.RUNNING;
  }

  WorkerToml toml() {
    return worker.toml().get();
  }

  SubDirs subDirs() {
    return relayLog.subDirs().get();
  }

  /** Returns the sub dir that relay writes to. */
  SubDir last() {
    return subDirs().last();
  }

  UpstreamServer server() {
    return upstream.server().get();
  }

  List<ObservedTask> tasks() {
    return worker.status().get().subtasks().stream()
        .map(
            status ->
                ObservedTask.of(
                    status, taskFacts.leftPaused().contains(status.name()), taskFacts.written()))
        .toList();
  }

  /**
   * Returns the checkpoint of each task, stopped ones included; empty for one without a sub dir.
   *
   * @throws Problem (cannot tell) when DM does not report one and the target cannot be read
   */
  Map<String, Optional<BinlogPosition>> checkpoints() {
    Map<String, Optional<BinlogPosition>> checkpoints = new LinkedHashMap<>();
    tasks().forEach(task -> checkpoints.put(task.name(), task.checkpoint()));
    for (String task : taskFacts.stopped().get()) {
      try {
        checkpoints.put(task, taskFacts.written().apply(task));
      } catch (Problem unread) {
        throw unread.andNext("if task " + task + " is no longer used, remove its task file");
      }
    }
    return checkpoints;
  }

  /** Returns the tasks that run, or would run if an error or a repair had not stopped them. */
  List<String> tasksToRun() {
    return tasks().stream()
        .filter(task -> !task.pausedByOperator())
        .map(ObservedTask::name)
        .toList();
  }

  /** Returns the tasks that an interrupted repair has paused, sorted. */
  List<String> tasksLeftPaused() {
    return taskFacts.leftPaused().stream().sorted().toList();
  }

  /** Returns the size of the hole with which this file begins; 0 when it is not the first one. */
  long hole(SubDir subDir, String file) {
    boolean first = subDir.first().map(RelayDirectory.File::name).filter(file::equals).isPresent();
    return first ? relayLog.head(subDir).map(RelayHead::biggestHole).orElse(0L) : 0;
  }

  /** Returns relay's position in its last sub dir. On a start, relay checks that file. */
  BinlogPosition position() {
    return isUp() ? relay().relayBinlog() : last().position();
  }

  /** Returns the upstream's address as {@code HOST:PORT}. */
  String address() {
    return Address.of(toml().host(), toml().port());
  }

  /**
   * Returns W, from the worker or, while it is down, from relay.meta.
   *
   * @throws Problem (cannot tell) when it is in neither
   */
  GtidSet gtidW() {
    return isUp() ? relay().gtidW() : last().gtidW();
  }

  /** Returns the uuid of the server at the upstream's address; empty if no login succeeds there. */
  Optional<String> loggedInUuid() {
    return upstream.login().get().uuid();
  }

  /**
   * Returns the uuid of the server at the upstream's address.
   *
   * @throws Problem (cannot tell) when no server answers there, or none accepts the login
   */
  String upstreamUuid() {
    UpstreamLogin login = upstream.login().get();
    return login
        .uuid()
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    (login.answers()
                            ? "the server at the upstream's address "
                            : "no server answers at the upstream's address ")
                        + address()
                        + (login.answers() ? " rejects the login: " : ": ")
                        + login.detail(),
                    "the server that the worker reads from",
                    "start it, or fix the error above, then run rescue.yml again; if it is lost,"
                        + " "
                        + TO_ANOTHER_SERVER));
  }

  /** Returns whether relay's last sub dir belongs to the server at the upstream's address. */
  boolean isOnUpstream() {
    return last().name().isOf(upstreamUuid());
  }

  /**
   * Returns whether the server at the upstream's address is not the one that relay's last sub dir
   * belongs to.
   */
  boolean isOnAnotherServer() {
    return loggedInUuid().isPresent() && !isOnUpstream();
  }

  /**
   * Returns the sub dir that relay writes to, as the worker reports it or, while it is down, from
   * disk.
   */
  RelaySubDir currentSubDir() {
    return isUp() ? RelayView.of(relay()).subDir() : last().name();
  }

  /**
   * Returns the fence from which relay opened its last sub dir, if a journal has it. A fence that
   * lacks what relay pulled earlier belongs to an abandoned switch that another one followed.
   */
  Optional<FormerFence> fence() {
    return subDirs()
        .beforeLast()
        .flatMap(
            before ->
                history.fences().fences().stream()
                    .filter(fence -> fence.gtidW().contains(before.gtidW()))
                    .filter(fence -> last().name().isOf(fence.newUuid()))
                    .filter(fence -> fence.subDirBefore().equals(before.name().toString()))
                    .filter(
                        fence ->
                            fence.subDirAfter().isEmpty()
                                || fence.subDirAfter().equals(last().name().toString()))
                    .findFirst());
  }
}
