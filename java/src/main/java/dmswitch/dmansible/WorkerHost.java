package dmswitch.dmansible;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What must be seen on a worker's host, through DM-Ansible's own {@code ansible} and inventory:
 * {@code ansible ALIAS -m script} with one small Python script, of which nothing stays there. Its
 * start costs more than all the rest, so the next looks do without it: where the script has told
 * that it runs in the {@link Surroundings} of this process, they run it themselves; where ansible
 * has gone by plain ssh, they go the same {@link SshWay}, through the connection that ansible has
 * left open. What that does not answer, ansible is asked again, and from then on. Looks of several
 * threads follow each other, so that the first one tells the others their way.
 *
 * <p>Every method throws {@link Problem} (cannot tell) when the host cannot be reached or does not
 * let itself be read; one call of ansible takes about a second.
 */
public final class WorkerHost {
  private static final String MARK = "dm-switch-host";

  /** Its first word comes at once where a login works. */
  private static final String BEGUN = "dm-switch-begun";

  /** What this process goes in place of a way that gave it no answer. */
  private static final Map<SshWay, SshWay> INSTEAD = new ConcurrentHashMap<>();

  /**
   * How long a look may take.
   *
   * @param login by ssh, until the script runs
   * @param look all of it
   */
  record Limits(Duration login, Duration look) {
    /** A server may wait for DNS at a login, twice 10 s. */
    static final Limits USUAL = new Limits(Duration.ofSeconds(30), DmAnsible.LOOK_LIMIT);
  }

  private final DmAnsible dmAnsible;
  private final String alias;
  private final Limits limits;
  private boolean local;
  private boolean inThisNetwork;
  private SshWay ssh;

  /** Whether it may still come out that ssh leads there. */
  private boolean learning;

  /** The last command by ssh that is known, gone or not; empty: none. */
  private volatile List<String> lastCommand;

  /**
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias) {
    this(dmAnsible, alias, "", SshWay.NONE);
  }

  /**
   * @param surroundings as {@link #surroundings()} has said, to another process maybe
   * @param ssh as {@link #ssh()} has said
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias, String surroundings, SshWay ssh) {
    this(dmAnsible, alias, surroundings, ssh, Limits.USUAL);
  }

  WorkerHost(DmAnsible dmAnsible, String alias, String surroundings, SshWay ssh, Limits limits) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
    this.limits = limits;
    this.local =
        Surroundings.ofThisProcess().map(JsonNode::toString).equals(Optional.of(surroundings));
    this.inThisNetwork = local;
    SshWay way = INSTEAD.getOrDefault(ssh, ssh);
    this.learning = way.isKnown() || !ssh.isKnown();
    this.ssh = local ? SshWay.NONE : way.ifStill(dmAnsible, alias);
    this.lastCommand = ssh.command();
  }

  /** Those of this process, if a look has shown that ansible has the same there; else empty. */
  public synchronized String surroundings() {
    return local ? Surroundings.ofThisProcess().map(JsonNode::toString).orElse("") : "";
  }

  /** The way by ssh that the next looks go. */
  public synchronized SshWay ssh() {
    return ssh;
  }

  /**
   * Whether a look has shown that addresses mean there what they mean to this process, its loopback
   * included.
   */
  public synchronized boolean isInThisNetwork() {
    return inThisNetwork;
  }

  /**
   * Takes one look, in a call of its own.
   *
   * @throws Problem (cannot tell) when it cannot be taken
   */
  public <T> T see(Look<T> look) {
    return together().add(look).get();
  }

  /** Looks that shall cost one call. */
  public Together together() {
    return new Together();
  }

  /** Looks that are taken in one call, once the first of their answers is wanted. */
  public final class Together {
    private final List<Look<?>> looks = new ArrayList<>();
    private JsonNode answers;

    /** The answer of {@code look}, or the Problem that kept it from being known. */
    public <T> Supplier<T> add(Look<T> look) {
      if (answers != null) {
        throw new IllegalStateException("the looks have been taken");
      }
      int index = looks.size();
      looks.add(look);
      return () -> read(look, index);
    }

    /** Takes them now. */
    public void take() {
      take(looks.get(0).wanted());
    }

    private void take(String wanted) {
      if (answers == null) {
        answers = look(looks.stream().map(Look::request).toList(), wanted);
      }
    }

    private <T> T read(Look<T> look, int index) {
      take(look.wanted());
      return look.answer(ok(answers.path(index), look.wanted()));
    }
  }

