package dmswitch.check;

/**
 * The new server's binlog files do not sort before those that relay has: DM takes a lower name for
 * an older file.
 */
final class BinlogBaseName implements Check {
  @Override
  public String name() {
    return "binlog_base_name";
  }

  @Override
  public Finding judge(Facts facts) {
    String now = facts.relay().get().binlog().baseName();
    String next = facts.newServerFacts().get().binlogBaseName().orElse("");
    if (now.isEmpty() || now.equals(next)) {
      return Finding.passed("the binlog base name stays " + next);
    }
    if (next.compareTo(now) < 0) {
      return Finding.refused(
          "the new server names its binlog files " + next + ", the old one " + now,
          "a base name that does not sort lower: the checkpoints of the tasks would keep the old"
              + " name, and their next start would fail for good",
          "set log_bin=" + now + " on the new server, or choose another server");
    }
    return Finding.lastingWarning(
        "the new server names its binlog files " + next + ", the old one " + now,
        "going back to a server with " + now + " will not be possible");
  }
}
