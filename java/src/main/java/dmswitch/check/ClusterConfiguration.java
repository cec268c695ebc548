package dmswitch.check;

import java.util.List;

/** What DM-Ansible's own configuration play would refuse, which a roll with -l skips. */
final class ClusterConfiguration implements Check {
  @Override
  public String name() {
    return "cluster_configuration";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> faults = facts.deployment().survey().get().cluster().configurationFaults();
    if (faults.isEmpty()) {
      return Finding.passed("the inventory is as DM-Ansible wants it");
    }
    return Finding.refused(
        String.join("; ", faults),
        "an inventory that DM-Ansible's check_config_static accepts",
        "correct the inventory, then run again");
  }
}
