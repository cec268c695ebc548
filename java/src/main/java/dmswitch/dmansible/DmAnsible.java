package dmswitch.dmansible;

import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The operator's DM-Ansible: its directory and how to call it.
 *
 * @param directory dm_ansible_dir, absolute; every program runs in it, so that its ansible.cfg
 *     applies
 * @param inventory the absolute path of the inventory that is edited and that every call names
 * @param programs its ansible programs
 * @param arguments the operator's arguments for them
 */
public record DmAnsible(
    Path directory, Path inventory, Programs programs, AnsibleArguments arguments) {
  /**
   * Limits a call that only looks: three attempts at an SSH login of 10 s each, two reads of 60 s.
   */
  public static final Duration LOOK_LIMIT = Duration.ofMinutes(3);

  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

  /**
   * Checks that {@code directory} is a DM-Ansible directory.
   *
   * @param inventory a relative path starts in that directory
   * @throws Problem (wrong use) if it is not
   */
  public static DmAnsible open(
      Path directory, Path inventory, Programs programs, AnsibleArguments arguments) {
    Path absolute = directory.toAbsolutePath().normalize();
    for (String file :
        List.of("rolling_update.yml", "roles/dm-worker/templates/dm-worker.toml.j2")) {
      if (!Files.isReadable(absolute.resolve(file))) {
        throw Problem.wrongUse(
            "dm_ansible_dir " + absolute + " has no readable " + file,
            "the directory of DM-Ansible 1.0 with which the cluster was deployed",
            "correct dm_ansible_dir");
      }
    }
    return new DmAnsible(absolute, absolute.resolve(inventory).normalize(), programs, arguments);
  }

  /** Returns the inventory as an operator in dm_ansible_dir would write it in a shell. */
  public String shownInventory() {
    return OperatorCalls.shown(directory, inventory);
  }

  /** Runs one of its programs and returns the output, none of which is logged. */
  public Program.Result ask(Path program, List<String> words, List<String> operatorsWords) {
    return ask(program, words, operatorsWords, LOOK_LIMIT);
  }

  /** Runs a program as {@link #ask(Path, List, List)} does, with another limit. */
  public Program.Result ask(
      Path program, List<String> words, List<String> operatorsWords, Duration limit) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(words);
    command.addAll(operatorsWords);
    return new Program(command, directory, AnsibleEnvironment.ASK, "", limit).run();
  }

  /**
   * Rejects an alias that ansible would read as a pattern or a file instead of one host.
   *
   * @throws Problem (wrong use)
   */
  public static String requireAlias(String alias) {
    if (!ALIAS.matcher(alias).matches()) {
      throw Problem.wrongUse(
          "dm_worker is '" + alias + "'",
          "the alias of one dm-worker in the inventory: letters, digits, _ . -",
          "correct dm_worker");
    }
    return alias;
  }
}
