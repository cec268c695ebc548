package dmswitch.access;

import dmswitch.dm.BinlogPosition;
import dmswitch.host.Look;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayRows;
import dmswitch.host.RelayTail;
import dmswitch.host.SshWay;
import dmswitch.host.WorkerHost;
import dmswitch.journal.Plan;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Looks at the hosts of the cluster through DM-Ansible, mostly at the worker's. */
public class ClusterHosts {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

  /** As long as a login may take: MySQL may look up a client's name before it greets. */
  private static final Duration GREETING_LIMIT = MySqlServers.LIMIT;

  private final String worker;
  private final WorkerAnsible ansible;
  private final Lazy<WorkerHost> workerHost;
  private final Map<String, WorkerHost> otherHosts = new ConcurrentHashMap<>();

  /**
   * @param worker alias
   * @param plan has the way by which the worker's host was reached
   */
  public ClusterHosts(String worker, WorkerAnsible ansible, Optional<Plan> plan) {
    this.worker = worker;
    this.ansible = ansible;
    this.workerHost =
        new Lazy<>(
            () ->
                new WorkerHost(
                    ansible.dmAnsible(),
                    worker,
                    plan.map(made -> made.dmWorker().surroundings()).orElse(""),
                    plan.map(made -> made.dmWorker().ssh()).orElse(SshWay.NONE)));
  }

  public WorkerHost workerHost() {
    return workerHost.get();
  }

  /** Returns the host of any worker, or of dm-master. */
  WorkerHost host(String alias) {
    return alias.equals(worker)
        ? workerHost()
        : otherHosts.computeIfAbsent(alias, other -> new WorkerHost(ansible.dmAnsible(), other));
  }

  /**
   * Looks whether the worker's port is open, and a MySQL server greets at its upstream's address.
   */
  public List<Supplier<PortProbe>> probePorts(
      String host, int port, String upstreamHost, int upstreamPort) {
    WorkerHost.Together looks = workerHost().together();
    return List.of(
        looks.add(Look.port(host, port, PROBE_LIMIT)),
        looks.add(mysqlPort(upstreamHost, upstreamPort)));
  }

  /**
   * Looks whether something listens on the worker's port, on its own host.
   *
   * @param address HOST:PORT
   */
  public PortProbe workerPort(String address) {
    int colon = address.lastIndexOf(':');
    return workerHost()
        .see(
            Look.port(
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                PROBE_LIMIT));
  }

  /** Looks whether a MySQL server greets the worker's host. */
  public PortProbe mysqlPortFromWorker(String host, int port) {
    return workerHost().see(mysqlPort(host, port));
  }

  /** As {@link #mysqlPortFromWorker}, to be taken together with others. */
  public static Look<PortProbe> mysqlPort(String host, int port) {
    return Look.mysqlPort(host, port, PROBE_LIMIT, GREETING_LIMIT);
  }

  /**
   * Relay's folders, and how the first file of the last sub dir begins, seen in one call.
   *
   * @param firstHead nothing when that sub dir holds no file
   */
  public record FirstFile(
      Supplier<RelayDirectory> directory, Supplier<Optional<RelayHead>> firstHead) {}

  /** Looks at relay's folders, and at the first file of the last sub dir. */
  public FirstFile firstRelayFile(String relayDir) {
    WorkerHost.Together looks = workerHost().together();
    return new FirstFile(
        looks.add(Look.relayDirectory(relayDir)), looks.add(Look.firstRelayHead(relayDir)));
  }

  /**
   * Relay's directory and current file, as one call sees them.
   *
   * @param head how its file begins; nothing when it names none
   * @param tail what follows its position; nothing where that is not known
   */
  public record CurrentFile(
      Supplier<RelayDirectory> directory,
      Optional<Supplier<RelayHead>> head,
      Optional<Supplier<RelayTail>> tail) {}

  /** Looks at relay's folders, and at its file where it is known which one that is. */
  public CurrentFile currentRelayFile(String relayDir, Optional<RelayView> at) {
    WorkerHost.Together looks = workerHost().together();
    return new CurrentFile(
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

  /** Reads which files relay's folders hold. */
  public RelayDirectory relayDirectory(String relayDir) {
    return workerHost().see(Look.relayDirectory(relayDir));
  }

  /** Reads how a relay file begins. */
  public RelayHead relayHead(String relayDir, String subDir, String file) {
    return workerHost().see(Look.relayHead(relayDir, subDir, file));
  }

  /** Reads what follows a position in a relay file. */
  public RelayTail relayTail(String relayDir, String subDir, String file, long position) {
    return workerHost().see(Look.relayTail(relayDir, subDir, file, position));
  }

  /** Reads the tables whose rows come after a checkpoint in the relay log of a worker. */
  public RelayRows relayRows(String alias, String relayDir, BinlogPosition checkpoint) {
    return host(alias)
        .see(
            Look.relayRows(
                relayDir,
                checkpoint.subDirSuffix().orElseThrow(),
                checkpoint.file(),
                checkpoint.position()));
  }
}
