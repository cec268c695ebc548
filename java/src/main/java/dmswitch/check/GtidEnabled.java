package dmswitch.check;

/** Relay goes by GTID: in the running worker and after the roll. */
final class GtidEnabled implements Check {
  @Override
  public String name() {
    return "enable_gtid";
  }

  @Override
  public Finding judge(Facts facts) {
    if (!facts.deployment().survey().get().toml().enableGtid()) {
      return Finding.refused(
          "enable_gtid is false for " + facts.request().worker() + " in the inventory",
          "enable_gtid=true: without it relay cannot go on from another server",
          Conditions.recordW(!knownDead(facts)) + ", then run again");
    }
    if (!facts.deployment().runningToml().get().toml().enableGtid()) {
      return Finding.refused(
          "the running worker has enable-gtid = false in its dm-worker.toml",
          "a worker that runs with the inventory's enable_gtid=true",
          knownDead(facts)
              ? Conditions.recordW(false) + ", then run again"
              : "roll it on its present upstream first, then run again");
    }
    return Finding.passed("enable_gtid is true");
  }

  private static boolean knownDead(Facts facts) {
    return facts.upstream().port().isKnown() && !facts.oldServerAlive();
  }
}
