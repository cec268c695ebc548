package dmswitch.check;

/** DM-Ansible'"s */
final class UpgradeTried implements Check {
  @Override
  public String name() {
    return "rolling_upgrade";
  }

  @Override
  public Finding judge(Facts facts) {
rolling_update.yml
  }
}
