package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.access.RelayAsLeft;
import dmswitch.check.Facts;
import dmswitch.control.RelayCatchUp;
import dmswitch.dm.WorkerStatus;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.journal.Plan;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads where the worker's relay stands, and its files. */
final class RelayReader {
  private static final Duration META_WRITTEN = Duration.ofSeconds(45);

  private final ClusterAccess access;
  private final UpstreamReader upstream;
  private final Lazy<WorkerStatus> workerStatus;
  private final Lazy<RelayView> view;
  private final Lazy<ClusterHosts.CurrentFile> current;
  private final Lazy<RelayDirectory> directory;

  /**
   * @param begun the plan of a switch that has stopped its tasks
   * @param workerStatus not asked for while the upstream is silent
   */
  RelayReader(
      ClusterAccess access,
      Optional<Plan> begun,
      UpstreamReader upstream,
      Lazy<WorkerStatus> workerStatus) {
    this.access = access;
    this.upstream = upstream;
    this.workerStatus = workerStatus;
    this.view = new Lazy<>(() -> begun.map(this::ofBegun).orElseGet(this::ask));
    this.current = new Lazy<>(() -> access.hosts().currentRelayFile(relayDir(), viewIfKnown()));
    this.directory =
        new Lazy<>(
            () -> upstream.isSilent() ? awaitedDirectory() : current.get().directory().get());
  }

  /** Returns where relay stands. */
  RelayView view() {
    return view.get();
  }

  /**
   * @param pausedByUs whether an earlier run of dm-switch paused it
   */
  Facts.Relay facts(boolean pausedByUs) {
    return new Facts.Relay(
        view,
        new Lazy<>(this::catchesUp),
        pausedByUs,
        directory,
        new Lazy<>(this::head),
        new Lazy<>(this::tail));
  }

  private RelayDirectory currentDirectory() {
    return access.hosts().relayDirectory(relayDir());
  }

  private String relayDir() {
    return access.ansible().survey().deployment().relayDir();
  }

  private RelayView ask() {
    return upstream.isSilent()
        ? RelayView.ofMeta(directory.get())
        : RelayView.of(workerStatus.get().relay());
  }

  /** The worker may be down, or on the configuration of a new server that is lost. */
  private RelayView ofBegun(Plan plan) {
    return RelayAsLeft.look(access, plan);
  }

  private Optional<RelayView> viewIfKnown() {
    try {
      return Optional.of(view.get());
    } catch (Problem notKnown) {
      return Optional.empty();
    }
  }

  /** W of a relay that has just begun is in relay.meta only when DM has written it, every 30 s. */
  private RelayDirectory awaitedDirectory() {
    return Waiting.until(
            META_WRITTEN,
            () ->
                Optional.of(currentDirectory())
                    .filter(directory -> !RelayView.ofMeta(directory).gtidW().isEmpty()))
        .orElseGet(this::currentDirectory);
  }

  private boolean catchesUp() {
    Duration limit = access.request().timeouts().catchUp();
    RelayCatchUp catchUp =
        new RelayCatchUp(
            () -> access.dm().queryStatus(access.ansible().survey().deployment().address()).relay(),
            this::currentDirectory);
    return catchUp.upstream(limit).filter(asked -> catchUp.await(asked, limit)).isPresent();
  }

  private Optional<RelayHead> head() {
    // Where it is not known, that is the problem to tell.
    view.get();
    return current.get().head().map(Supplier::get);
  }

  private Optional<RelayTail> tail() {
    view.get();
    return current.get().tail().map(Supplier::get);
  }
}
