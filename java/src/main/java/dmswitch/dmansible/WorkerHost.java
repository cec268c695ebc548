package dmswitch.dmansible;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What must be seen on a worker's host, through DM-Ansible's own {@code ansible} and inventory:
 * {@code ansible ALIAS -m script} with one small Python script, of which nothing stays there. Where
 * the script has told that it runs in the {@link Surroundings} of this process, the next looks run
 * it without ansible, whose start costs more than all the rest.
 *
 * <p>Every method throws {@link Problem} (cannot tell) when the host cannot be reached or does not
 * let itself be read; one call of ansible takes about a second.
 */
public final class WorkerHost {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Said of a change of the relay directory that was not begun. */
  public static final String NOTHING_CHANGED = "nothing was changed";

  private static final String MARK = "dm-switch-host";

  private final DmAnsible dmAnsible;
  private final String alias;
  private boolean local;
  private boolean inThisNetwork;

  /**
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias) {
    this(dmAnsible, alias, "");
  }

  /**
   * @param surroundings as {@link #surroundings()} has said, to another process maybe
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias, String surroundings) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
    this.local =
        Surroundings.ofThisProcess().map(JsonNode::toString).equals(Optional.of(surroundings));
    this.inThisNetwork = local;
  }

  /** Those of this process, if a look has shown that ansible has the same there; else empty. */
  public String surroundings() {
    return local ? Surroundings.ofThisProcess().map(JsonNode::toString).orElse("") : "";
  }

  /**
   * Whether a look has shown that addresses mean there what they mean to this process, its loopback
   * included.
   */
  public boolean isInThisNetwork() {
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
   * Cut off in the middle, the same surgery goes on.
   *
   * @param port the worker's, on which nothing may listen
   * @return the folder of the copies and of what was taken away
   * @throws Problem (cannot tell) when the worker runs, or the directory is not as it was looked at
   */
  public String operate(RelaySurgery surgery, int port) {
    String wanted = "the relay directory " + surgery.relayDir();
    JsonNode answers = ask(List.of(surgery.request(port)), wanted, through(List.of("-b")));
    return ok(answers.path(0), wanted).path("backup").asText();
  }

  private JsonNode ok(JsonNode answer, String wanted) {
    if (!answer.has("ok")) {
      throw Problem.cannotTell(
          "on the host of " + alias + ": " + answer.path("error").asText(),
          wanted,
          switch (answer.path("kind").asText()) {
            case "denied" ->
                "let the user that ansible logs in as read it, as DM-Ansible leaves it";
            case "link" ->
                "put what the link leads to in its place, or remove it where DM has not made it;"
                    + " then try again";
            default -> "look at it on the host, mend it, and try again";
          });
    }
    return answer.path("ok");
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

  private JsonNode look(List<Map<String, Object>> requests, String wanted) {
    if (local) {
      return ask(requests, wanted, this::here);
    }
    List<Map<String, Object>> more = new ArrayList<>(requests);
    more.add(Map.of("op", "surroundings"));
    JsonNode answers = ask(more, wanted, through(List.of()));
    JsonNode seen = answers.path(requests.size()).path("ok");
    Optional<JsonNode> here = Surroundings.ofThisProcess();
    local = here.filter(seen::equals).isPresent();
    inThisNetwork = here.filter(own -> Surroundings.shareNetwork(own, seen)).isPresent();
    return answers;
  }

  /** Runs the script, given its path and its argument. */
  private interface Way {
    Program.Result run(String script, String argument);
  }

  private Way through(List<String> become) {
    return (script, argument) ->
        dmAnsible.ask(
            dmAnsible.programs().ansible(),
            words(become, script + " " + argument),
            dmAnsible.arguments().forHosts());
  }

  private Program.Result here(String script, String argument) {
    return new Program(
            List.of("/bin/sh", script, argument), dmAnsible.directory(), DmAnsible.LOOK_LIMIT)
        .run();
  }

  private JsonNode ask(List<Map<String, Object>> requests, String wanted, Way way) {
    Program.Result result;
    try (PrivateFolder folder = PrivateFolder.create()) {
      Path script = folder.path().resolve("dm-switch-host.sh");
      Files.writeString(
          script,
          PrivateFolder.resource("worker_host.sh")
              .replace("@PYTHON@\n", PrivateFolder.resource("worker_host.py")));
      String argument = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(requests));
      result = way.run(script.toString(), argument);
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot write a temporary script: " + e.getMessage(),
          "room in " + System.getProperty("java.io.tmpdir"),
          "mend it and try again",
          e);
    }
    return AnsibleOutput.answer(MARK, result.stdout()).orElseThrow(() -> unreached(result, wanted));
  }

  private List<String> words(List<String> become, String script) {
    List<String> words = new ArrayList<>(List.of(alias, "-i", dmAnsible.inventory().toString()));
    words.addAll(become);
    words.addAll(List.of("-m", "script", "-a", script));
    return words;
  }

  private Problem unreached(Program.Result result, String wanted) {
    if (AnsibleOutput.saysNoSuchHost(result)) {
      return HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    return Problem.cannotTell(
        "ansible "
            + alias
            + " in "
            + dmAnsible.directory()
            + (AnsibleOutput.saysUnreachable(result) ? " cannot log in: " : " ")
            + AnsibleOutput.ending(result),
        wanted,
        "make `ansible "
            + alias
            + " -i "
            + dmAnsible.shownInventory()
            + " -b -m command -a \"id -u\"` print 0 there (SSH, sudo, dm_ansible_args), then try"
            + " again");
  }
}
