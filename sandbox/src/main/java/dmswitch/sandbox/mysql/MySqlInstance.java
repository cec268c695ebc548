package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Costs;
import dmswitch.sandbox.process.Ports;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.RecordedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real MySQL server in a directory of its own: {@code my.cnf}, {@code data} (a link, where the
 * data lie in memory), {@code mysqld.log} and the record of its process. It stays where it is over
 * restarts, port included.
 *
 * <p>Not safe for use by several threads, but for {@link #connect} and what needs nothing else.
 */
public final class MySqlInstance implements AutoCloseable {
  /** The user with all rights, from every address. */
  public static final String ROOT = "root";

  /** Its password; the server listens on this machine only. */
  public static final String ROOT_PASSWORD = "sandbox";

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final int PORT_ATTEMPTS = 5;
  private static final String DATA = "data";
  private static final String PLACE = "place";
  private static final String PROCESS = "process";

  /** How long the server lives. */
  public enum Life {
    /** It is killed when this JVM ends, however that comes. */
    WITH_JVM,
    /** It stays until it is stopped, by this JVM or by one that {@link #attach attaches}. */
    UNTIL_STOPPED
  }

  private final Path directory;
  private final Installation installation;
  private final Place place;
  private final Life life;
  private int port;
  private Reaper.Registration reaper;

  /** Where it is of an image. */
  private Optional<ImageRunner.Container> container = Optional.empty();

  private MySqlInstance(
      Path directory, Installation installation, Place place, int port, Life life) {
    this.directory = directory;
    this.installation = installation;
    this.place = place;
    this.port = port;
    this.life = life;
  }

  /**
   * As {@link #start(Path, MySqlOptions, Place, Life)}, on 127.0.0.1 and for this JVM's life; of
   * the image that {@code dmswitch.mysql.image} names, whatever version the options want.
   */
  public static MySqlInstance start(Path directory, MySqlOptions options) {
    Optional<String> image = Images.chosen();
    return image.isPresent()
        ? startImage(directory, options, image.get(), Images.runner())
        : start(directory, options, Place.LOOPBACK, Life.WITH_JVM);
  }

  /**
   * Makes a new, empty server and starts it.
   *
   * @param directory where it lives; made, must be absent or empty
   * @throws SandboxException when it does not come up; it is removed then
   */
  public static MySqlInstance start(Path directory, MySqlOptions options, Place place, Life life) {
    Installation installation = Installation.of(options.version());
    try {
      Files.createDirectories(directory);
      DataFolder.make(directory.resolve(DATA), life);
      Files.writeString(directory.resolve("version"), options.version().name());
      Files.writeString(directory.resolve(PLACE), place.encode());
    } catch (IOException e) {
      throw new SandboxException("cannot make " + directory + ": " + e.getMessage(), e);
    }
    installation.copyTemplate(directory.resolve(DATA));
    MySqlInstance instance =
        new MySqlInstance(directory.toAbsolutePath(), installation, place, 0, life);
    try {
      instance.startOnFreePort(options);
      return instance;
    } catch (RuntimeException e) {
      instance.close();
      throw e;
    }
  }

  /** A server of an image; it is connected to and closed as any other, and no more. */
  static MySqlInstance startImage(
      Path directory, MySqlOptions options, String image, ImageRunner runner) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new SandboxException("cannot make " + directory + ": " + e.getMessage(), e);
    }
    MySqlInstance instance =
        new MySqlInstance(
            directory.toAbsolutePath(),
            Installation.of(options.version()),
            Place.LOOPBACK,
            Ports.free(),
            Life.WITH_JVM);
    ImageRunner.Container container =
        runner.run(image, Images.command(instance.port, options), Images.environment());
    instance.container = Optional.of(container);
    Await.within(START_LIMIT, () -> !container.isRunning() || instance.answers());
    if (!container.isRunning() || !instance.answers()) {
      String log = container.log();
      instance.close();
      throw new SandboxException("the server of the image " + image + " did not start: " + log);
    }
    Images.forgetHistory(instance.sql());
    return instance;
  }

  /**
   * A server that another JVM made, running or not.
   *
   * @throws SandboxException when there is none in that directory
   */
  public static MySqlInstance attach(Path directory) {
    try {
      MySqlVersion version =
          MySqlVersion.valueOf(Files.readString(directory.resolve("version")).strip());
      Place place = Place.decode(Files.readString(directory.resolve(PLACE)).strip());
      int port = Integer.parseInt(Files.readString(directory.resolve("port")).strip());
      return new MySqlInstance(
          directory.toAbsolutePath(), Installation.of(version), place, port, Life.UNTIL_STOPPED);
    } catch (IOException | IllegalArgumentException e) {
      throw new SandboxException("no MySQL server of a sandbox in " + directory + ": " + e, e);
    }
  }

  public Path directory() {
    return directory;
  }

  /** The address at which this machine reaches it. */
  public String host() {
    return place.address();
  }

  /** As {@link #host}, an IPv6 address in brackets: so DM needs it, which writes HOST:PORT. */
  public String hostForDm() {
    return host().contains(":") ? "[" + host() + "]" : host();
  }

  public int port() {
    return port;
  }

  /**
   * The host of its own that it runs on.
   *
   * @throws SandboxException when it runs on this machine's loopback address
   */
  public Host ownHost() {
    return place
        .host()
        .orElseThrow(
            () -> new SandboxException("the MySQL server in " + directory + " has no own host"));
  }

  /** Where its binlog files lie. */
  public Path dataDirectory() {
    return directory.resolve(DATA);
  }

  /** Its error log. */
  public Path log() {
    return directory.resolve("mysqld.log");
  }

  /** Whether its process runs, frozen or not. */
  public boolean isAlive() {
    return container
        .map(ImageRunner.Container::isRunning)
        .orElseGet(() -> process().filter(RecordedProcess::isAlive).isPresent());
  }

  /** Starts it again after {@link #stop} or {@link #kill}; waits until it answers. */
  public void start() {
    requireProcess();
    if (isAlive()) {
      throw new SandboxException("the MySQL server in " + directory + " runs already");
    }
    String end = launch();
    if (end != null) {
      throw new SandboxException(end);
    }
  }

  /** Shuts it down in order; nothing happens if it does not run. */
  public void stop() {
    requireProcess();
    process()
        .filter(RecordedProcess::isAlive)
        .ifPresent(
            process -> {
              process.signal("CONT");
              process.signal("TERM");
              if (!Await.within(STOP_LIMIT, () -> !process.isAlive())) {
                kill();
              }
            });
    forget();
  }

  /** Ends it at once, as a crash of its host does. */
  public void kill() {
    requireProcess();
    kill(directory);
    forget();
  }

  /** Ends at once whatever server runs in {@code directory}; it may have come up half. */
  public static void kill(Path directory) {
    RecordedProcess.read(directory.resolve(PROCESS))
        .filter(RecordedProcess::isAlive)
        .ifPresent(
            process -> {
              process.signal("KILL");
              Await.until(
                  "the end of process " + process.pid(),
                  STOP_LIMIT,
                  () -> !process.isAlive(),
                  () -> "it runs still");
            });
  }

  /** Ends the server in {@code directory} and removes that, and its host if it has its own. */
  public static void remove(Path directory) {
    kill(directory);
    try {
      Path place = directory.resolve(PLACE);
      if (Files.exists(place)) {
        Place.decode(Files.readString(place).strip()).host().ifPresent(Host::delete);
      }
    } catch (IOException e) {
      throw new SandboxException("cannot read " + directory + ": " + e.getMessage(), e);
    }
    DataFolder.remove(directory.resolve(DATA));
    Commands.must("rm", "-rf", directory.toString());
  }

  /** {@link #stop} and {@link #start}. */
  public void restart() {
    stop();
    start();
  }

  /** Stops its process without ending it: connections stay, nothing is answered. */
  public void freeze() {
    requireProcess();
    process().ifPresent(process -> process.signal("STOP"));
  }

  /** Lets it go on after {@link #freeze}. */
  public void thaw() {
    process().ifPresent(process -> process.signal("CONT"));
  }

  /** Ends it and removes its directory, and its host if it has one of its own. */
  @Override
  public void close() {
    container.ifPresent(ImageRunner.Container::close);
    remove(directory);
    forget();
  }

  /** A connection as {@link #ROOT}, without a default schema, in auto-commit mode. */
  public Connection connect() throws SQLException {
    return connect(ROOT, ROOT_PASSWORD);
  }

  /** A connection as another user. */
  public Connection connect(String user, String password) throws SQLException {
    return Connections.open(hostForDm(), port, user, password);
  }

  /** Statements to it as root, one connection for each call. */
  public Sql sql() {
    return new Sql(this::connect);
  }

  /** What it needs to replicate and how far it is. */
  public Replication replication() {
    return new Replication(this);
  }

  /** {@code @@server_uuid}. */
  public String uuid() {
    return sql().value("SELECT @@GLOBAL.server_uuid");
  }

  private void requireProcess() {
    if (container.isPresent()) {
      throw new SandboxException(
          "the MySQL server at "
              + host()
              + ":"
              + port
              + " is in a container; wanted: an embedded"
              + " one, to be stopped or frozen; next: run this test without -D"
              + Images.PROPERTY);
    }
  }

  private void startOnFreePort(MySqlOptions options) {
    String end = "";
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      port = place.port().orElseGet(Ports::free);
      writeOptionFile(options);
      end = launch();
      if (end == null) {
        return;
      }
      // Another process may have taken the port in between; any other cause stays.
      if (place.port().isPresent() || !end.contains("Do you already have another mysqld")) {
        break;
      }
    }
    throw new SandboxException(end);
  }

  private void writeOptionFile(MySqlOptions options) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("basedir", installation.base().toString());
    all.put("datadir", dataDirectory().toString());
    all.put("port", Integer.toString(port));
    all.put("bind_address", place.bindAddress());
    // A path to a socket may have 107 bytes at most, so it is none below the directory.
    all.put("socket", "mysqld.sock");
    all.put("pid_file", "mysqld.pid");
    all.putAll(options.optionFile());
    StringBuilder text = new StringBuilder("[mysqld]\n");
    all.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    try {
      Files.writeString(directory.resolve("my.cnf"), text);
      Files.writeString(directory.resolve("port"), Integer.toString(port));
    } catch (IOException e) {
      throw new SandboxException("cannot write " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Starts the process and waits until it answers; else tells why not. */
  private String launch() {
    return Costs.ofRun().time(Costs.Kind.MYSQL_START, this::launchAndAwait);
  }

  private String launchAndAwait() {
    ProcessBuilder mysqld =
        installation.command(List.of("--defaults-file=" + directory.resolve("my.cnf")));
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(place.prefix());
    command.addAll(mysqld.command());
    Process process;
    try {
      process =
          mysqld
              .command(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return "cannot run " + installation.mysqld() + ": " + e.getMessage();
    }
    RecordedProcess recorded = RecordedProcess.of(process.pid());
    recorded.write(processFile());
    if (life == Life.WITH_JVM) {
      reaper = Reaper.killAtEnd(recorded);
    }
    Await.within(START_LIMIT, () -> !recorded.isAlive() || answers());
    if (recorded.isAlive() && answers()) {
      return null;
    }
    kill();
    String last = lastLines();
    return "the MySQL server in "
        + directory
        + " did not start: "
        + last
        + Installation.advice(last);
  }

  private boolean answers() {
    try (Connection connection = connect()) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  private String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log());
      List<String> errors =
          lines.stream().filter(l -> l.contains("[ERROR]") || l.contains("error while")).toList();
      List<String> shown = errors.isEmpty() ? lines : errors;
      return String.join("; ", shown.subList(Math.max(0, shown.size() - 5), shown.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private Path processFile() {
    return directory.resolve(PROCESS);
  }

  private Optional<RecordedProcess> process() {
    return RecordedProcess.read(processFile());
  }

  private void forget() {
    try {
      Files.deleteIfExists(processFile());
    } catch (IOException e) {
      throw new SandboxException("cannot remove " + processFile() + ": " + e.getMessage(), e);
    }
    if (reaper != null) {
      reaper.close();
      reaper = null;
    }
  }
}
