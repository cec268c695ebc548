package dmswitch.check;

/** SSH and become reach the worker's host: a roll stops the worker first. */
final class BecomeWorks implements Check {
  @Override
  public String name() {
    return "ssh_and_become";
  }

  @Override
  public Finding judge(Facts facts) {
    return facts.deployment().becomeWorks().get()
        ? Finding.passed("SSH and become work")
        : Finding.warning(
            "ansible_become is false in the inventory, and the user that ansible logs in as is not"
                + " root",
            "make sure that this user may stop and start the worker's unit, as the rolling upgrade"
                + " will, or take ansible_become out");
  }
}
