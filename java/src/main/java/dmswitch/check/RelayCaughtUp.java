package dmswitch.check;

import dmswitch.relay.RelayView;

/** Relay keeps up with a living old server. */
final class RelayCaughtUp implements Check {
  @Override
  public String name() {
    return "relay_caught_up";
  }

  @Override
  public Finding judge(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (!facts.oldServerAlive() || !relay.isRunning()) {
      return Finding.passed("not asked of a relay that does not run");
    }
    return facts.relay().catchesUp().get()
        ? Finding.passed("relay keeps up with the old server")
        : Finding.refused(
            "relay did not catch up with the old server within "
                + facts.request().catchUpTimeout().toSeconds()
                + " s",
            "relay that has pulled what the old server had when it was asked",
            "wait until relayCatchUpMaster is true, or allow a larger catch_up_timeout");
  }
}
