package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.DmAnsible;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Looks at a worker's host, through DM-Ansible's own {@code ansible} and inventory: {@code ansible
 * ALIAS -m script} with a small Python script that leaves nothing there, or a faster {@link
 * LookWay}.
 *
 * <p>Every method throws {@link Problem} (cannot tell) if the host cannot be reached or read. One
 * call of ansible takes about a second.
 */
public final class WorkerHost {
  private final DmAnsible dmAnsible;
  private final String alias;
  private final HostCalls calls;
  private final LookWay way;

  /**
   * @throws Problem (wrong use) if {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias) {
    this(dmAnsible, alias, "", SshWay.NONE);
  }

  /**
   * @param surroundings the result of {@link #surroundings()}, possibly from another process
   * @param ssh the result of {@link #ssh()}
   * @throws Problem (wrong use) if {@code alias} can be none
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
   * Returns the surroundings of this process, if a look has shown that ansible has the same ones
   * there; otherwise empty.
   */
  public String surroundings() {
    return way.surroundings();
  }

  /** Returns the ssh command that the next looks use. */
  public SshWay ssh() {
    return way.ssh();
  }

  /**
   * Returns whether a look has shown that addresses, including loopback, mean the same there as in
   * this process.
   */
  public boolean isInThisNetwork() {
    return way.isInThisNetwork();
  }

  /**
   * Takes one look, in a call of its own.
   *
   * @throws Problem (cannot tell) if that fails
   */
  public <T> T see(Look<T> look) {
    return together().add(look).get();
  }

  /** Creates a group of looks that share one call. */
  public Together together() {
    return new Together();
  }

  /** Looks that share one call, which runs when the first answer is needed. */
  public final class Together {
    private final List<Look<?>> looks = new ArrayList<>();
    private JsonNode answers;

    /** Returns the answer of {@code look}, or throws the Problem that prevented it. */
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
   * Changes the relay directory of a stopped worker, as root, after copying. Files keep their
   * owner. If it is interrupted, the same change continues.
   *
   * @param port the worker's port, on which nothing may listen
   * @return the folder with the copies and everything that was moved away
   * @throws Problem (cannot tell) if the worker runs, or the directory has changed since the look;
   *     with {@link Problem.Hint#NOTHING_CHANGED} if nothing in it was changed
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
   * Proves that ansible logs in to the host, runs modules there, and becomes root with the
   * operator's arguments, as the rolling upgrade must.
   *
   * @param switchedOff whether the inventory has ansible_become false for the worker, which also
   *     applies to the rolling upgrade: then only the login is proven
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
