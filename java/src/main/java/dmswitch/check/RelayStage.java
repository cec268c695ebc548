package dmswitch.check;

import dmswitch.relay.RelayView;

/** Relay is Running, or Paused by a lost upstream, or by an earlier run of ours. */
final class RelayStage implements Check {
  @Override
  public String name() {
    return "relay_stage";
  }

  @Override
  public Finding judge(Facts facts) {
    RelayView relay = facts.relay().get();
    if (relay.stage().isEmpty()) {
      return Finding.passed("relay is not asked: the old server swallows packets");
    }
    if (relay.isRunning()) {
      return Finding.passed("relay is Running");
    }
    if (relay.isPaused() && relay.errors().isEmpty() && facts.pausedByUs()) {
      return Finding.passed("relay is Paused, by an earlier run of this playbook");
    }
    if (relay.isPaused() && !facts.oldServerAlive()) {
      return Finding.passed("relay is Paused, and its upstream is lost");
    }
    if (relay.isPaused() && relay.errors().isEmpty()) {
      return Finding.refused(
          "relay is Paused by somebody",
          "relay Running, or Paused by a lost upstream",
          "find out why it was paused; resume-relay -w, then run again");
    }
    return Finding.refused(
        "relay is " + relay.stage().get() + ": " + String.join("; ", relay.errors()),
        "relay Running, or Paused by a lost upstream",
        "mend what it says on the old server, resume-relay, then run again");
  }
}
