package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.Optional;

/** The two conditions of a switch: W contains P, and E contains W. */
public final class Conditions {
  private Conditions() {}

  /**
   * The refusal of an empty W: it proves nothing, and would make conditions true.
   *
   * @param oldServerAlive whether relay can still pull from the old server
   */
  public static Problem emptyW(boolean oldServerAlive) {
    return Problem.refused(
        "W (relayBinlogGtid) is empty",
        "the GTID set that relay has pulled; it is empty when the worker runs with enable_gtid"
            + " false",
        recordW(oldServerAlive) + ", then run again");
  }

  /** How a worker that runs without GTIDs comes to have W. */
  static String recordW(boolean oldServerAlive) {
    return oldServerAlive
        ? "set enable_gtid=true for this worker and roll it on its present upstream"
        : "nothing can record W while the old server is down: bring it back, set enable_gtid=true"
            + " for this worker and roll it there (if it does not come back no command is safe, and"
            + " DM must be deployed anew on the new server)";
  }

  /**
   * Waits until E contains W.
   *
   * @throws Problem (refused) naming the missing intervals
   */
  public static void awaitExecuted(Server newServer, GtidSet gtidW, Duration limit) {
    Optional<GtidSet> reached =
        Waiting.until(
            limit, () -> Optional.of(newServer.gtidExecuted()).filter(e -> e.contains(gtidW)));
    if (reached.isEmpty()) {
      throw Problem.refused(
          "the new server lacks transactions that relay has pulled: "
              + gtidW.subtract(newServer.gtidExecuted())
              + " (waited "
              + limit.toSeconds()
              + " s for them"
              + Replication.of(newServer)
              + ")",
          "gtid_executed of the new server contains W: " + gtidW,
          "let the new server catch up (SHOW SLAVE STATUS there) or choose the server that has"
              + " these transactions, then run again");
    }
  }

  /**
   * Requires that W contains P.
   *
   * @throws Problem (refused) naming the missing intervals
   */
  public static void requirePurged(Server newServer, GtidSet gtidW) {
    GtidSet purged = newServer.gtidPurged();
    if (!gtidW.contains(purged)) {
      throw Problem.refused(
          "the new server has purged transactions that relay has not pulled: "
              + purged.subtract(gtidW),
          "W contains gtid_purged of the new server",
          "choose a server that still has their binlog, or let relay pull them from the old server"
              + " first; otherwise these rows are lost to DM and it must be deployed anew");
    }
  }
}
