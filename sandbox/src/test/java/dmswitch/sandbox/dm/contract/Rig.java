package dmswitch.sandbox.dm.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.sandbox.dm.StandIn;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A dm-master and its dm-workers for one test, and a dmctl to talk to them. */
final class Rig implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  /** The folder of real programs; empty for the stand-in. */
  static final String REAL = System.getProperty("dmswitch.dm.bin", "");

  /** The hole that real DM cuts is over 105 MB; the stand-in is told to cut from 1 MB on. */
  static final long CUT_LIMIT = REAL.isEmpty() ? 1L << 20 : 422L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static Path programs;

  final Servers servers = Servers.get();
  final Path directory;
  final List<Worker> workers = new ArrayList<>();

  /** checkpoint-flush-interval of task files. */
  int checkpointSeconds = 30;

  private final int masterPort = Ports.free();
  private Process master;

  /** A dm-worker and where it lives. */
  final class Worker implements AutoCloseable {
    final Path home;
    final String sourceId;
    final int port = Ports.free();
    String host = "127.0.0.1";
    int mysqlPort;
    String user = Servers.USER;
    String password = Servers.PASSWORD;
    String extra = "";
    boolean gtid = true;
    private Process process;

    Worker(String sourceId, int mysqlPort) {
      this.sourceId = sourceId;
      this.mysqlPort = mysqlPort;
      this.home = directory.resolve(sourceId);
    }

    String address() {
      return "127.0.0.1:" + port;
    }

    Path relayDir() {
      return home.resolve("relay_log");
    }

    /** The relay sub dirs, oldest first. */
    List<String> subDirs() {
      try {
        return Files.readAllLines(relayDir().resolve("server-uuid.index"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Path lastSubDir() {
      List<String> all = subDirs();
      return relayDir().resolve(all.get(all.size() - 1));
    }

    /** The newest binlog file in the last sub dir. */
    Path lastFile() {
      return files(lastSubDir()).max(Path::compareTo).orElseThrow();
    }

    /** The binlog files in a sub dir. */
    private Stream<Path> files(Path subDir) {
      try (Stream<Path> files = Files.list(subDir)) {
        return files
            .filter(file -> file.getFileName().toString().matches(".*bin.*\\.[0-9]{6}"))
            .toList()
            .stream();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void writeConfig() {
      write(
          home.resolve("conf/dm-worker.toml"),
          String.format(
              """
              server-id = %d
              source-id = "%s"
              flavor = "mysql"
              enable-gtid = %s
              charset = ""
              meta-dir = ""
              %s
              [from]
              host = "%s"
              user = "%s"
              password = "%s"
              port = %d

              [purge]
              interval = 3600
              expires = 0
              remain-space = 15
              """,
              100 + workers.indexOf(this), sourceId, gtid, extra, host, user, password, mysqlPort));
    }

    /** Starts it, and waits until its port is there. */
    void start() {
      launch();
      Await.until(
          "the port of " + sourceId,
          LIMIT,
          () -> Ports.listens("127.0.0.1", port),
          () -> output() + log());
    }

    /** Starts it, and waits for nothing. */
    void launch() {
      process =
          run(
              home,
              "dm-worker",
              "--worker-addr=:" + port,
              "-L=info",
              "--relay-dir=" + relayDir(),
              "--config=conf/dm-worker.toml",
              "--log-file=log/dm-worker.log");
    }

    /** Ends it as systemd does. */
    void stop() {
      end(process);
    }

    int awaitExit() {
      try {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new AssertionError("dm-worker did not end");
        }
        return process.exitValue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    void restart() {
      stop();
      writeConfig();
      start();
      awaitConnected(this);
    }

    /** Restarts it on another server, as an address change does. */
    void restartOn(MySqlInstance server) {
      mysqlPort = server.port();
      restart();
    }

    String output() {
      return read(home.resolve("stdout"));
    }

    String log() {
      return read(home.resolve("log/dm-worker.log"));
    }

    /** Its entry in query-status. */
    JsonNode status() {
      return json("query-status", "-w", address()).get("workers").get(0);
    }

    JsonNode relay() {
      return status().get("relayStatus");
    }

    /** Its subtask of that name. */
    JsonNode task(String name) {
      for (JsonNode task : status().get("subTaskStatus")) {
        if (task.get("name").asText().equals(name)) {
          return task;
        }
      }
      throw new AssertionError("no subtask " + name + " on " + sourceId);
    }

    JsonNode awaitRelay(String what, Predicate<JsonNode> condition) {
      JsonNode[] last = new JsonNode[1];
      Await.until(
          what,
          LIMIT,
          () -> {
            last[0] = status().get("relayStatus");
            return last[0] != null && !last[0].isNull() && condition.test(last[0]);
          },
          () -> last[0] + "\n" + log());
      return last[0];
    }

    JsonNode awaitTask(String name, String what, Predicate<JsonNode> condition) {
      JsonNode[] last = new JsonNode[1];
      Await.until(
          what,
          LIMIT,
          () -> {
            last[0] = task(name);
            return condition.test(last[0]);
          },
          () -> last[0] + "\n" + log());
      return last[0];
    }

    /** Waits until relay has what {@code server} has executed. */
    void awaitCaughtUp(MySqlInstance server) {
      String wanted = server.replication().executed();
      Await.until(
          "relay to catch up",
          LIMIT,
          () -> contains(relay().get("relayBinlogGtid").asText(), wanted),
          () -> relay() + "\n" + log());
    }

    void pauseRelay() {
      must("pause-relay", "-w", address());
    }

    void resumeRelay() {
      must("resume-relay", "-w", address());
    }

    @Override
    public void close() {
      stop();
    }
  }

  /** A rig with a worker for each given port of a server. */
  Rig(int... mysqlPorts) {
    try {
      directory = Files.createTempDirectory(servers.directory, "rig");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < mysqlPorts.length; i++) {
      Worker worker = new Worker("source-0" + (i + 1), mysqlPorts[i]);
      workers.add(worker);
    }
    writeMasterConfig("");
  }

  /** Has dm-master wait so long for a worker, in place of 30 s; before {@link #start}. */
  Rig rpcTimeout(Duration timeout) {
    writeMasterConfig("rpc-timeout = \"" + timeout.toSeconds() + "s\"\n");
    return this;
  }

  private void writeMasterConfig(String head) {
    StringBuilder text = new StringBuilder(head);
    for (Worker worker : workers) {
      text.append(
          String.format(
              "[[deploy]]%nsource-id = \"%s\"%ndm-worker = \"%s\"%n%n",
              worker.sourceId, worker.address()));
    }
    write(directory.resolve("master/conf/dm-master.toml"), text.toString());
  }

  /** A rig with one worker on the primary, whose current binlog file is fresh, started. */
  static Rig onPrimary() {
    Servers servers = Servers.get();
    servers.primary.sql().execute("FLUSH BINARY LOGS");
    return new Rig(servers.primary.port()).start();
  }

  Rig start() {
    workers.forEach(Worker::writeConfig);
    workers.forEach(Worker::launch);
    startMaster();
    workers.forEach(this::awaitConnected);
    workers.forEach(this::awaitRelayBegun);
    return this;
  }

  /**
   * Waits until relay has begun: what is written before, it would skip, with a hole in its place.
   */
  private void awaitRelayBegun(Worker worker) {
    Await.until(
        "the first relay file of " + worker.sourceId,
        LIMIT,
        () ->
            Files.exists(worker.relayDir().resolve("server-uuid.index"))
                && worker.files(worker.lastSubDir()).findAny().isPresent(),
        () -> worker.output() + worker.log());
  }

  Worker worker() {
    return workers.get(0);
  }

  void startMaster() {
    master =
        run(
            directory.resolve("master"),
            "dm-master",
            "--master-addr=:" + masterPort,
            "-L=info",
            "--config=conf/dm-master.toml",
            "--log-file=log/dm-master.log");
    Await.until(
        "the port of dm-master",
        LIMIT,
        () -> Ports.listens("127.0.0.1", masterPort),
        () -> read(directory.resolve("master/stdout")));
  }

  void stopMaster() {
    end(master);
  }

  /** Waits until dm-master reaches the worker. */
  void awaitConnected(Worker worker) {
    Await.until(
        "dm-master to reach " + worker.sourceId,
        LIMIT,
        () -> worker.status().get("result").asBoolean(),
        () -> worker.status() + "\n" + worker.output() + worker.log());
  }

  private static synchronized Path programs() {
    if (!REAL.isEmpty()) {
      return Path.of(REAL);
    }
    if (programs == null) {
      programs = Servers.get().directory.resolve("bin");
      try {
        StandIn.install(
            programs,
            Map.of(
                "handle-task-interval", "100",
                "operation-retry-interval", "100",
                "fetch-tasks-after", "200",
                "pre-check-retry", "100",
                "tcp-keep-alive", "8000",
                "task-check-interval", "1000",
                "recover-event-limit", Long.toString(1L << 20)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return programs;
  }

  private static Process run(Path home, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(programs().resolve(program).toString());
    command.addAll(Arrays.asList(arguments));
    try {
      Files.createDirectories(home.resolve("log"));
      return new ProcessBuilder(command)
          .directory(home.toFile())
          .redirectOutput(home.resolve("stdout").toFile())
          .redirectError(home.resolve("stderr").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What one call of dmctl left. */
  record Answer(int status, String stdout, String stderr, Path directory) {
    JsonNode json() {
      try {
        return JSON.readTree(stdout);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + stdout, e);
      }
    }
  }

  /** Calls dmctl. */
  Answer dmctl(String... arguments) {
    try {
      Path scratch = Files.createTempDirectory(directory, "dmctl");
      List<String> command = new ArrayList<>();
      command.add(programs().resolve("dmctl").toString());
      command.add("--master-addr");
      command.add("127.0.0.1:" + masterPort);
      command.addAll(Arrays.asList(arguments));
      Process process =
          new ProcessBuilder(command)
              .directory(scratch.toFile())
              .redirectOutput(scratch.resolve("out").toFile())
              .redirectError(scratch.resolve("err").toFile())
              .start();
      if (!process.waitFor(150, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " took over 150 s");
      }
      return new Answer(
          process.exitValue(), read(scratch.resolve("out")), read(scratch.resolve("err")), scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  JsonNode json(String... arguments) {
    return dmctl(arguments).json();
  }

  /** Calls dmctl, and looks on every level whether it went well. */
  JsonNode must(String... arguments) {
    JsonNode answer = json(arguments);
    boolean good = answer.get("result").asBoolean();
    for (JsonNode worker : answer.path("workers")) {
      good &= worker.path("result").asBoolean(worker.path("meta").path("result").asBoolean());
    }
    if (!good) {
      throw new AssertionError(String.join(" ", arguments) + ": " + answer);
    }
    return answer;
  }

  /** Writes a task file that replicates {@code schema} from where the servers are now. */
  Path taskFile(String name, String schema, MySqlInstance... sources) {
    StringBuilder instances = new StringBuilder();
    for (int i = 0; i < sources.length; i++) {
      instances.append(
          String.format(
              """
                - source-id: "source-0%d"
                  meta:
                    binlog-name: %s
                    binlog-pos: 4
                  black-white-list: "instance"
                  syncer-config-name: "global"
              """,
              i + 1, sources[i].sql().column("SHOW MASTER STATUS", "File")));
    }
    Path file = directory.resolve(name + ".yaml");
    write(
        file,
        String.format(
            """
            name: %s
            task-mode: incremental
            meta-schema: "%s"
            target-database:
              host: "127.0.0.1"
              port: %d
              user: "%s"
              password: "%s"
            mysql-instances:
            %sblack-white-list:
              instance:
                do-dbs: ["%s"]
            syncers:
              global:
                checkpoint-flush-interval: %d
            """,
            name,
            directory.getFileName(),
            servers.target.port(),
            Servers.USER,
            Servers.PASSWORD,
            instances,
            schema,
            checkpointSeconds));
    return file;
  }

  /** Waits until a query of the target gives {@code wanted}. */
  void awaitTarget(String query, String wanted) {
    String[] last = new String[1];
    Await.until(
        query + " to give " + wanted,
        LIMIT,
        () -> {
          try {
            last[0] = servers.target.sql().value(query);
          } catch (RuntimeException e) {
            last[0] = e.getMessage();
          }
          return wanted.equals(last[0]);
        },
        () -> last[0] + "\n" + worker().status() + "\n" + worker().log());
  }

  /** Whether GTID set {@code all} contains {@code part}. */
  boolean contains(String all, String part) {
    return servers
        .target
        .sql()
        .value("SELECT GTID_SUBSET('" + part + "', '" + all + "')")
        .equals("1");
  }

  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    stopMaster();
  }
}
