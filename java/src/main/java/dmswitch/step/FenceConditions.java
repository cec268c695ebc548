package dmswitch.step;

import dmswitch.check.Conditions;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;

/** What has to hold of the W that stands still at the fence, and of what follows it. */
final class FenceConditions {
  private FenceConditions() {}

  /**
   * Requires both conditions, on the W that stands still and what follows it.
   *
   * @throws Problem (refused, cannot tell) when one does not hold, or that is not known
   */
  static void require(OpenSwitch open, RelayView relay, RelayTail tail) {
    requireW(open, relay);
    requireFilled(open, relay);
    try (Server newServer = open.newServer()) {
      Conditions.awaitExecuted(newServer, relay.gtidW(), tail, open.request().timeouts().catchUp());
      Conditions.requirePurged(newServer, relay.gtidW());
    }
  }

  /**
   * Where the old address shows another server, a worker that was restarted has opened a sub dir
   * for that. While that is empty, a further one after it makes a wall (rule 9).
   */
  private static void requireFilled(OpenSwitch open, RelayView relay) {
    if (relay.subDir().isOf(open.plan().oldServer().uuid()) || relay.binlog().hasFile()) {
      return;
    }
    boolean filled =
        open.relayDirectory()
            .subDir(relay.subDir().toString())
            .map(subDir -> !subDir.files().isEmpty())
            .orElse(false);
    if (!filled) {
      throw Problem.refused(
              "relay has opened the sub dir "
                  + relay.subDir()
                  + " for another server, and it is empty",
              "a binlog file there before relay opens the next sub dir, which no task would reach",
              "make that server answer at "
                  + open.plan().oldServer().address()
                  + ", resume-relay -w "
                  + open.plan().dmWorker().address()
                  + ", and once relayBinlog names a file, run the same playbook again")
          .namingRerun();
    }
  }

  /**
   * Waits until the new server has every table too into which rows after W could go: W and the
   * whole transactions, since one of them may create it. The half comes later, with relay resumed.
   */
  static void awaitTables(OpenSwitch open, RelayView relay, RelayTail tail) {
    requireW(open, relay);
    try (Server newServer = open.newServer()) {
      Conditions.awaitExecuted(
          newServer, relay.gtidW(), tail.whole(), open.request().timeouts().catchUp());
    }
  }

  private static void requireW(OpenSwitch open, RelayView relay) {
    if (relay.gtidW().isEmpty()) {
      throw Conditions.emptyW(open.plan().oldServer().state().isAlive());
    }
  }
}