  /**
   * Changes the relay directory of a stopped worker, as root, after copies; files keep their owner.
   * Cut off in the middle, the same change goes on.
   *
   * @param port the worker's, on which nothing may listen
   * @return the folder of the copies and of what was taken away
   * @throws Problem (cannot tell) when the worker runs, or the directory is not as it was looked
   *     at; with {@link Problem.Hint#NOTHING_CHANGED} while nothing was changed in it
   */
  public String changeRelayDirectory(RelayDirectoryChange change, int port) {
    String wanted = "the relay directory " + change.relayDir();
    JsonNode answers = ask(List.of(change.request(port)), wanted, through(List.of("-b")));
    return ok(answers.path(0), wanted).path("backup").asText();
  }

  private JsonNode ok(JsonNode answer, String wanted) {
    if (answer.has("ok")) {
      return answer.path("ok");
    }
    Problem problem =
        Problem.cannotTell(
            "on the host of " + alias + ": " + answer.path("error").asText(),
            wanted,
            switch (answer.path("kind").asText()) {
              case "denied" ->
                  "let the user that ansible logs in as read it, as DM-Ansible leaves it";
              case "link" ->
                  "put what the link leads to in its place, or remove it where DM has not made it;"
                      + " then try again";
              default -> "look at it on the host, correct it, and try again";
            });
    throw answer.path("unchanged").asBoolean()
        ? problem.with(Problem.Hint.NOTHING_CHANGED)
        : problem;
  }

  /**
   * Proves that ansible logs in to the host, runs modules there, and becomes root with what the
   * operator hands on, as the rolling upgrade must.
   *
   * @param switchedOff whether the inventory has ansible_become false for the worker, which holds
   *     for the rolling upgrade too: then only the login is proven
   * @return whether it is root there
   */
  public boolean requireBecome(boolean switchedOff) {
    Program.Result result =
        dmAnsible.ask(
            dmAnsible.programs().ansible(),
            List.of(
                alias,
                "-i",
                dmAnsible.inventory().toString(),
                "-b",
                "-m",
                "command",
                "-a",
                "id -u"),
            dmAnsible.arguments().forHosts());
    boolean root =
        result.exitStatus() == 0
            && result.stdout().lines().anyMatch(line -> line.strip().equals("0"));
    if (!root && !(switchedOff && result.exitStatus() == 0)) {
      throw unreached(result, "root on the host of " + alias + " (ansible " + alias + " -b)");
    }
    return root;
  }

  private synchronized JsonNode look(List<Map<String, Object>> requests, String wanted) {
    if (local) {
      return ask(requests, wanted, traced("here, without ansible", this::here));
    }
    List<Map<String, Object>> more = new ArrayList<>(requests);
    more.add(Map.of("op", "surroundings"));
    Optional<JsonNode> bySsh = ssh.isKnown() ? lookBySsh(more, wanted) : Optional.empty();
    JsonNode answers = bySsh.orElseGet(() -> lookByAnsible(more, wanted));
    JsonNode seen = seen(answers);
    Optional<JsonNode> here = Surroundings.ofThisProcess();
    local = here.filter(seen::equals).isPresent();
    inThisNetwork = here.filter(own -> Surroundings.shareNetwork(own, seen)).isPresent();
    return answers;
  }

  private static JsonNode seen(JsonNode answers) {
    return answers.path(answers.size() - 1).path("ok");
  }

  /** Empty where that is no way: then it is not gone again. */
  private Optional<JsonNode> lookBySsh(List<Map<String, Object>> requests, String wanted) {
    SshWay kept = ssh;
    Program.Result result = run(requests, traced("by ssh", over(ssh)));
    if (hasNotBegun(result) && !kept.isOnItsOwn()) {
      // Such as one over a connection that ansible has left open and that is stuck.
      ssh = kept.onItsOwn();
      result = run(requests, traced("by ssh on a connection of its own", over(ssh)));
    }
    if (result.timedOut() && !hasNotBegun(result)) {
      // Ansible would wait as long for what it reads.
      throw unreached("ssh to the host of " + alias, result, wanted);
    }
    Optional<JsonNode> answers = AnsibleOutput.answer(MARK, result.stdout());
    if (answers.filter(all -> ssh.leadsTo(seen(all))).isEmpty()) {
      Trace.say(
          "ssh to the host of "
              + alias
              + (answers.isPresent()
                  ? " led elsewhere than ansible had"
                  : " gave no answer: it " + AnsibleOutput.ending(result))
              + "; by ansible from now on");
      giveUp(ssh, SshWay.NONE);
      giveUp(kept, SshWay.NONE);
      ssh = SshWay.NONE;
      learning = false;
      return Optional.empty();
    }
    if (!ssh.equals(kept)) {
      giveUp(kept, ssh);
      Trace.say(
          "the connection to the host of "
              + alias
              + " that ansible keeps open does not answer"
              + SshWay.endOfConnection(kept.command(), alias)
                  .map(call -> "; it ends by: " + call)
                  .orElse(""));
    }
    return answers;
  }

