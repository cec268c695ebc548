package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.DmAnsible;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What must be seen on a worker's host, through DM-Ansible's own {@code ansible} and inventory:
 * {@code ansible ALIAS -m script} with one small Python script, of which nothing stays there, or a
 * {@link LookWay} that is shorter.
 *
 * <p>Every method throws {@link Problem} (cannot tell) when the host cannot be reached or does not
 * let itself be read; one call of ansible takes about a second.
 */
public final class WorkerHost {
  private final DmAnsible dmAnsible;
  private final String alias;
  private final HostCalls calls;
  private final LookWay way;

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
    this(dmAnsible, alias, surroundings, ssh, HostCalls.Limits.USUAL);
  }

  WorkerHost(
      DmAnsible dmAnsible, String alias, String surroundings, SshWay ssh, HostCalls.Limits limits) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
    this.calls = new HostCalls(dmAnsible, alias, limits);
    this.way = new LookWay(dmAnsible, alias, surroundings, ssh, calls);
  }

  /**
   * Returns those of this process, if a look has shown that ansible has the same there; else empty.
   */
  public String surroundings() {
    return way.surroundings();
  }

  /** Returns the way by ssh that the next looks go. */
  public SshWay ssh() {
    return way.ssh();
  }

  /**
   * Returns whether a look has shown that addresses mean there what they mean to this process, its
   * loopback included.
   */
  public boolean isInThisNetwork() {
    return way.isInThisNetwork();
  }

  /**
   * Takes one look, in its own call.
   *
   * @throws Problem (cannot tell) when it cannot be taken
   */
  public <T> T see(Look<T> look) {
    return together().add(look).get();
  }

  /** Looks that are made in one call. */
  public Together together() {
    return new Together();
  }

  /** Looks that are taken in one call, once the first of their answers is wanted. */
  public final class Together {
    private final List<Look<?>> looks = new ArrayList<>();
    private JsonNode answers;

    /** Returns the answer of {@code look}, or the Problem that kept it from being known. */
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
        answers = way.look(looks.stream().map(Look::request).toList(), wanted);
      }
    }

    private <T> T read(Look<T> look, int index) {
      take(look.wanted());
      return look.answer(ok(answers.path(index), look.wanted()));
    }
  }

  /**
   * Changes the relay directory of a stopped worker, as root, after copies; files keep their owner.
   * Cut off in the middle, the same change continues.
   *
   * @param port the worker's, on which nothing may listen
   * @return the folder of the copies and of what was taken away
   * @throws Problem (cannot tell) when the worker runs, or the directory is not as it was looked
   *     at; with {@link Problem.Hint#NOTHING_CHANGED} while nothing was changed in it
   */
  public String changeRelayDirectory(RelayDirectoryChange change, int port) {
    String wanted = "the relay directory " + change.relayDir();
    JsonNode answers = calls.ask(List.of(change.request(port)), wanted, calls.asRoot());
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
                  "give the user that ansible logs in as read access, as DM-Ansible does";
              case "link" ->
                  "replace the link by its target, or remove it if DM did not make it;"
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
      throw calls.unreached(result, "root on the host of " + alias + " (ansible " + alias + " -b)");
    }
    return root;
  }
}
