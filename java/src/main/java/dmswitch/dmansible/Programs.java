package dmswitch.dmansible;

import dmswitch.problem.Problem;
import dmswitch.program.CleanEnvironment;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * DM-Ansible's three programs, which are in the same folder.
 *
 * @param playbook {@code ansible-playbook}
 * @param ansible {@code ansible}
 * @param inventory {@code ansible-inventory}
 */
public record Programs(Path playbook, Path ansible, Path inventory) {

  /**
   * Finds the programs from the value of {@code dm_ansible_playbook}.
   *
   * @param dmAnsiblePlaybook an absolute path, or a name that is looked up in PATH outside our own
   *     virtual environment
   * @throws Problem (wrong use) for a relative path; (cannot tell) if a program is missing
   */
  public static Programs find(String dmAnsiblePlaybook) {
    return find(dmAnsiblePlaybook, System.getenv());
  }

  static Programs find(String dmAnsiblePlaybook, Map<String, String> environment) {
    Path playbook =
        dmAnsiblePlaybook.contains("/")
            ? absolute(dmAnsiblePlaybook)
            : inPath(dmAnsiblePlaybook, environment);
    return new Programs(
        playbook, sibling(playbook, "ansible"), sibling(playbook, "ansible-inventory"));
  }

  private static Path absolute(String given) {
    Path path = Path.of(given);
    if (!path.isAbsolute()) {
      throw Problem.wrongUse(
          "dm_ansible_playbook is " + given,
          "an absolute path, or a plain name that is in PATH",
          "give the whole path, for example /opt/dm-ansible-venv/bin/ansible-playbook");
    }
    if (!isProgram(path)) {
      throw Problem.cannotTell(
          "dm_ansible_playbook " + given + " is not a program that this user may execute",
          "the ansible-playbook that DM-Ansible is run with",
          "correct dm_ansible_playbook");
    }
    return path;
  }

  private static Path inPath(String name, Map<String, String> environment) {
    String path =
        CleanEnvironment.withoutVirtualEnv(
            environment.getOrDefault("PATH", ""), environment.get("VIRTUAL_ENV"));
    Optional<Path> found =
        Stream.of(path.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, name).toAbsolutePath())
            .filter(Programs::isProgram)
            .findFirst();
    return found.orElseThrow(
        () ->
            Problem.cannotTell(
                "no "
                    + name
                    + " in PATH outside the virtual environment of dm-switch"
                    + " ("
                    + path
                    + ")",
                "the ansible-playbook that DM-Ansible is run with",
                "set dm_ansible_playbook to its absolute path"));
  }

  private static Path sibling(Path playbook, String name) {
    Path sibling = playbook.resolveSibling(name);
    if (!isProgram(sibling)) {
      throw Problem.cannotTell(
          "there is no " + name + " next to " + playbook,
          "ansible and ansible-inventory in the same folder as ansible-playbook",
          "set dm_ansible_playbook to a complete installation of ansible");
    }
    return sibling;
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