  private static void giveUp(SshWay way, SshWay instead) {
    INSTEAD.replaceAll((from, to) -> to.equals(way) ? instead : to);
    INSTEAD.put(way, instead);
  }

  private static boolean hasNotBegun(Program.Result result) {
    return result.timedOut() && !result.stdout().contains(BEGUN);
  }

  private JsonNode lookByAnsible(List<Map<String, Object>> requests, String wanted) {
    if (!learning) {
      return ask(requests, wanted, traced("by ansible", through(List.of())));
    }
    Optional<String> settings = LoginSettings.digest(dmAnsible, alias);
    // With that it tells how it goes there.
    Program.Result result = run(requests, traced("by ansible -vvv", through(List.of("-vvv"))));
    Optional<List<String>> command = SshCommand.in(result);
    lastCommand = command.orElse(lastCommand);
    // What stands in a detail alone is no answer.
    Program.Result said = AnsibleOutput.withoutDetails(result);
    Optional<JsonNode> answers = AnsibleOutput.answer(MARK, said.stdout());
    if (answers.isEmpty() && (said.timedOut() || AnsibleOutput.saysWhy(said))) {
      throw unreached(said, wanted);
    }
    learning = false;
    if (answers.isEmpty()) {
      // So that what it says is what it always says.
      return ask(requests, wanted, traced("by ansible", through(List.of())));
    }
    ssh =
        settings
            .flatMap(digest -> command.map(found -> ssh(found, answers.get(), digest)))
            .orElse(SshWay.NONE);
    return answers.get();
  }

  private static SshWay ssh(List<String> command, JsonNode answers, String settings) {
    JsonNode seen = seen(answers);
    return seen.isObject() ? new SshWay(command, Surroundings.text(seen), settings) : SshWay.NONE;
  }

  /** Runs the script, given its path and its argument. */
  private interface Way {
    Program.Result run(String script, String argument) throws IOException;
  }

  private Way through(List<String> more) {
    return (script, argument) ->
        dmAnsible.ask(
            dmAnsible.programs().ansible(),
            words(more, script + " " + argument),
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

  /** The script goes in as input, so that nothing of it is ever on the host's disk. */
  private Way over(SshWay way) {
    return (script, argument) -> {
      Path file = Path.of(script);
      String input = "echo " + BEGUN + "\nset -- " + argument + "\n" + Files.readString(file);
      // No pipe: a connection that stays open would keep that open too.
      Path stderr = file.resolveSibling("stderr");
      List<String> command =
          new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 2>\"$0\"", stderr.toString()));
      command.addAll(way.commandFor("/bin/sh -s"));
      Program.Result result =
          new Program(command, dmAnsible.directory(), Map.of(), input, limits.look())
              .run(BEGUN, limits.login());
      return new Program.Result(
          result.exitStatus(), result.stdout(), text(stderr), result.timedOut());
    };
  }

  /** In whatever characters a host says it. */
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private Program.Result here(String script, String argument) {
    return new Program(
            List.of("/bin/sh", script, argument), dmAnsible.directory(), DmAnsible.LOOK_LIMIT)
        .run();
  }

  private JsonNode ask(List<Map<String, Object>> requests, String wanted, Way way) {
    Program.Result result = run(requests, way);
    return AnsibleOutput.answer(MARK, result.stdout()).orElseThrow(() -> unreached(result, wanted));
  }

  private Program.Result run(List<Map<String, Object>> requests, Way way) {
    try (PrivateFolder folder = PrivateFolder.create()) {
      Path script = folder.path().resolve("dm-switch-host.sh");
      Files.writeString(script, HostScript.of(requests).text());
      String argument = Base64.getEncoder()
              .encodeToString(Json.line(requests).getBytes(StandardCharsets.UTF_8));
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

  private Problem unreached(Program.Result result, String wanted) {
    if (AnsibleOutput.saysNoSuchHost(result)) {
      return HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    return unreached("ansible " + alias + " in " + dmAnsible.directory(), result, wanted);
  }

  private Problem unreached(String what, Program.Result result, String wanted) {
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
    return SshWay.endOfConnection(lastCommand, alias)
        .map(call -> "end the connection" + may + call + "`")
        .orElse(
            "end a connection"
                + may
                + "pgrep -af '^ssh: .*\\[mux]$'` lists them, `kill -KILL PID` ends one");
  }
}
