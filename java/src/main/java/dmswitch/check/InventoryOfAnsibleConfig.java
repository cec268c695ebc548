package dmswitch.check;

import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.OperatorCalls;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The inventory that is edited is the one that ansible takes in dm_ansible_dir without {@code -i}:
 * a later roll by another one would take the worker back to the old server.
 */
final class InventoryOfAnsibleConfig implements Check {
  @Override
  public String name() {
    return "inventory_of_ansible_cfg";
  }

  @Override
  public Finding judge(Facts facts) {
    Optional<AnsibleConfig.OtherInventory> other = facts.deployment().otherInventory().get();
    if (other.isEmpty()) {
      return Finding.passed("the inventory is the one that ansible takes without -i");
    }
    Path used = other.get().used();
    return Finding.lastingWarning(
        other
                .get()
                .named()
                .map(named -> "without -i ansible takes " + named)
                .orElseGet(
                    () ->
                        "it is not known which inventory ansible takes without -i ("
                            + other.get().why()
                            + ")")
            + "; the switch edits only "
            + used,
        "call DM-Ansible with -i "
            + OperatorCalls.quoted(used.toString())
            + " from now on, or let its ansible.cfg name that file: rolled by another one that has"
            + " not been edited, the worker goes back to the old server");
  }
}
