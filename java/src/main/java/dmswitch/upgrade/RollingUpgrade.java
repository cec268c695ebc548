package dmswitch.upgrade;

import dmswitch.dmansible.AnsibleOutput;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs DM-Ansible's own rolling upgrade of one dm-worker: {@code ansible-playbook
 * rolling_update.yml --tags=dm-worker -l ALIAS} in dm_ansible_dir. It stops the worker first, so
 * {@link #tryOut} checks beforehand everything that can be checked.
 */
public final class RollingUpgrade {
  private static final String ROLL = "rolling_update.yml";
  private static final String STOP = "stop.yml";

  /** The line that begins each listing. */
  private static final Pattern LISTING = Pattern.compile("^playbook: ", Pattern.MULTILINE);

  private static final Pattern PLAYBOOK = Pattern.compile("^playbook: (?:.*/)?([^/]+)$");
  private static final Pattern PLAY = Pattern.compile("^\\s*play #\\d+ \\(.*");
  private static final Pattern HOSTS = Pattern.compile("^\\s*hosts \\(\\d+\\):$");
  private static final Pattern TASKS = Pattern.compile("^\\s*tasks:$");

  private final DmAnsible dmAnsible;
  private final String alias;
  private final DetachedPlaybook playbook;
  private final DetachedPlaybook shortRoll;

  /**
   * @throws Problem (wrong use) if {@code alias} is not a valid alias
   */
  public RollingUpgrade(DmAnsible dmAnsible, String alias) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
    this.playbook = new DetachedPlaybook(dmAnsible, ROLL, alias);
    this.shortRoll = DetachedPlaybook.staged(dmAnsible, alias);
  }

  /**
   * Checks everything about a roll that can be checked without a change: its ansible runs, the
   * playbook can be read, the worker is among its hosts and has tasks to run, and the files that it
   * copies exist.
   *
   * @param deployment the deployment, used last because it needs a call of ansible too
   * @param staged whether the same call of ansible also lists the tasks that stop the worker in a
   *     staged roll
   * @throws Problem (refused) if a roll would fail; (cannot tell) if ansible gives no answer
   */
  public UpgradeTasks tryOut(Supplier<WorkerDeployment> deployment, boolean staged) {
    DetachedPlaybook tried =
        staged && Files.isReadable(dmAnsible.directory().resolve(STOP)) ? shortRoll : playbook;
    List<String> words = new ArrayList<>(tried.words());
    words.add("--list-hosts");
    words.add("--list-tasks");
    Program.Result result =
        dmAnsible.ask(dmAnsible.programs().playbook(), words, dmAnsible.arguments().forHosts());
    if (result.exitStatus() != 0 && AnsibleOutput.saysNoSuchHost(result)) {
      throw HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    if (result.exitStatus() != 0 || !LISTING.matcher(result.stdout()).find()) {
      throw Problem.cannotTell(
          tried.shown()
              + " --list-tasks in "
              + dmAnsible.directory()
              + " "
              + AnsibleOutput.ending(result),
          "the tasks of the rolling upgrade",
          "run it there by hand, fix what it says, and try again"
              + (tried == shortRoll ? "; roll_mode: documented needs no stop.yml" : ""));
    }
    Map<String, String> listings = byPlaybook(result.stdout());
    List<String> tasks = tasks(listings.getOrDefault(ROLL, ""), alias);
    if (tasks.isEmpty()) {
      throw Problem.refused(
          "rolling_update.yml --tags=dm-worker has no task for " + alias,
          "DM-Ansible's play \"rolling update dm-worker\"",
          "look at rolling_update.yml in " + dmAnsible.directory());
    }
    requireBinaries(deployment.get().resourcesDir());
    return new UpgradeTasks(tasks, tasks(listings.getOrDefault(STOP, ""), alias));
  }

  /** Returns the output of {@code --list-tasks} for each playbook, by its name. */
  static Map<String, String> byPlaybook(String listing) {
    Map<String, String> byPlaybook = new LinkedHashMap<>();
    String current = "";
    for (String line : listing.lines().toList()) {
      Matcher heading = PLAYBOOK.matcher(line.strip());
      if (heading.matches()) {
        current = heading.group(1);
      } else {
        byPlaybook.merge(current, line + "\n", String::concat);
      }
    }
    return byPlaybook;
  }

  private static void requireBinaries(Path resourcesDir) {
    for (String name : List.of("dm-worker", "mydumper")) {
      Path binary = resourcesDir.resolve("bin").resolve(name);
      if (!Files.isRegularFile(binary) || !Files.isReadable(binary)) {
        throw Problem.refused(
            "there is no readable " + binary,
            "what the rolling upgrade copies to the worker's host, after it has stopped the worker",
            "put it there, of the version that runs now (ansible-playbook local_prepare.yml)");
      }
    }
  }

  /** Returns the tasks of the plays that have {@code alias} among their hosts. */
  static List<String> tasks(String listing, String alias) {
    List<String> tasks = new ArrayList<>();
    boolean inHosts = false;
    boolean inTasks = false;
    boolean ours = false;
    for (String line : listing.lines().toList()) {
      String text = line.strip();
      if (PLAY.matcher(line).matches()) {
        inHosts = inTasks = ours = false;
      } else if (HOSTS.matcher(line).matches()) {
        inHosts = true;
      } else if (TASKS.matcher(line).matches()) {
        inHosts = false;
        inTasks = true;
      } else if (inHosts && text.equals(alias)) {
        ours = true;
      } else if (inTasks && ours && !text.isEmpty()) {
        Matcher tags = Pattern.compile("(.*?)\\s*TAGS: \\[.*").matcher(text);
        tasks.add(tags.matches() ? tags.group(1) : text);
      }
    }
    return tasks;
  }

  /**
   * Starts the roll in its own session.
   *
   * @param folder an existing folder for its files, in the journal; each roll has its own
   * @throws Problem (cannot tell) if it cannot be started; then nothing was stopped
   */
  public PlaybookRun start(Path folder) {
    return playbook.start(folder);
  }

  /** Starts the staged roll ({@link StagedRoll}) as {@link #start} does. */
  public PlaybookRun startStaged(Path folder) {
    return shortRoll.start(folder);
  }
}
