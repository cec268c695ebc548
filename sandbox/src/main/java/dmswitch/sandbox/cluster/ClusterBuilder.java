package dmswitch.sandbox.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlInstance.Life;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.sandbox.net.Haproxy;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.net.Sshd;
import dmswitch.sandbox.net.Vip;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Costs;
import dmswitch.sandbox.process.Ports;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Sets up a {@link Cluster}. Without further calls: one worker, one plain task, the stand-in. */
public final class ClusterBuilder {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration REPLICATION_LIMIT = Duration.ofSeconds(30);
  private static final List<String> REPLICAS = List.of(Cluster.NEW, Cluster.THIRD);

  /** What one row event may hold. */
  private static final long CHUNK = 3 << 20;

  private final Path folder;
  private final Map<String, MySqlOptions> options = new LinkedHashMap<>();
  private final Set<String> onOwnHosts = new HashSet<>();
  private final Map<String, Place> places = new HashMap<>();
  private final Set<String> proxied = new HashSet<>();
  private boolean haproxy;
  private final List<Reaper.Registration> registrations = new ArrayList<>();
  private Life life = Life.WITH_JVM;
  private DmPrograms programs = DmPrograms.standIn(Map.of());
  private boolean secondWorker;
  private boolean vip;
  private Place loopback = Place.LOOPBACK;
  private long writtenBefore;
  private List<Task> tasks = List.of(Task.plain("app", workerAlias(1)));
  private boolean overSsh;
  private boolean keylessTables = true;
  private boolean checkpoints = true;
  private Duration restartSec = Duration.ofSeconds(15);
  private Optional<Duration> rpcTimeout = Optional.empty();
  private Duration waitTimeout = Duration.ofMinutes(5);

  ClusterBuilder(Path folder) {
    this.folder = folder;
    options.put(Cluster.OLD, MySqlOptions.serverId(1));
    options.put(Cluster.NEW, MySqlOptions.serverId(2));
    options.put(Cluster.TARGET, MySqlOptions.serverId(9).logBin("target-bin"));
  }

  /** The alias of the worker of that number, from 1. */
  public static String workerAlias(int number) {
    return "dm-worker" + number;
  }

  /** It outlives this JVM, until {@link Cluster#close} of whichever JVM attaches. */
  public ClusterBuilder untilStopped() {
    life = Life.UNTIL_STOPPED;
    return this;
  }

  /** What plays DM. */
  public ClusterBuilder programs(DmPrograms chosen) {
    programs = chosen;
    return this;
  }

  /** Other options for one of the servers, by its name. */
  public ClusterBuilder server(String name, MySqlOptions chosen) {
    options.put(name, chosen);
    return this;
  }

  /**
   * Puts a server on a host of its own, which can be made unreachable or powered off; as root. All
   * such hosts are in one network.
   */
  public ClusterBuilder ownHost(String name) {
    onOwnHosts.add(name);
    return this;
  }

  /** A third server of the replication cluster, {@link Cluster#THIRD}. */
  public ClusterBuilder thirdServer() {
    options.putIfAbsent(Cluster.THIRD, MySqlOptions.serverId(4));
    return this;
  }

  /** DM reaches a server through a {@link Cluster#proxy} of this JVM; nobody else does. */
  public ClusterBuilder proxied(String name) {
    proxied.add(name);
    return this;
  }

  /** Servers that are on no host of their own listen on ::1, and nowhere else. */
  public ClusterBuilder ipv6() {
    loopback = Place.LOOPBACK6;
    return this;
  }

  /** The first worker has its upstream through real HAProxy on this machine. */
  public ClusterBuilder haproxy() {
    haproxy = true;
    return this;
  }

  /**
   * The first worker has its upstream through a virtual IP, which the old server's host holds at
   * first. All upstreams and their replicas are on hosts of their own; as root.
   */
  public ClusterBuilder vip() {
    vip = true;
    return this;
  }

