package dmswitch.upgrade;

import dmswitch.dmansible.DmAnsible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that no variable in the part that a {@link StagedRoll} skips depends on the upstream. The
 * check uses the output of ansible-inventory, so that must show every variable that the playbooks
 * use.
 */
final class RollVariables {
  /** The variables that the switch changes in the inventory. */
  private static final Set<String> UPSTREAM =
      Set.of("mysql_host", "mysql_port", "mysql_user", "mysql_password");

  /** The folder to which DM-Ansible moves the former dm-worker.toml, as in its group_vars. */
  private static final String BACKUP_DIR = "{{ deploy_dir }}/backup";

  private static final Pattern WORDS = Pattern.compile("\\W+");

  private final DmAnsible dmAnsible;
  private final KnownRoles roles;
  private final Map<String, Object> variables;
  private final List<String> obstacles = new ArrayList<>();

  /**
   * @param variables the worker's variables in the inventory
   */
  RollVariables(DmAnsible dmAnsible, KnownRoles roles, Map<String, Object> variables) {
    this.dmAnsible = dmAnsible;
    this.roles = roles;
    this.variables = variables;
  }

  /** Returns the reasons why a variable may depend on the upstream; empty if there are none. */
  List<String> obstacles() {
    judgeWhatIsShown();
    judgeKnownFiles(upstreamVariables());
    judgeBackup();
    return List.copyOf(obstacles);
  }

  /**
   * Checks where variables come from. Before 2.8, ansible-inventory does not show the variables in
   * dm_ansible_dir if the inventory is elsewhere, although a playbook prefers them to those next to
   * the inventory.
   */
  private void judgeWhatIsShown() {
    Path directory = dmAnsible.directory();
    Path ofInventory = dmAnsible.inventory().getParent();
    if (AnsibleYaml.read(directory.resolve("group_vars/all.yml")) instanceof Map<?, ?> all) {
      Set<String> hidden = new TreeSet<>();
      all.keySet().forEach(name -> hidden.add(String.valueOf(name)));
      hidden.removeAll(variables.keySet());
      if (!hidden.isEmpty()) {
        obstacles.add(
            "ansible-inventory does not show "
                + hidden.iterator().next()
                + " of group_vars/all.yml");
      }
    }
    boolean here = anyVariables(directory).anyMatch(Files::exists);
    boolean there =
        anyVariables(ofInventory)
            .anyMatch(
                folder ->
                    Files.exists(folder)
                        && !isSame(folder, directory.resolve(folder.getFileName())));
    if (here && there) {
      obstacles.add(
          "there are variables both next to the inventory and in dm_ansible_dir, of which"
              + " ansible-inventory may show the wrong ones");
    }
  }

  private static Stream<Path> anyVariables(Path directory) {
    return Stream.of("group_vars", "host_vars").map(directory::resolve);
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the variables that name the upstream, or are derived from such variables, by any of
   * their values.
   */
  private Set<String> upstreamVariables() {
    Map<String, List<Object>> all = new HashMap<>();
    variables.forEach(
        (name, value) -> all.computeIfAbsent(name, any -> new ArrayList<>()).add(value));
    for (Path file : roles.filesOfVariables()) {
      if (AnsibleYaml.read(file) instanceof Map<?, ?> its) {
        its.forEach(
            (name, value) ->
                all.computeIfAbsent(String.valueOf(name), any -> new ArrayList<>()).add(value));
      }
    }
    Set<String> found = new HashSet<>(UPSTREAM);
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, List<Object>> variable : all.entrySet()) {
        if (variable.getValue().stream()
            .anyMatch(value -> isTemplate(value) && !named(value, found).isEmpty())) {
          more |= found.add(variable.getKey());
        }
      }
    }
    return found;
  }

  private static boolean isTemplate(Object value) {
    return String.valueOf(value).contains("{");
  }

  private static Set<String> named(Object text, Set<String> variables) {
    Set<String> named = new TreeSet<>(List.of(WORDS.split(String.valueOf(text), -1)));
    named.retainAll(variables);
    return named;
  }

  /** Checks the operator's variables in the known files, which may be derived from anything. */
  private void judgeKnownFiles(Set<String> upstream) {
    for (Path file : roles.knownFiles()) {
      Set<String> named = named(AnsibleYaml.text(file), upstream);
      if (!named.isEmpty()) {
        obstacles.add(roles.shown(file) + " names " + String.join(", ", named));
      }
    }
  }

  private void judgeBackup() {
    Object backup = variables.get("backup_dir");
    if (backup == null) {
      obstacles.add("ansible-inventory shows no backup_dir, so not the group_vars of DM-Ansible");
    } else if (!backup.equals(BACKUP_DIR)) {
      obstacles.add("backup_dir is not " + BACKUP_DIR);
    }
  }
}
