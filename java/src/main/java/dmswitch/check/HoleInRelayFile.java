package dmswitch.check;

import dmswitch.relay.Hole;

/**
 * Whether the current relay file begins with a hole that DM could cut on a resume or restart (rule
 * 8).
 */
final class HoleInRelayFile implements Check {
  @Override
  public String name() {
    return "hole";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.relay().head().get().filter(Hole::isRisky).isEmpty()) {
      return Finding.passed("the current relay file begins with no big hole");
    }
    long megabytes = facts.relay().head().get().get().biggestHole() >> 20;
    boolean canLeave =
        facts.oldServerAlive() && facts.relay().view().get().isRunning() && facts.request().flushes();
    return Finding.warning(
        "the current relay file begins with a hole of " + megabytes + " MB",
        canLeave
            ? "FLUSH BINARY LOGS on the old server will bring relay out of it first; do not restart"
                + " this worker by hand before"
            : "relay cannot be brought out of it, so after pause-relay there is no way back: the"
                + " switch can only go on to the new server");
  }
}