  /**
   * The first worker's upstream has written so much into its current binlog file before DM comes:
   * relay begins in mid file, with a hole as big.
   */
  public ClusterBuilder writtenBefore(long bytes) {
    writtenBefore = bytes;
    return this;
  }

  /** A second worker with an upstream of its own, {@link Cluster#OTHER}. */
  public ClusterBuilder secondWorker() {
    secondWorker = true;
    options.putIfAbsent(Cluster.OTHER, MySqlOptions.serverId(3));
    return this;
  }

  /** The tasks, in place of one plain task {@code app} on the first worker. */
  public ClusterBuilder tasks(Task... chosen) {
    tasks = List.of(chosen);
    return this;
  }

  /** DM-Ansible reaches the workers by ssh, through a real sshd on this machine; as root. */
  public ClusterBuilder overSsh() {
    overSsh = true;
    return this;
  }

  /** No plain task has a table without a key. */
  public ClusterBuilder withoutKeylessTables() {
    keylessTables = false;
    return this;
  }

  /** No transaction has reached the tasks yet when it is up, so that they have no checkpoint. */
  public ClusterBuilder withoutCheckpoints() {
    checkpoints = false;
    return this;
  }

  /** How long a service that ended waits for its restart; the real 15 s unless told otherwise. */
  public ClusterBuilder restartSec(Duration value) {
    restartSec = value;
    return this;
  }

  /** How long dm-master waits for a worker; the real 30 s unless told otherwise. */
  public ClusterBuilder rpcTimeout(Duration value) {
    rpcTimeout = Optional.of(value);
    return this;
  }

  /** How long DM-Ansible waits for a port; the real 300 s unless told otherwise. */
  public ClusterBuilder waitTimeout(Duration value) {
    waitTimeout = value;
    return this;
  }

  /**
   * Brings it up and waits until relay and every task are Running.
   *
   * @throws SandboxException when that fails; nothing is left then
   */
  public Cluster up() {
    return Costs.ofRun().time(Costs.Kind.CLUSTER_START, this::setUp);
  }

  private Cluster setUp() {
    Set<String> named = new HashSet<>(onOwnHosts);
    named.addAll(proxied);
    if (!options.keySet().containsAll(named)) {
      throw new SandboxException("no such servers: " + named + "; there are " + options.keySet());
    }
    if (vip) {
      onOwnHosts.addAll(options.keySet());
      onOwnHosts.remove(Cluster.TARGET);
    }
    if (REPLICAS.stream().anyMatch(onOwnHosts::contains)) {
      // From a host of their own they do not reach 127.0.0.1.
      onOwnHosts.add(Cluster.OLD);
    }
    claimFolder();
    Layout layout = layout();
    layout.write();
    Services services = Services.install(layout.systemd());
    if (life == Life.WITH_JVM) {
      registrations.add(services.killAtEnd());
    }
    Map<String, MySqlInstance> servers = new LinkedHashMap<>();
    Map<String, Proxy> proxies = new HashMap<>();
    try {
      placeServers();
      Optional<Vip> address = vip ? Optional.of(moveVipToOld()) : Optional.empty();
      startServers(layout, servers);
      prepareServers(layout, servers);
      proxied.forEach(name -> proxies.put(name, new Proxy(servers.get(name))));
      Map<String, Upstream> upstreams = upstreams(layout, servers, proxies, address);
      if (haproxy) {
        upstreams.put(workerAlias(1), haproxyBefore(servers.get(Cluster.OLD), services));
      }
      new Deployment(
              layout,
              upstreams,
              new BuildOptions(
                  programs,
                  "/usr/bin/python3",
                  restartSec,
                  rpcTimeout,
                  waitTimeout,
                  overSsh
                      ? Optional.of(Sshd.start(services, folder.resolve("ssh")))
                      : Optional.empty()))
          .write();
      Cluster cluster = new Cluster(layout, servers, proxies, services, registrations);
      startDm(cluster, layout);
      return cluster;
    } catch (RuntimeException e) {
      RuntimeException told = withLogs(layout, e);
      new Cluster(layout, servers, proxies, services, registrations).close();
      throw told;
    }
  }

