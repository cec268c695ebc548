package dmswitch.step;

import dmswitch.host.RelayTail;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;

/**
 * Compares the fence in the journal with relay's present state: relay is still as it was fenced, or
 * on the new server, or someone has moved it elsewhere.
 */
final class EarlierFence {
  private EarlierFence() {}

  /** Returns whether relay is in a sub dir of the new server. */
  static boolean isOnNewServer(OpenSwitch open, RelayView relay) {
    return relay.subDir().isOf(open.plan().newServer().uuid());
  }

  /**
   * Before a roll, since systemd may have restarted the worker any moment: relay is on the new
   * server, or the fence that this run has judged, or taken over, holds.
   *
   * @return relay as it is left; without a stage where the worker is down, and where the old server
   *     is silent, so that the worker is not asked
   * @throws Problem (refused) when the worker came up on the old server meanwhile
   */
  static RelayView requireOnNewServerOrHolding(OpenSwitch open) {
    RelayView now = open.relayAsLeft();
    if (!isOnNewServer(open, now)) {
      requireHolding(open, now);
    }
    return now;
  }

  private static void requireHolding(OpenSwitch open, RelayView now) {
    if (!holds(open, now)) {
      Fence fence = open.fence();
      throw Problem.refused(
              "relay is "
                  + now.stage().map(Object::toString).orElse("left")
                  + " in "
                  + now.subDir()
                  + ", W is "
                  + now.gtidW()
                  + (now.isRunning() ? "" : behind(open.relayTail(now)))
                  + ": it has changed since the fence",
              "before a rolling upgrade, relay Paused in "
                  + fence.subDir()
                  + " with W as at the fence: "
                  + fence.gtidW(),
              "run the same playbook again; it fences relay again")
          .namingRerun();
    }
  }

  private static String behind(RelayTail tail) {
    return tail.isClean() ? "" : ", after W: " + tail.description();
  }

  /** As {@link #holds(OpenSwitch, RelayView)}, of relay as it is left. */
  static boolean holds(OpenSwitch open) {
    return open.journal().outcome(Step.RELAY_FENCED).isPresent() && holds(open, open.relayAsLeft());
  }

  /**
   * Returns whether the fence of an earlier run holds although more was begun: relay is still where
   * it was fenced. A worker that came up on its own on the old server meanwhile has pulled on, and
   * its W was never judged; if it died there, W may not tell of that, but its file.
   */
  static boolean holds(OpenSwitch open, RelayView relay) {
    Fence fence = open.fence();
    if (relay.isRunning()
        || !relay.gtidW().equals(fence.gtidW())
        || !relay.subDir().toString().equals(fence.subDir())) {
      return false;
    }
    // W of a worker that was killed lags, so only its file tells that it pulled on.
    return fence.judged(open.relayTail(relay));
  }

  /**
   * Somebody may have rolled the worker by hand since the tasks were stopped. That counts as a roll
   * of ours that has begun: no further command goes to relay, and W there is no fence.
   *
   * @throws Problem (refused) when relay has gone elsewhere
   */
  static void requireNotMovedByOthers(OpenSwitch open) {
    if (open.plan().modes().behindVip() || !open.tasksTouched() || open.switchBegun()) {
      return;
    }
    RelayView now = open.relayAsLeft();
    if (isOnNewServer(open, now)) {
      WayToNewServer.require(open, now);
      open.journal().intent(Step.WORKER_UPGRADED, Json.object().put("by", "somebody else"));
    } else if (!now.subDir().toString().equals(open.plan().relay().subDir())) {
      throw Problem.refused(
          "relay is in " + now.subDir() + ", which this switch has not opened",
          "relay in " + open.plan().relay().subDir() + ", where it was fenced",
          "find out who restarted the worker; run rescue.yml, which names the state");
    }
  }
}
