package dmswitch.check;

/** W contains P: all that the new server no longer has, relay has pulled. */
final class WContainsPurged implements Check {
  @Override
  public String name() {
    return "w_contains_p";
  }

  @Override
  public Finding judge(Facts facts) {
    Conditions.requirePurged(facts.newServer().server().get(), facts.gtidW());
    return Finding.passed("W contains gtid_purged of the new server");
  }
}
