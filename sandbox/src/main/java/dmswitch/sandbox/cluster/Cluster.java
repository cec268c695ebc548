package dmswitch.sandbox.cluster;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.sandbox.net.Vip;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.Services;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A DM cluster that runs on this machine, in one folder.
 *
 * <p>Its MySQL servers: {@link #OLD} is the upstream of the first worker, {@link #NEW} replicates
 * from it, and so does {@link #THIRD} where there is one; {@link #OTHER} is the upstream of the
 * second worker where there is one, and {@link #TARGET} is what the tasks write to.
 */
public final class Cluster implements AutoCloseable {
  public static final String OLD = "old";
  public static final String NEW = "new";
  public static final String THIRD = "third";
  public static final String OTHER = "other";
  public static final String TARGET = "target";

  /** All of them, in the order in which people read them. */
  public static final List<String> SERVERS = List.of(OLD, NEW, THIRD, OTHER, TARGET);

  private final Layout layout;
  private final Map<String, MySqlInstance> servers;
  private final Map<String, Proxy> proxies;
  private final Services services;
  private final List<Reaper.Registration> registrations;

  Cluster(
      Layout layout,
      Map<String, MySqlInstance> servers,
      Map<String, Proxy> proxies,
      Services services,
      List<Reaper.Registration> registrations) {
    this.layout = layout;
    this.servers = new LinkedHashMap<>(servers);
    this.proxies = Map.copyOf(proxies);
    this.services = services;
    this.registrations = List.copyOf(registrations);
  }

  /** A new cluster in {@code folder}, which must be absent or empty. */
  public static ClusterBuilder in(Path folder) {
    return new ClusterBuilder(folder.toAbsolutePath().normalize());
  }

  /**
   * The cluster that another JVM made in {@code folder}.
   *
   * @throws SandboxException when there is none
   */
  public static Cluster attach(Path folder) {
    Layout layout = Layout.read(folder.toAbsolutePath().normalize());
    Map<String, MySqlInstance> servers = new LinkedHashMap<>();
    for (String name : SERVERS) {
      if (Files.isDirectory(layout.server(name))) {
        servers.put(name, MySqlInstance.attach(layout.server(name)));
      }
    }
    return new Cluster(layout, servers, Map.of(), new Services(layout.systemd()), List.of());
  }

  /** Where all of it lies. */
  public Path folder() {
    return layout.folder();
  }

  /** A server by its name, one of this class's constants. */
  public MySqlInstance server(String name) {
    MySqlInstance server = servers.get(name);
    if (server == null) {
      throw new SandboxException("the sandbox in " + folder() + " has no server " + name);
    }
    return server;
  }

  /** All servers, by name. */
  public Map<String, MySqlInstance> servers() {
    return Map.copyOf(servers);
  }

  /** What stands between DM and a server, where {@link ClusterBuilder#proxied} asked for it. */
  public Proxy proxy(String name) {
    Proxy proxy = proxies.get(name);
    if (proxy == null) {
      throw new SandboxException("the server " + name + " has no proxy");
    }
    return proxy;
  }

  /** The upstream of the first worker when the sandbox came up. */
  public MySqlInstance oldServer() {
    return server(OLD);
  }

  /** Its successor. */
  public MySqlInstance newServer() {
    return server(NEW);
  }

  /** Where the tasks write. */
  public MySqlInstance target() {
    return server(TARGET);
  }

  public List<Worker> workers() {
    return layout.workers();
  }

  /** The first worker. */
  public Worker worker() {
    return layout.workers().get(0);
  }

  public List<Task> tasks() {
    return layout.tasks();
  }

  /** Whether the first worker has its upstream through a virtual IP. */
  public boolean hasVip() {
    return layout.vip();
  }

  /**
   * The virtual IP that is the first worker's upstream, port 3306.
   *
   * @throws SandboxException when there is none
   */
  public Vip vip() {
    if (!hasVip()) {
      throw new SandboxException("the sandbox in " + folder() + " has no virtual IP");
    }
    return oldServer().ownHost().network().vip();
  }

  /** Whether plain tasks have a table without any key. */
  public boolean hasKeylessTables() {
    return layout.keylessTables();
  }

  /** What plays DM, for people. */
  public String programs() {
    return layout.programs();
  }

  /** The DM-Ansible folder: inventory.ini, playbooks, conf, dmctl. */
  public Path dmAnsible() {
    return layout.dmAnsible();
  }

  public Path inventory() {
    return layout.dmAnsible().resolve("inventory.ini");
  }

  /** The file of a task. */
  public Path taskFile(String task) {
    return layout.dmAnsible().resolve("conf").resolve(task + ".yaml");
  }

  public String masterAddress() {
    return Worker.HOST + ":" + layout.masterPort();
  }

  /** The service of dm-master. */
  public String masterUnit() {
    return layout.masterUnit();
  }

  public Dmctl dmctl() {
    return new Dmctl(layout.dmAnsible().resolve("dmctl/dmctl"), masterAddress());
  }

  /** The services dm-master and dm-workers run as. */
  public Services services() {
    return services;
  }

  /** Ends everything and keeps the files, for looking at logs. */
  public void kill() {
    new Removal(folder()).kill();
  }

  /** Ends everything and removes the folder. */
  @Override
  public void close() {
    new Removal(folder()).remove();
    registrations.forEach(Reaper.Registration::close);
    servers.values().forEach(MySqlInstance::close);
    proxies.values().forEach(Proxy::close);
  }

  /**
   * As {@link #kill}, for whatever runs of a sandbox that came up half or whole.
   *
   * @throws SandboxException when there is none in {@code folder}
   */
  public static void kill(Path folder) {
    new Removal(folder.toAbsolutePath().normalize()).kill();
  }

  /**
   * As {@link #close}, for whatever is there of a sandbox that came up half or whole.
   *
   * @throws SandboxException when there is none in {@code folder}
   */
  public static void remove(Path folder) {
    new Removal(folder.toAbsolutePath().normalize()).remove();
  }
}
