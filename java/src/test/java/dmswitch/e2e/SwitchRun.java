package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Costs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A run of one of our playbooks, as a user runs it: the real {@code ansible-playbook}, variables in
 * a file, the operator's DM-Ansible with its own ansible. Immutable.
 */
final class SwitchRun {
  // Minutes of it only where others use the machine too.
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration KILLED = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Running> UNDER_WAY = ConcurrentHashMap.newKeySet();

  /** What lets root read every file, whatever its mode. */
  private static final String PAST_MODES = "-dac_override,-dac_read_search";

  private final String playbook;
  private final Map<String, Object> variables;
  private final List<String> options;
  private final List<String> prefix;
  private final Map<String, String> environment;

  private SwitchRun(
      String playbook,
      Map<String, Object> variables,
      List<String> options,
      List<String> prefix,
      Map<String, String> environment) {
    this.playbook = playbook;
    this.variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    this.options = List.copyOf(options);
    this.prefix = List.copyOf(prefix);
    this.environment = Map.copyOf(environment);
  }

  /** Of the cluster's first worker to its new server. */
  static SwitchRun of(Cluster cluster) {
    return of(cluster, cluster.newServer());
  }

  /** Of the cluster's first worker to another server. */
  static SwitchRun of(Cluster cluster, MySqlInstance to) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("dm_ansible_dir", cluster.dmAnsible().toString());
    variables.put("dm_worker", cluster.worker().alias());
    variables.put("new_mysql_host", to.host());
    variables.put("new_mysql_port", to.port());
    variables.put("dm_ansible_playbook", Checkout.dmAnsiblePlaybook().toString());
    return new SwitchRun("switch-upstream.yml", variables, List.of(), List.of(), Map.of());
  }

  /** Of the cluster's first worker to its new server, behind the VIP; by switch-vip.yml. */
  static SwitchRun behindVip(Cluster cluster) {
    return new SwitchRun("switch-vip.yml", of(cluster).variables, List.of(), List.of(), Map.of());
  }

  /** A look at the cluster's first worker, by rescue.yml; repairs with rescue_apply true. */
  static SwitchRun rescue(Cluster cluster) {
    return withoutNewServer("rescue.yml", cluster);
  }

  /** Takes back the switch of the cluster's first worker that is in progress, by rollback.yml. */
  static SwitchRun rollback(Cluster cluster) {
    return withoutNewServer("rollback.yml", cluster);
  }

  private static SwitchRun withoutNewServer(String playbook, Cluster cluster) {
    Map<String, Object> variables = new LinkedHashMap<>(of(cluster).variables);
    variables.remove("new_mysql_host");
    variables.remove("new_mysql_port");
    return new SwitchRun(playbook, variables, List.of(), List.of(), Map.of());
  }

  /** With another value for a variable of the role. */
  SwitchRun with(String variable, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(variables);
    more.put(variable, value);
    return new SwitchRun(playbook, more, options, prefix, environment);
  }

  /** With further options of {@code ansible-playbook}, for example {@code --check}. */
  SwitchRun options(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new SwitchRun(playbook, variables, all, prefix, environment);
  }

  /** With its home elsewhere, where ansible makes temporary files. */
  SwitchRun home(Path folder) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put("HOME", folder.toString());
    return new SwitchRun(playbook, variables, options, prefix, more);
  }

  /** By a user for whom the modes of files hold, root too. */
  SwitchRun heldByModes() {
    return System.getProperty("user.name").equals("root")
        ? new SwitchRun(
            playbook,
            variables,
            options,
            List.of("setpriv", "--inh-caps=" + PAST_MODES, "--bounding-set=" + PAST_MODES),
            environment)
        : this;
  }

  /** Runs the playbook to its end. */
  RunEnded run() {
    return start().await();
  }

  /** Runs preflight.yml to its end. */
  RunEnded preflight() {
    return startPreflight().await();
  }

  /** Starts the playbook and does not wait. */
  Running start() {
    return start(playbook);
  }

  /** Starts preflight.yml and does not wait. */
  Running startPreflight() {
    return start("preflight.yml");
  }

  /** Kills what a test that failed has left running. */
  static void killUnderWay() {
    UNDER_WAY.forEach(Running::kill);
    UNDER_WAY.clear();
  }

  private Running start(String chosen) {
    try {
      Path scratch = Files.createTempDirectory("run");
      Path values = scratch.resolve("variables.json");
      Files.createFile(
          values,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(values, JSON.writeValueAsString(variables));
      List<String> command = new ArrayList<>(prefix);
      command.addAll(
          List.of(
              Checkout.ansiblePlaybook().toString(),
              Checkout.playbook(chosen).toString(),
              "-e",
              "@" + values));
      command.addAll(options);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(Checkout.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(scratch.resolve("output").toFile());
      Map<String, String> all = builder.environment();
      all.keySet().removeIf(name -> name.startsWith("ANSIBLE_"));
      all.put("ANSIBLE_NOCOLOR", "1");
      all.put(
          "ANSIBLE_CALLBACK_PLUGINS",
          Path.of("src/test/resources/dmswitch/e2e/callback").toAbsolutePath().toString());
      all.put("ANSIBLE_CALLBACKS_ENABLED", "record_results");
      all.put(
          "ANSIBLE_CONNECTION_PLUGINS",
          Checkout.root().resolve("ansible/tests/unit/connection").toString());
      all.put("RECORD_RESULTS", scratch.resolve("results").toString());
      all.putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      Running running = new Running(process, scratch, System.nanoTime());
      UNDER_WAY.add(running);
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A run under way.
   *
   * @param scratch its output, results and variables; removed by {@link #await}
   */
  record Running(Process process, Path scratch, long started) {
    /** What the terminal shows by now. */
    String output() {
      try {
        return Files.readString(scratch.resolve("output"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits until the backend works on this step; fails when the run ends before. */
    void awaitAtWork(Cluster cluster, String step) {
      Await.until(step, LIMIT, () -> !process.isAlive() || isAtWork(cluster, step), this::output);
      assertTrue(process.isAlive(), this::output);
    }

    /** The step's name is the last that the terminal shows, then the backend owns the journal. */
    private boolean isAtWork(Cluster cluster, String step) {
      try {
        return output().contains(step + " of ")
            && SwitchJournal.owned(cluster)
                    .compareTo(Files.getLastModifiedTime(scratch.resolve("output")))
                > 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits until the terminal shows these words; fails when it ends before. */
    void awaitOutput(String words) {
      Await.until(words, LIMIT, () -> output().contains(words) || !process.isAlive(), this::output);
      assertTrue(output().contains(words), this::output);
    }

    /** As {@link #await(Duration)}, with the limit of a whole switch. */
    RunEnded await() {
      return await(LIMIT);
    }

    /** Waits for its end; after {@code limit} it is killed with all that it started. */
    RunEnded await(Duration limit) {
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          kill();
          throw new AssertionError(
              "the playbook has not ended after " + limit.toSeconds() + " s:\n" + output());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        Costs.ofRun().add(Costs.Kind.PLAYBOOK_RUN, took);
        RunEnded ended = new RunEnded(process.exitValue(), output(), results(), took);
        Commands.must("rm", "-rf", scratch.toString());
        UNDER_WAY.remove(this);
        return ended;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    /** SIGKILL to it and to all that it started; they are gone when this returns. */
    void kill() {
      kill(List.of());
    }

    /**
     * As {@link #kill}, but sparing what has {@code word} in its command line, and its children.
     */
    void killBut(String word) {
      kill(
          descendants()
              .filter(each -> commandLine(each).contains(word))
              .flatMap(each -> Stream.concat(Stream.of(each), each.descendants()))
              .toList());
    }

    private void kill(List<ProcessHandle> spared) {
      // Stopped first, from the top: a task that began meanwhile would live on.
      List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
      for (int i = 0; i < all.size(); i++) {
        signal("STOP", all.get(i));
        List<ProcessHandle> more = new ArrayList<>(descendants().toList());
        more.removeAll(all);
        more.removeAll(spared);
        all.addAll(more);
      }
      all.forEach(ProcessHandle::destroyForcibly);
      Await.until(
          "the end of what was killed",
          KILLED,
          () -> all.stream().noneMatch(ProcessHandle::isAlive),
          () -> all.stream().filter(ProcessHandle::isAlive).toList().toString());
    }

    /** What it has started, and the backend that serves it, which has its own session. */
    private Stream<ProcessHandle> descendants() {
      return Stream.concat(Stream.of(process.toHandle()), servers())
          .flatMap(each -> Stream.concat(Stream.of(each), each.descendants()))
          .filter(each -> each.pid() != process.pid())
          .distinct();
    }

    private Stream<ProcessHandle> servers() {
      return ProcessHandle.allProcesses()
          .filter(each -> commandLine(each).contains(" serve --socket "))
          .filter(each -> environment(each).contains("RECORD_RESULTS=" + scratch + "/"));
    }

    private static String commandLine(ProcessHandle process) {
      return process.info().commandLine().orElse("");
    }

    private static String environment(ProcessHandle process) {
      try {
        return Files.readString(
            Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        return "";
      }
    }

    /** SIGHUP to ansible-playbook, as when its terminal goes away; what it started lives on. */
    void hangUp() {
      signal("HUP");
      Await.until(
          "its end on SIGHUP (which whatever nohup has started ignores: run the tests without)",
          KILLED,
          () -> !process.isAlive(),
          this::output);
    }

    /** SIGSTOP to ansible-playbook: what it started continues to its end, and nothing follows. */
    void suspend() {
      signal("STOP");
    }

    private void signal(String name) {
      Commands.must("/bin/kill", "-" + name, Long.toString(process.pid()));
    }

    /** A process that has ended meanwhile gets none. */
    private static void signal(String name, ProcessHandle target) {
      if (target.isAlive()) {
        Commands.run(List.of("/bin/kill", "-" + name, Long.toString(target.pid())));
      }
    }

    private List<RunEnded.TaskResult> results() {
      Path file = scratch.resolve("results");
      List<RunEnded.TaskResult> results = new ArrayList<>();
      try {
        if (Files.exists(file)) {
          for (String line : Files.readAllLines(file)) {
            JsonNode json = JSON.readTree(line);
            if (json.path("action").asText().startsWith("dmswitch.")) {
              Costs.ofRun()
                  .add(Costs.Kind.BACKEND_CALL, Duration.ofMillis(json.path("millis").asLong()));
            }
            results.add(
                new RunEnded.TaskResult(
                    json.path("task").asText(), json.path("status").asText(), json.path("result")));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return results;
    }
  }
}
