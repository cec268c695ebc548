package dmswitch.check;

/** SSH and become reach the worker's host: a roll stops the worker first. */
final class BecomeWorks implements Check {
  @Override
  public String name() {
    return "ssh_and_become";
  }

  @Override
  public Finding judge(Facts facts) {
    facts.becomeWorks().get();
    return Finding.passed("SSH and become work");
  }
}
