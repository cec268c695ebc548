package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.AnsibleOutput;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.PrivateFolder;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import dmswitch.program.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the {@link HostScript} on a worker's host: through ansible, by ssh, or in this process's
 * surroundings.
 */
final class HostCalls {
  private static final String MARK = "dm-switch-host";

  /** The first word of the output, which appears at once if the login works. */
  private static final String BEGUN = "dm-switch-begun";

  /**
   * How long a look may take.
   *
   * @param login how long an ssh login may take until the script runs
   * @param look how long the whole look may take
   */
  record Limits(Duration login, Duration look) {
    /** An SSH server may wait for DNS at a login, twice for 10 s. */
    static final Limits USUAL = new Limits(Duration.ofSeconds(30), DmAnsible.LOOK_LIMIT);
  }

  private final DmAnsible dmAnsible;
  private final String alias;
  private final Limits limits;

  /** The last known ssh command, used or not; empty if there is none. */
  private volatile List<String> lastSsh = List.of();

  HostCalls(DmAnsible dmAnsible, String alias, Limits limits) {
    this.dmAnsible = dmAnsible;
    this.alias = alias;
    this.limits = limits;
  }

  /** Keeps the ssh command, for the text of a Problem. */
  void rememberSsh(List<String> command) {
    lastSsh = command;
  }

  /** Returns the answers to all requests; empty if there was no answer. */
  static Optional<JsonNode> answer(Program.Result result) {
    return AnsibleOutput.answer(MARK, result.stdout());
  }

  /** Returns whether it was ended before the login finished. */
  static boolean hasNotBegun(Program.Result result) {
    return result.timedOut() && !result.stdout().contains(BEGUN);
  }

  /** Runs the script at a path with its argument. */
  interface Way {
    Program.Result run(String script, String argument) throws IOException;
  }

  /** Returns a call through ansible, as its login user. */
  Way byAnsible() {
    return traced("by ansible", through());
  }

  /** Returns a call as {@link #byAnsible} does, whose output also shows how ansible logs in. */
  Way byVerboseAnsible() {
    return traced("by ansible -vvv", through("-vvv"));
  }

  /** Returns a call through ansible, as root. */
  Way asRoot() {
    return through("-b");
  }

  private Way through(String... options) {
    return (script, argument) ->
        dmAnsible.ask(
            dmAnsible.programs().ansible(),
            words(List.of(options), script + " " + argument),
            dmAnsible.arguments().forHosts(),
            limits.look());
  }

  private Way traced(String how, Way way) {
    return (script, argument) -> {
      long start = System.nanoTime();
      Program.Result result = way.run(script, argument);
      Trace.say(
          "look at the host of "
              + alias
              + " "
              + how
              + ": "
              + Duration.ofNanos(System.nanoTime() - start).toMillis()
              + " ms");
      return result;
    };
  }

  /** Returns a call by ssh. The script is passed as input, so it is never on the host's disk. */
  Way bySsh(String how, SshWay way) {
    return traced(
        how,
        (script, argument) -> {
          Path file = Path.of(script);
          String input = "echo " + BEGUN + "\nset -- " + argument + "\n" + Files.readString(file);
          // Not a pipe, because a connection that stays open would keep the pipe open too.
          Path stderr = file.resolveSibling("stderr");
          List<String> command =
              new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 2>\"$0\"", stderr.toString()));
          command.addAll(way.commandFor("/bin/sh -s"));
          Program.Result result =
              new Program(command, dmAnsible.directory(), Map.of(), input, limits.look())
                  .run(BEGUN, limits.login());
          return new Program.Result(
              result.exitStatus(), result.stdout(), text(stderr), result.timedOut());
        });
  }

  /** Reads the text in any character set that the host may use. */
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns a call on this machine without ansible, for use if ansible makes no difference. */
  Way here() {
    return traced(
        "here, without ansible",
        (script, argument) ->
            new Program(
                    List.of("/bin/sh", script, argument),
                    dmAnsible.directory(),
                    DmAnsible.LOOK_LIMIT)
                .run());
  }

  /**
   * Returns the answers to all requests.
   *
   * @throws Problem (cannot tell) if there are none
   */
  JsonNode ask(List<Map<String, Object>> requests, String wanted, Way way) {
    Program.Result result = run(requests, way);
    return answer(result).orElseThrow(() -> unreached(result, wanted));
  }

  Program.Result run(List<Map<String, Object>> requests, Way way) {
    try (PrivateFolder folder = PrivateFolder.create()) {
      Path script = folder.path().resolve("dm-switch-host.sh");
      Files.writeString(script, HostScript.of(requests).text());
      String argument =
          Base64.getEncoder().encodeToString(Json.line(requests).getBytes(StandardCharsets.UTF_8));
      return way.run(script.toString(), argument);
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot write a temporary script: " + e.getMessage(),
          "room in " + System.getProperty("java.io.tmpdir"),
          "fix it and try again",
          e);
    }
  }

  private List<String> words(List<String> more, String script) {
    List<String> words = new ArrayList<>(List.of(alias, "-i", dmAnsible.inventory().toString()));
    words.addAll(more);
    words.addAll(List.of("-m", "script", "-a", script));
    return words;
  }

  Problem unreached(Program.Result result, String wanted) {
    if (AnsibleOutput.saysNoSuchHost(result)) {
      return HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    return unreached("ansible " + alias + " in " + dmAnsible.directory(), result, wanted);
  }

  Problem unreached(String what, Program.Result result, String wanted) {
    return Problem.cannotTell(
        what
            + (AnsibleOutput.saysUnreachable(result) ? " cannot log in: " : " ")
            + AnsibleOutput.ending(result),
        wanted,
        (result.timedOut() ? endOfStuckConnection() + "; then " : "")
            + "make `ansible "
            + alias
            + " -i "
            + dmAnsible.shownInventory()
            + " -b -m command -a \"id -u\"` print 0 there (SSH, sudo, dm_ansible_args), then try"
            + " again");
  }

  private String endOfStuckConnection() {
    String may = " that ansible keeps open, which may be stuck: `";
    return SshWay.endOfConnection(lastSsh, alias)
        .map(call -> "end the connection" + may + call + "`")
        .orElse(
            "end a connection"
                + may
                + "pgrep -af '^ssh: .*\\[mux]$'` lists them, `kill -KILL PID` ends one");
  }
}
