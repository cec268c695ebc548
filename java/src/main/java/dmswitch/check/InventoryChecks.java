package dmswitch.check;

import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.DeployedToml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks of the inventory, and of the worker that was deployed from it. */
final class InventoryChecks {
  private InventoryChecks() {}

  /** The alias is a dm-worker, and DM-Ansible can render its dm-worker.toml from this inventory. */
  static final Check READABLE =
      Check.requires(
          "inventory_reads",
          facts -> {
            WorkerDeployment worker = facts.deployment().survey().get().deployment();
            return worker.alias() + " at " + worker.address();
          });

  /** The edit, tried on a copy, gives the wanted values and a valid dm-worker.toml (rule 5). */
  static final Check TRIAL =
      Check.requires(
          "inventory_trial",
          facts -> {
            facts.deployment().trialSurvey().get();
            return "the edit was tried on a copy and read back";
          });

  /**
   * DM-Ansible's rolling_update.yml can be run for this worker, and the files that it copies exist.
   */
  static final Check ROLLING_UPGRADE =
      Check.requires(
          "rolling_upgrade",
          facts ->
              "ansible-playbook lists "
                  + facts.deployment().upgradeTasks().get().roll().size()
                  + " tasks of rolling_update.yml; dm-worker and mydumper are in resources/bin");

  /** With roll_mode staged, nothing that the short roll omits depends on the upstream. */
  static final Check STAGED_ROLL = Check.blocking("staged_roll", InventoryChecks::stagedRoll);

  private static Finding stagedRoll(Facts facts) {
    List<String> obstacles = new ArrayList<>(facts.deployment().stagedObstacles().get());
    DeployedToml deployed = facts.deployment().runningToml().get();
    if (!deployed.sameFile()) {
      obstacles.add(
          "dm-worker.toml on the worker's host is not what DM-Ansible would derive from the"
              + " unedited inventory, so the worker is from another deployment");
    }
    if (!deployed.backupFolder()) {
      obstacles.add(
          "there is no folder backup in deploy_dir on the worker's host that the login user may"
              + " write to");
    }
    return obstacles.isEmpty()
        ? Finding.passed(
            "the parts of the rolling upgrade that roll_mode staged omits do not depend on the"
                + " upstream")
        : Finding.refused(
            String.join("; ", obstacles),
            "for roll_mode staged: the playbooks and roles of DM-Ansible 1.0, none of which names"
                + " the"
                + " upstream, and a worker that they deployed",
            "set roll_mode: documented, which runs all of rolling_update.yml, and run again");
  }

  /**
   * The edited inventory is the one that ansible takes in dm_ansible_dir without {@code -i}. A
   * later roll with another one would take the worker back to the old server.
   */
  static final Check OF_ANSIBLE_CFG =
      Check.warning("inventory_of_ansible_cfg", InventoryChecks::isOfAnsibleCfg);

  private static Finding isOfAnsibleCfg(Facts facts) {
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
            + " from now on, or name that file in its ansible.cfg: a roll with an"
            + " inventory that has not been edited takes the worker back to the old server");
  }

  /** DM-Ansible's own configuration play, which a roll with -l skips, accepts the inventory. */
  static final Check CLUSTER = Check.blocking("cluster_configuration", InventoryChecks::cluster);

  private static Finding cluster(Facts facts) {
    List<String> faults = facts.deployment().survey().get().cluster().configurationFaults();
    if (faults.isEmpty()) {
      return Finding.passed("the inventory passes DM-Ansible's own checks");
    }
    return Finding.refused(
        String.join("; ", faults),
        "an inventory that DM-Ansible's check_config_static accepts",
        "correct the inventory, then run again");
  }

  /** SSH and become work on the worker's host, as a roll stops the worker first. */
  static final Check SSH_AND_BECOME =
      Check.warning("ssh_and_become", InventoryChecks::sshAndBecome);

  private static Finding sshAndBecome(Facts facts) {
    return facts.deployment().becomeWorks().get()
        ? Finding.passed("SSH and become work")
        : Finding.warning(
            "ansible_become is false in the inventory, and the user that ansible logs in as is not"
                + " root",
            "make sure that this user may stop and start the worker's unit, as the rolling upgrade"
                + " will, or remove ansible_become");
  }

  /** The running worker matches the inventory, so that the roll changes only the upstream. */
  static final Check DEPLOYED_WORKER =
      Check.blocking("deployed_worker", InventoryChecks::deployedWorker);

  private static Finding deployedWorker(Facts facts) {
    WorkerToml running = facts.deployment().runningToml().get().toml();
    WorkerToml present = facts.deployment().survey().get().toml();
    if (!running.sourceId().equals(present.sourceId())) {
      return Finding.refused(
          "the running worker has source-id "
              + running.sourceId()
              + ", the inventory "
              + present.sourceId(),
          "the same source-id",
          "correct source_id in the inventory, then run again");
    }
    List<String> others = new ArrayList<>();
    if (!running.host().equals(present.host()) || running.port() != present.port()) {
      others.add("address " + running.address());
    }
    if (running.serverId() != present.serverId() && present.serverId() != 0) {
      others.add("server-id " + running.serverId());
    }
    if (!running.user().equals(present.user())) {
      others.add("user " + running.user());
    }
    if (!facts.deployment().runningToml().get().samePassword()) {
      others.add("another mysql_password");
    }
    if (facts.request().behindVip() && !others.isEmpty()) {
      return Finding.refused(
          "the inventory was changed since the last roll; the running worker has "
              + String.join(", ", others),
          "a worker that matches its inventory: nothing is deployed when a VIP moves, and a later"
              + " roll would apply the difference",
          "roll the worker, or put the inventory back, then run again");
    }
    return others.isEmpty()
        ? Finding.passed("the running worker matches the inventory")
        : Finding.warning(
            "the inventory was changed since the last roll; the running worker has "
                + String.join(", ", others),
            "the roll will apply the inventory");
  }
}
