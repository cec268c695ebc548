package dmswitch.check;

/** W can be read and is not empty: an empty W proves nothing. */
final class GtidWKnown implements Check {
  @Override
  public String name() {
    return "gtid_w";
  }

  @Override
  public Finding judge(Facts facts) {
    return Finding.passed("W is " + facts.gtidW());
  }
}
