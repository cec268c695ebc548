package dmswitch.check;

/** DM-Ansible's rolling_update.yml can be run for this worker, and what it copies is there. */
final class UpgradeTried implements Check {
  @Override
  public String name() {
    return "rolling_upgrade";
  }

  @Override
  public Finding judge(Facts facts) {
    return Finding.passed(
        "ansible-playbook lists "
            + facts.upgradeTasks().get().roll().size()
            + " tasks of rolling_update.yml; dm-worker and mydumper are in resources/bin");
  }
}