  private void claimFolder() {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          throw new SandboxException(
              folder + " is not empty; wanted: an absent or empty folder for a new sandbox");
        }
      }
    } catch (IOException e) {
      throw new SandboxException("cannot make " + folder + ": " + e.getMessage(), e);
    }
  }

  private Layout layout() {
    List<Worker> workers = new ArrayList<>();
    workers.add(worker(1, Cluster.OLD));
    if (secondWorker) {
      workers.add(worker(2, Cluster.OTHER));
    }
    return new Layout(
        folder, programs.describe(), Ports.free(), keylessTables, vip, workers, tasks);
  }

  private Worker worker(int number, String server) {
    return new Worker(
        workerAlias(number),
        "mysql-replica-0" + number,
        server,
        Ports.free(),
        folder.resolve("deploy").resolve(workerAlias(number)));
  }

  private void startServers(Layout layout, Map<String, MySqlInstance> servers) {
    Map<String, CompletableFuture<MySqlInstance>> starting = new LinkedHashMap<>();
    options.forEach(
        (name, chosen) ->
            starting.put(
                name,
                CompletableFuture.supplyAsync(
                    () ->
                        MySqlInstance.start(
                            layout.server(name),
                            chosen,
                            places.getOrDefault(name, loopback),
                            life))));
    RuntimeException failure = null;
    for (Map.Entry<String, CompletableFuture<MySqlInstance>> entry : starting.entrySet()) {
      try {
        servers.put(entry.getKey(), entry.getValue().join());
      } catch (CompletionException e) {
        failure = new SandboxException(e.getCause().getMessage(), e.getCause());
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void placeServers() {
    if (onOwnHosts.isEmpty()) {
      return;
    }
    Network network = Network.create();
    network.write(folder.resolve(Layout.NETWORK));
    if (life == Life.WITH_JVM) {
      registrations.add(Reaper.atEnd(network.deletion()));
    }
    Cluster.SERVERS.stream()
        .filter(onOwnHosts::contains)
        .forEach(name -> places.put(name, Place.on(network.addHost())));
  }

  private Vip moveVipToOld() {
    Host old = places.get(Cluster.OLD).host().orElseThrow();
    Vip address = old.network().vip();
    address.moveTo(old);
    return address;
  }

  private void prepareServers(Layout layout, Map<String, MySqlInstance> servers) {
    MySqlInstance target = servers.get(Cluster.TARGET);
    DmUsers.target(target, Logins.TARGET_USER, Logins.TARGET_PASSWORD);
    tasks.forEach(task -> execute(target, Tables.onTarget(task, keylessTables)));
    for (Worker worker : layout.workers()) {
      DmUsers.upstream(servers.get(worker.server()), Logins.DM_USER, Logins.DM_PASSWORD);
    }
    write(servers.get(Cluster.OLD), writtenBefore);
    replicas(servers).forEach(replica -> replica.replication().from(servers.get(Cluster.OLD)));
  }

  private static List<MySqlInstance> replicas(Map<String, MySqlInstance> servers) {
    return REPLICAS.stream().filter(servers::containsKey).map(servers::get).toList();
  }

  private static void write(MySqlInstance server, long bytes) {
    if (bytes > 0) {
      server
          .sql()
          .execute("CREATE DATABASE earlier", "CREATE TABLE earlier.t (v LONGBLOB NOT NULL)");
    }
    for (long left = bytes; left > 0; left -= CHUNK) {
      server
          .sql()
          .execute("INSERT INTO earlier.t VALUES (REPEAT('x', " + Math.min(left, CHUNK) + "))");
    }
  }

  private static Map<String, Upstream> upstreams(
      Layout layout,
      Map<String, MySqlInstance> servers,
      Map<String, Proxy> proxies,
      Optional<Vip> vip) {
    Map<String, Upstream> upstreams = new HashMap<>();
    for (Worker worker : layout.workers()) {
      MySqlInstance server = servers.get(worker.server());
      Upstream upstream =
          proxies.containsKey(worker.server())
              ? new Upstream(Worker.HOST, proxies.get(worker.server()).port())
              : new Upstream(
                  vip.filter(any -> worker.server().equals(Cluster.OLD))
                      .map(Vip::address)
                      .orElse(server.hostForDm()),
                  server.port());
      upstreams.put(worker.alias(), upstream);
    }
    return upstreams;
  }

  private Upstream haproxyBefore(MySqlInstance server, Services services) {
    int port = Ports.free();
    Haproxy.start(
        services,
        folder.resolve("haproxy"),
        List.of(),
        Worker.HOST,
        port,
        List.of(server.host() + ":" + server.port()));
    return new Upstream(Worker.HOST, port);
  }

  private static void execute(MySqlInstance server, List<String> statements) {
    server.sql().execute(statements.toArray(String[]::new));
  }

  private void startDm(Cluster cluster, Layout layout) {
    layout.workers().forEach(worker -> cluster.services().start(worker.unit()));
    cluster.services().start(layout.masterUnit());
    Map<String, TaskFile.Start> starts = new HashMap<>();
    for (Worker worker : layout.workers()) {
      // Running alone would not do: it is shown before relay asks its upstream where that stands.
      awaitRelay(
          cluster,
          worker,
          "to be Running from where its upstream stands",
          () -> !relayStatus(cluster, worker).path("relayBinlogGtid").asText().isEmpty());
      List<Task> itsTasks =
          tasks.stream().filter(task -> task.workers().contains(worker.alias())).toList();
      if (itsTasks.isEmpty()) {
        continue;
      }
      // Relay begins where its upstream stands; a task cannot begin before it has received
      // something there. So the tables are made only now.
      MySqlInstance upstream = cluster.server(worker.server());
      itsTasks.forEach(
          task -> execute(upstream, Tables.onUpstream(task, worker.alias(), keylessTables)));
      TaskFile.Start start = TaskFile.Start.of(upstream);
      starts.put(worker.alias(), start);
      awaitRelay(
          cluster,
          worker,
          "to reach " + start,
          () ->
              relayStatus(cluster, worker)
                  .path("relayBinlog")
                  .asText()
                  .equals("(" + start.file() + ", " + start.position() + ")"));
    }
    for (Task task : tasks) {
      Scripts.writeText(
          cluster.taskFile(task.name()), TaskFile.text(task, layout, cluster.target(), starts));
      TaskStart.run(cluster, task);
    }
    if (checkpoints) {
      tasks.forEach(task -> TaskStart.begin(cluster, task));
    }
    replicas(cluster.servers())
        .forEach(
            replica -> replica.replication().awaitAllOf(cluster.oldServer(), REPLICATION_LIMIT));
  }

  private static JsonNode relayStatus(Cluster cluster, Worker worker) {
    return cluster.dmctl().status(worker).path("relayStatus");
  }

  private static void awaitRelay(
      Cluster cluster, Worker worker, String what, BooleanSupplier more) {
    Await.until(
        "relay of " + worker.alias() + " " + what,
        LIMIT,
        () -> cluster.dmctl().relayStage(worker).equals("Running") && more.getAsBoolean(),
        () -> cluster.dmctl().run("query-status", "-w", worker.address()));
  }

  /** The ends of DM's logs tell the cause, and the folder is about to be removed. */
  private static RuntimeException withLogs(Layout layout, RuntimeException cause) {
    List<Path> folders = new ArrayList<>(List.of(layout.masterDeployDir()));
    layout.workers().forEach(w -> folders.add(w.deployDir()));
    StringBuilder text = new StringBuilder(String.valueOf(cause.getMessage()));
    folders.forEach(dir -> text.append(LogEnds.of(dir.resolve("log"))));
    return new SandboxException(text.toString(), cause);
  }
}
