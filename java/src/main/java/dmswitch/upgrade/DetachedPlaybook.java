package dmswitch.upgrade;

import dmswitch.dmansible.AnsibleEnvironment;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.PrivateFolder;
import dmswitch.problem.Problem;
import dmswitch.program.CleanEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs one of DM-Ansible's own playbooks for one dm-worker, {@code ansible-playbook PLAYBOOK
 * --tags=dm-worker -l ALIAS} in dm_ansible_dir. It has its own session, so it continues after
 * dm-switch or its terminal ends. The staged roll ({@link StagedRoll}) is two such calls in one
 * process.
 */
public final class DetachedPlaybook {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final DmAnsible dmAnsible;
  private final List<String> playbooks;
  private final String alias;

  DetachedPlaybook(DmAnsible dmAnsible, String playbook, String alias) {
    this(dmAnsible, List.of(playbook), alias);
  }

  private DetachedPlaybook(DmAnsible dmAnsible, List<String> playbooks, String alias) {
    this.dmAnsible = dmAnsible;
    this.playbooks = playbooks;
    this.alias = DmAnsible.requireAlias(alias);
  }

  /** Returns the staged roll. */
  static DetachedPlaybook staged(DmAnsible dmAnsible, String alias) {
    return new DetachedPlaybook(dmAnsible, List.of("stop.yml", "rolling_update.yml"), alias);
  }

  /** Returns the playbook that stops the worker. */
  public static DetachedPlaybook stop(DmAnsible dmAnsible, String alias) {
    return new DetachedPlaybook(dmAnsible, "stop.yml", alias);
  }

  /** Returns the playbook that starts the worker with the configuration on its host. */
  public static DetachedPlaybook start(DmAnsible dmAnsible, String alias) {
    return new DetachedPlaybook(dmAnsible, "start.yml", alias);
  }

  /** Returns the command with which an operator would run it in dm_ansible_dir. */
  public String shown() {
    return OperatorCalls.of(dmAnsible.directory(), dmAnsible.inventory(), alias).of(names());
  }

  /**
   * Starts it in its own session.
   *
   * @param folder an existing folder for its files, in the journal; each run has its own
   * @throws Problem (cannot tell) if it cannot be started; then nothing was changed
   */
  public PlaybookRun start(Path folder) {
    for (String playbook : playbooks) {
      Path text = dmAnsible.directory().resolve(playbook);
      if (!Files.isReadable(text)) {
        throw Problem.cannotTell(
            "there is no readable " + text,
            "DM-Ansible's own " + playbook,
            "restore it from DM-Ansible 1.0; no worker was touched");
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid",
                "sh",
                "-c",
                script(),
                "dm-switch-roll",
                Permit.open(folder).toString(),
                Permit.taken(folder).toString(),
                PlaybookRun.process(folder).toString(),
                PlaybookRun.log(folder).toString(),
                PlaybookRun.status(folder).toString(),
                isStaged() ? StagedRoll.FIRST_TASK : ""));
    command.addAll(command());
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
              PlaybookRun.log(folder),
              temporary(PlaybookRun.process(folder)),
              temporary(PlaybookRun.status(folder)))) {
        // Fails if a roll was started before.
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Permit.of(folder).give();
      builder.start();
    } catch (IOException e) {
      throw notStarted(folder, e.getMessage());
    }
    return attach(folder).orElseThrow(() -> notStarted(folder, "it recorded no process"));
  }

  /**
   * Finds the run that was started with this folder, running or ended.
   *
   * @return the run; empty if none was started
   */
  public static Optional<PlaybookRun> attach(Path folder) {
    // The log is created just before the start; the process records itself just after it.
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (Files.exists(PlaybookRun.log(folder))) {
      if (Files.exists(PlaybookRun.process(folder))) {
        return Optional.of(new PlaybookRun(folder));
      }
      Permit.State permit = Permit.of(folder).state();
      boolean mayRecord = permit == Permit.State.OPEN || permit == Permit.State.TAKEN;
      if (!mayRecord || System.nanoTime() > deadline) {
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

  private List<String> command() {
    List<String> command = new ArrayList<>(List.of(dmAnsible.programs().playbook().toString()));
    // The script adds the playbook to each call of a staged roll.
    command.addAll(isStaged() ? words(List.of()) : words());
    command.addAll(dmAnsible.arguments().forRoll());
    return command;
  }

  private boolean isStaged() {
    return playbooks.size() > 1;
  }

  /** Returns the arguments of ansible-playbook for one call with all its playbooks. */
  List<String> words() {
    return words(playbooks);
  }

  private List<String> words(List<String> named) {
    List<String> words = new ArrayList<>(List.of("-i", dmAnsible.inventory().toString()));
    words.addAll(named);
    words.addAll(List.of("--tags=dm-worker", "-l", alias));
    return words;
  }

  private String names() {
    return String.join(" ", playbooks);
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }

  private Problem notStarted(Path folder, String why) {
    return Problem.cannotTell(
        names() + " could not be started: " + why,
        "setsid and sh on the control machine, and a folder without an earlier run: " + folder,
        "fix the error above and run the same command again; no worker was touched");
  }

  private static String script() {
    try {
      return PrivateFolder.resource(DetachedPlaybook.class, "roll.sh");
    } catch (IOException e) {
      throw new AssertionError("the jar holds roll.sh", e);
    }
  }
}
