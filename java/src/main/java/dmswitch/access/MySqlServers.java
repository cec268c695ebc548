package dmswitch.access;

import dmswitch.dm.BinlogPosition;
import dmswitch.journal.Plan;
import dmswitch.mysql.Attempt;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.MySqlServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.TableKeys;
import dmswitch.mysql.TlsSettings;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.secret.Secret;
import dmswitch.task.TaskFiles;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Logs in to MySQL servers: the new one, the upstream of a worker, and the target of a task. */
public class MySqlServers {
  /** For one connection to MySQL and for each short statement on it. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final Request request;
  private final WorkerAnsible ansible;
  private final Supplier<TaskFiles> taskFiles;
  private final Set<String> otherConnections = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * @param ansible has the user and password of the worker
   * @param taskFiles name the targets
   */
  public MySqlServers(Request request, WorkerAnsible ansible, Supplier<TaskFiles> taskFiles) {
    this.request = request;
    this.ansible = ansible;
    this.taskFiles = taskFiles;
  }

  /** Returns the user with which the worker will log in to the new server. */
  public String newUser() {
    return request.newServer().user().orElseGet(() -> ansible.workerLogin().user());
  }

  /** Returns the new server, as the worker will log in to it. */
  Endpoint newEndpoint() {
    Secret password = request.newServer().password().orElseGet(ansible::storedPassword);
    return new Endpoint(
        request.newServer().host(), request.newServer().port(), newUser(), password);
  }

  private TlsSettings newTls() {
    return new TlsSettings(request.newServer().sslMode(), request.newServer().sslCa());
  }

  /** Logs in to the new server, as the worker will. */
  public Server newServer() {
    return MySqlServer.connect(newEndpoint(), newTls(), LIMIT);
  }

  /** Logs in to the new server at one of the addresses of its name. */
  Attempt attemptNewServer(InetAddress address) {
    return MySqlServer.attempt(newEndpoint(), newTls(), LIMIT, address);
  }

  /** Logs in to the old server with what the inventory has before it is switched. */
  public Optional<Server> oldServer(String host, int port, String user) {
    return login(new Endpoint(host, port, user, ansible.storedPassword()));
  }

  /** As {@link #oldServer(String, int, String)}, with the address of the plan. */
  public Optional<Server> oldServer(Plan.OldServer server) {
    return oldServer(server.host(), server.port(), server.user());
  }

  /** As {@link #oldServer(Plan.OldServer)}, once the inventory may have another password. */
  public Optional<Server> oldServer(Plan.OldServer server, Secret password) {
    return login(new Endpoint(server.host(), server.port(), server.user(), password));
  }

  /**
   * Reads on several fresh connections which server is at the worker's upstream address. If they
   * reach different servers, the uuid is unknown.
   */
  public UpstreamLogin upstream(String host, int port, String user) {
    List<UpstreamLogin> looks =
        FreshConnections.answers(() -> upstreamOnce(host, port, user), look -> !look.answers());
    UpstreamLogin first = looks.get(0);
    return looks.size() == 1
        ? first
        : new UpstreamLogin(
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

  /** As {@link #upstream(String, int, String)}, on one connection to the address of the plan. */
  public UpstreamLogin upstream(Plan.OldServer server) {
    return upstreamOnce(server.host(), server.port(), server.user());
  }

  private UpstreamLogin upstreamOnce(String host, int port, String user) {
    Attempt attempt = attempt(new Endpoint(host, port, user, ansible.storedPassword()));
    if (attempt instanceof Attempt.Failed failed) {
      return new UpstreamLogin(
          Optional.empty(), !failed.reason().meansNoServer(), failed.problem().found());
    }
    try (Server server = ((Attempt.Connected) attempt).server()) {
      return new UpstreamLogin(Optional.of(server.facts().serverUuid()), true, "");
    } catch (Problem notUnderstood) {
      return new UpstreamLogin(Optional.empty(), true, notUnderstood.found());
    }
  }

  /**
   * Reads the checkpoint that a task has written into its target; empty when there is none.
   *
   * @throws Problem (cannot tell) if there is no task file or the target cannot be read
   */
  public Optional<BinlogPosition> targetCheckpoint(String task, String sourceId) {
    try {
      try (Server server = target(task)) {
        return server
            .syncerCheckpoint(taskFiles.get().target(task).metaSchema(), task, sourceId)
            .flatMap(BinlogPosition::parse);
      }
    } catch (Problem unknown) {
      throw Checkpoints.unread(task, unknown);
    }
  }

  /**
   * Reads the keys of the tables in a task's target.
   *
   * @throws Problem (cannot tell) if the target cannot be read; (refused) if no task file names it
   */
  TableKeys targetKeys(String task) {
    try (Server server = target(task)) {
      return server.tableKeys();
    }
  }

  private Server target(String task) {
    return connect(taskFiles.get().target(task).endpoint());
  }

  /** Logs in as another worker does; empty if the server does not answer. */
  public Optional<Server> login(Endpoint endpoint) {
    return attempt(endpoint) instanceof Attempt.Connected connected
        ? Optional.of(connected.server())
        : Optional.empty();
  }

  /**
   * Logs in to another server than the new one.
   *
   * @throws Problem when it does not accept the login
   */
  Server connect(Endpoint endpoint) {
    Attempt attempt = attempt(endpoint);
    if (attempt instanceof Attempt.Failed failed) {
      throw failed.problem();
    }
    return ((Attempt.Connected) attempt).server();
  }

  /** Logs in to another server than the new one, which alone the request's TLS settings are for. */
  private Attempt attempt(Endpoint endpoint) {
    Attempt attempt = MySqlServer.attempt(endpoint, TlsSettings.WHERE_OFFERED, LIMIT);
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

  /**
   * Returns what the connections to other servers lack, so far, of the TLS that is required for the
   * new one; empty when none is required there.
   */
  public List<String> otherConnections() {
    return request.newServer().sslMode().requiresTls() ? List.copyOf(otherConnections) : List.of();
  }
}
