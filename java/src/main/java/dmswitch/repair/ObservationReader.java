package dmswitch.repair;

import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.access.KeylessTables;
import dmswitch.dm.BinlogPosition;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.gtid.GtidSet;
import dmswitch.host.Look;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.journal.FormerFence;
import dmswitch.journal.Journal;
import dmswitch.journal.Step;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.repair.Observation.UpstreamServer;
import dmswitch.repair.SubDirs.SubDir;
import dmswitch.request.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the facts of an {@link Observation}, each when it is first used. */
final class ObservationReader {
  private final ClusterAccess access;
  private final Lazy<WorkerToml> toml;
  private final Lazy<List<Supplier<PortProbe>>> ports;
  private final Lazy<Boolean> up;
  private final Lazy<WorkerStatus> status;
  private final Lazy<ClusterHosts.FirstFile> relay;
  private final Lazy<SubDirs> subDirs;
  private final Map<SubDir, Optional<RelayHead>> heads = new HashMap<>();
  private final Map<SubDir, RelayTail> tails = new HashMap<>();
  private final Map<String, Lazy<Optional<BinlogPosition>>> written = new HashMap<>();

  /**
   * @param toml the dm-worker.toml, which no repair changes
   */
  ObservationReader(ClusterAccess access, Lazy<WorkerToml> toml) {
    this.access = access;
    this.toml = toml;
    this.ports =
        new Lazy<>(
            () ->
                access
                    .hosts()
                    .probePorts(
                        deployment().host(),
                        deployment().port(),
                        toml.get().host(),
                        toml.get().port()));
    this.up = new Lazy<>(this::askUp);
    this.status = new Lazy<>(this::askStatus);
    this.relay = new Lazy<>(this::lookAtRelay);
    this.subDirs =
        new Lazy<>(() -> SubDirs.of(relay.get().directory().get(), access.ansible().calls()));
  }

  Observation observation() {
    Request request = access.request();
    Optional<Journal> journal = Journal.peek(request.journalDir());
    return new Observation(
        new Observation.Worker(
            deployment(),
            access.ansible().calls(),
            up,
            toml,
            new Lazy<>(this::tomlIsNewer),
            status),
        new Observation.Upstream(
            new Lazy<>(() -> ports.get().get(1).get()),
            new Lazy<>(
                () ->
                    access
                        .mysql()
                        .upstream(toml.get().host(), toml.get().port(), toml.get().user())),
            new Lazy<>(this::askServer)),
        new Observation.RelayLog(
            subDirs,
            one -> heads.computeIfAbsent(one, this::head),
            one -> tails.computeIfAbsent(one, this::tail)),
        new Observation.TaskFacts(
            new Lazy<>(this::keyless),
            new Lazy<>(this::stoppedTasks),
            task -> written.computeIfAbsent(task, this::written).get(),
            RepairRecords.leftPaused(request)),
        new Observation.History(
            journal.flatMap(Journal::plan),
            journal.flatMap(open -> open.outcome(Step.TASKS_STOPPED)).isPresent(),
            FormerFence.of(request.journalDir(), request.dmWorker()),
            request.run().rescueGtidW().map(ObservationReader::given)));
  }

  private Optional<Boolean> tomlIsNewer() {
    return access
        .hosts()
        .workerHost()
        .see(Look.writtenSinceStart(deployment().tomlPath(), deployment().port()));
  }

  private WorkerDeployment deployment() {
    return access.ansible().survey().deployment();
  }

  private static GtidSet given(String text) {
    try {
      return RelayView.set(text, "rescue_gtid_w");
    } catch (Problem notOne) {
      throw Problem.wrongUse(notOne.found(), notOne.wanted(), "correct rescue_gtid_w");
    }
  }

  private boolean askUp() {
    PortProbe probe = ports.get().get(0).get();
    return switch (probe.state()) {
      case OPEN -> true;
      case REFUSED -> false;
      default ->
          throw Problem.cannotTell(
              "it is not known whether the worker runs: " + probe.detail(),
              "an answer from its port " + deployment().address() + " on its own host",
              "check the network there");
    };
  }

  private WorkerStatus askStatus() {
    if (ports.get().get(1).get().mayHang()) {
      throw Problem.cannotTell(
          "the upstream does not reply, so the worker was not queried: it would hang",
          "an upstream that answers or refuses connections",
          "start it, or fix the network to it");
    }
    return access.dm().queryStatus(deployment().address());
  }

  /**
   * Reads the relay directory after the worker was queried, so that the files that it names exist
   * by now.
   */
  private ClusterHosts.FirstFile lookAtRelay() {
    if (up.get()) {
      status.get();
    }
    return access.hosts().firstRelayFile(deployment().relayDir());
  }

  private UpstreamServer askServer() {
    try (Server server = login()) {
      return UpstreamServer.of(server);
    }
  }

  private Server login() {
    return access
        .mysql()
        .oldServer(toml.get().host(), toml.get().port(), toml.get().user())
        .orElseThrow(
            () ->
                RepairContext.noLogin(
                    Address.of(toml.get().host(), toml.get().port()),
                    "start it, or correct user and password, then run rescue.yml again"));
  }

  private Optional<RelayHead> head(SubDir one) {
    return one.equals(subDirs.get().last())
        ? relay.get().firstHead().get()
        : one.first()
            .map(RelayDirectory.File::name)
            .map(
                file ->
                    access.hosts().relayHead(deployment().relayDir(), one.name().toString(), file));
  }

  private RelayTail tail(SubDir one) {
    BinlogPosition at =
        up.get() && one.equals(subDirs.get().last())
            ? status.get().relay().relayBinlog()
            : one.position();
    return access
        .hosts()
        .relayTail(deployment().relayDir(), one.name().toString(), at.file(), at.position());
  }

  private Lazy<Optional<BinlogPosition>> written(String task) {
    return new Lazy<>(() -> access.mysql().targetCheckpoint(task, toml.get().sourceId()));
  }

  private KeylessTables keyless() {
    try (Server server = login()) {
      String sourceId = toml.get().sourceId();
      return up.get()
          ? access
              .keylessTables()
              .read(
                  server,
                  sourceId,
                  status.get().subtasks().stream().map(SubtaskStatus::name).toList())
          : access.keylessTables().readOfAnyTask(server, sourceId);
    }
  }

  private List<String> stoppedTasks() {
    Set<String> there =
        status.get().subtasks().stream().map(SubtaskStatus::name).collect(Collectors.toSet());
    return access.taskFiles().namesOf(status.get().sourceId()).stream()
        .filter(name -> !there.contains(name))
        .toList();
  }
}
