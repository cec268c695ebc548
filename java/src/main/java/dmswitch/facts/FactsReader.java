package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.check.Facts;
import dmswitch.dm.WorkerStatus;
import dmswitch.journal.Modes;
import dmswitch.journal.Plan;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.request.Request;
import java.util.Optional;

/**
 * Reads the facts of the pre-flight, a class for each group; a silent old server is never asked,
 * nor through the worker.
 */
public final class FactsReader implements AutoCloseable {
  private final Request request;
  private final boolean pausedByUs;
  private final boolean tasksStopped;
  private final HostLook hostLook;
  private final DeploymentReader deployment;
  private final UpstreamReader upstream;
  private final NewServerReader newServer;
  private final RelayReader relay;
  private final TasksReader tasks;
  private final PrechecksReader prechecks;
  private final Aside aside = new Aside();

  public FactsReader(ClusterAccess access, boolean pausedByUs) {
    this(access, pausedByUs, Optional.empty());
  }

  /** For a switch that has stopped its tasks: the worker no longer reports them. */
  public static FactsReader withTasksOf(Plan begun, ClusterAccess access) {
    return new FactsReader(access, true, Optional.of(begun));
  }

  private FactsReader(ClusterAccess access, boolean pausedByUs, Optional<Plan> begun) {
    this.request = access.request();
    this.pausedByUs = pausedByUs;
    this.tasksStopped = begun.isPresent();
    this.newServer = new NewServerReader(access.mysql(), access.newServerSightings());
    this.hostLook = new HostLook(access, newServer);
    this.deployment = new DeploymentReader(access, hostLook);
    this.upstream = new UpstreamReader(access, begun, hostLook, this::relayView);
    Lazy<WorkerStatus> workerStatus =
        new Lazy<>(() -> access.dm().queryStatus(access.ansible().survey().deployment().address()));
    this.relay = new RelayReader(access, begun, upstream, workerStatus);
    this.tasks = new TasksReader(access, begun, upstream, workerStatus, newServer.server());
    this.prechecks = new PrechecksReader(access, tasks);
  }

  /** Of a reader that is made after the one that asks for it. */
  private RelayView relayView() {
    return relay.view();
  }

  /**
   * Begins what takes a call of DM-Ansible's ansible each and waits for nothing else. Without it
   * they are asked for one after the other, as the checks want them.
   */
  public void askAhead() {
    aside.ask(hostLook.call());
    if (!isBehindVip()) {
      deployment.askAhead(aside, !tasksStopped);
    }
  }

  private boolean isBehindVip() {
    return request.modes().behindVip();
  }

  public Facts facts() {
    return new Facts(
        asked(),
        deployment.facts(),
        upstream.facts(),
        newServer.facts(hostLook),
        relay.facts(pausedByUs),
        tasks.facts(),
        prechecks.facts());
  }

  private Facts.Request asked() {
    return new Facts.Request(
        isBehindVip(),
        request.dmWorker(),
        request.newServer().host(),
        request.newServer().port(),
        tasks.areStopped(),
        request.modes().flushBinaryLogs() == Modes.FlushBinaryLogs.AUTO,
        request.modes().staged(),
        request.timeouts().catchUp());
  }

  @Override
  public void close() {
    aside.close();
    newServer.close();
  }
}
