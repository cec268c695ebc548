package dmswitch.step;

import dmswitch.host.RelayHead;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;

/** Conditions for a relay that is Paused in a sub dir of the new server. */
final class RelayOnNewServer {
  private RelayOnNewServer() {}

  /**
   * Requires that it may be resumed (rule 8).
   *
   * @throws Problem (refused) when its file begins with a hole
   */
  static void requireNoHole(OpenSwitch open, RelayView relay) {
    if (!relay.binlog().hasFile()) {
      return;
    }
    RelayHead head = open.relayHead(relay.subDir().toString(), relay.binlog().file());
    if (Hole.isRisky(head)) {
      throw Problem.refused(
          "relay is Paused on the new server ("
              + String.join("; ", relay.errors())
              + ") in a file that begins with a hole of "
              + (head.biggestHole() >> 20)
              + " MB",
          "relay Running; on a resume-relay there, DM could cut that file",
          "do not resume relay or restart the worker by hand: run rescue.yml with rescue_apply: true,"
              + " then the same playbook again");
    }
  }
}
