package dmswitch.dmansible;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The commands with which an operator runs DM-Ansible's playbooks for one dm-worker in
 * dm_ansible_dir.
 *
 * @param inventory the inventory, quoted for a shell
 * @param alias the worker's alias in the inventory
 */
public record OperatorCalls(String inventory, String alias) {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*");

  /** Returns the calls that name {@code inventory}, relative to {@code directory} if possible. */
  public static OperatorCalls of(Path directory, Path inventory, String alias) {
    return new OperatorCalls(shown(directory, inventory), alias);
  }

  /** Returns the command that runs a playbook, to be pasted into a shell. */
  public String of(String playbook) {
    return "ansible-playbook -i " + inventory + " " + playbook + " --tags=dm-worker -l " + alias;
  }

  static String shown(Path directory, Path inventory) {
    String path =
        (inventory.startsWith(directory) ? directory.relativize(inventory) : inventory).toString();
    if (path.startsWith("-")) {
      path = "./" + path;
    }
    return quoted(path);
  }

  /** Returns a path, quoted for a shell. */
  public static String quoted(String path) {
    return PLAIN.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
