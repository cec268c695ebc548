package dmswitch.dmansible;

import dmswitch.problem.Problem;
import dmswitch.program.CleanEnvironment;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DM-Ansible's own rolling upgrade of one dm-worker: {@code ansible-playbook rolling_update.yml
 * --tags=dm-worker -l ALIAS} in dm_ansible_dir. It stops the worker first, so everything that can
 * be tried is tried before ({@link #tryOut}).
 */
public final class RollingUpgrade {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Pattern PLAY = Pattern.compile("^\\s*play #\\d+ \\(.*");
  private static final Pattern HOSTS = Pattern.compile("^\\s*hosts \\(\\d+\\):$");
  private static final Pattern TASKS = Pattern.compile("^\\s*tasks:$");

  private final DmAnsible dmAnsible;
  private final String alias;

  /**
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public RollingUpgrade(DmAnsible dmAnsible, String alias) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
  }

  /**
   * What a roll would run.
   *
   * @param version of its ansible
   * @param tasks the names of the tasks for this worker
   */
  public record TryOut(String version, List<String> tasks) {
    public TryOut {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * Tries all of a roll that changes nothing: its ansible answers, the playbook can be read, the
   * worker is among its hosts with tasks to run, and what it copies is there.
   *
   * @throws Problem (refused) when a roll would fail; (cannot tell) when ansible does not answer
   */
  public TryOut tryOut(WorkerDeployment deployment) {
    String version = dmAnsible.version();
    requireBinaries(deployment.resourcesDir());
    List<String> words = new ArrayList<>(words());
    words.add("--list-hosts");
    words.add("--list-tasks");
    Program.Result result =
        dmAnsible.ask(dmAnsible.programs().playbook(), words, dmAnsible.arguments().forHosts());
    if (result.exitStatus() != 0 && AnsibleOutput.saysNoSuchHost(result)) {
      throw HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    if (result.exitStatus() != 0) {
      throw Problem.cannotTell(
          "ansible-playbook rolling_update.yml --list-tasks in "
              + dmAnsible.directory()
              + " "
              + AnsibleOutput.ending(result),
          "the tasks of the rolling upgrade",
          "run it there by hand, mend it, and try again");
    }
    List<String> tasks = tasks(result.stdout(), alias);
    if (tasks.isEmpty()) {
      throw Problem.refused(
          "rolling_update.yml --tags=dm-worker has no task for " + alias,
          "DM-Ansible's play \"rolling update dm-worker\"",
          "look at rolling_update.yml in " + dmAnsible.directory());
    }
    return new TryOut(version, tasks);
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

  /** The tasks of those plays that have {@code alias} among their hosts. */
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
   * Starts it in a session of its own.
   *
   * @param folder an existing folder for its files, in the journal; each roll has its own
   * @throws Problem (cannot tell) when it cannot be started; then nothing was stopped
   */
  public Roll start(Path folder) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid",
                "sh",
                "-c",
                script(),
                "dm-switch-roll",
                Roll.process(folder).toString(),
                Roll.log(folder).toString(),
                Roll.status(folder).toString(),
                dmAnsible.programs().playbook().toString()));
    command.addAll(words());
    command.addAll(dmAnsible.arguments().forRoll());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dmAnsible.directory().toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    CleanEnvironment.apply(builder.environment());
    builder.environment().putAll(AnsibleEnvironment.ROLL);
    try {
      for (Path file :
          List.of(
              Roll.log(folder), temporary(Roll.process(folder)), temporary(Roll.status(folder)))) {
        // Fails where a roll was started before.
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      builder.start();
    } catch (IOException e) {
      throw notStarted(folder, e.getMessage());
    }
    return attach(folder).orElseThrow(() -> notStarted(folder, "it recorded no process"));
  }

  /**
   * Finds the roll that was started with this folder, running or ended.
   *
   * @return nothing when none was started
   */
  public static Optional<Roll> attach(Path folder) {
    // The log is made just before the start, the process records itself just after it.
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (Files.exists(Roll.log(folder))) {
      if (Files.exists(Roll.process(folder))) {
        return Optional.of(new Roll(folder));
      }
      if (System.nanoTime() > deadline) {
        break;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return Optional.empty();
  }

  private List<String> words() {
    return List.of(
        "-i",
        dmAnsible.inventory().toString(),
        "rolling_update.yml",
        "--tags=dm-worker",
        "-l",
        alias);
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  private static Problem notStarted(Path folder, String why) {
    return Problem.cannotTell(
        "the rolling upgrade could not be started: " + why,
        "setsid and sh on the control machine, and a folder without an earlier roll: " + folder,
        "mend it and run the same command again; no worker was stopped");
  }

  private static String script() {
    try {
      return PrivateFolder.resource("roll.sh");
    } catch (IOException e) {
      throw new AssertionError("the jar holds roll.sh", e);
    }
  }
}
