package dmswitch.check;

/** E contains W, judged on one snapshot of W, waiting for a replica that trails. */
final class ExecutedContainsW implements Check {
  @Override
  public String name() {
    return "e_contains_w";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.relay().get().subDir().isOf(facts.newServerFacts().get().serverUuid())) {
      return Finding.passed("not waited for: the new server is the old one");
    }
    Conditions.awaitExecuted(
        facts.newServer().get(), facts.gtidW(), facts.wanted().catchUpTimeout());
    return Finding.passed("gtid_executed of the new server contains W");
  }
}
