package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.Optional;

/** The two conditions of a switch: W contains P, and E contains W. */
public final class Conditions {
  private Conditions() {}

  /**
   * Returns the refusal of an empty W, which proves nothing but would satisfy the conditions.
   *
   * @param oldServerAlive whether relay can still pull from the old server
   */
  public static Problem emptyW(boolean oldServerAlive) {
    return Problem.refused(
            "W (relayBinlogGtid) is empty",
            "the GTID set that relay has pulled; it is empty if the worker runs with"
                + " enable_gtid=false",
            recordW(oldServerAlive) + ", then run again")
        .namingRerun();
  }

  /** Returns the instructions to give a worker that runs without GTIDs a W. */
  static String recordW(boolean oldServerAlive) {
    return oldServerAlive
        ? "set enable_gtid=true for this worker and roll it on its present upstream"
        : "nothing can record W while the old server is down: bring it back, set enable_gtid=true"
            + " for this worker and roll it there (if it cannot be brought back, no command is"
            + " safe,"
            + " and DM must be redeployed on the new server)";
  }

  /**
   * Waits until E contains W, which is at the end of relay's file.
   *
   * @throws Problem (refused) naming the missing intervals
   */
  public static void awaitExecuted(Server newServer, GtidSet gtidW, Duration limit) {
    awaitExecuted(newServer, gtidW, RelayTail.NOTHING, limit);
  }

  /**
   * Waits until E contains everything that the target may have: W, and what follows W in relay's
   * file. Tasks apply that too, wholly or partly. Rows of a transaction that the new server never
   * had would be in the target only.
   *
   * @throws Problem (refused) naming the missing intervals; (cannot tell) if the file does not show
   *     which transactions are there
   */
  public static void awaitExecuted(
      Server newServer, GtidSet gtidW, RelayTail tail, Duration limit) {
    GtidSet wanted = gtidW.union(behind(tail));
    Optional<GtidSet> reached =
        Waiting.until(
            limit, () -> Optional.of(newServer.gtidExecuted()).filter(e -> e.contains(wanted)));
    if (reached.isEmpty()) {
      ReplicaState state = ReplicaState.of(newServer);
      GtidSet missing = wanted.subtract(newServer.gtidExecuted());
      throw Problem.refused(
              "the new server lacks transactions that relay has pulled: "
                  + missing
                  + (gtidW.contains(missing) ? "" : " (after W: " + tail.description() + ")")
                  + " (waited "
                  + limit.toSeconds()
                  + " s for them"
                  + state.found()
                  + ")",
              "gtid_executed of the new server contains "
                  + (tail.isClean() ? "W: " : "W and what tasks read after W: ")
                  + wanted,
              state.next())
          .namingRerun();
    }
  }

  /**
   * Returns the transactions after W of which tasks may have applied rows.
   *
   * @throws Problem (cannot tell) if the file does not show them
   */
  public static GtidSet behind(RelayTail tail) {
    return tail.gtids()
        .orElseThrow(
            () ->
                Problem.cannotTell(
                        "relay's file holds, after W: "
                            + tail.description()
                            + "; the file does not show all of their GTIDs",
                        "the GTIDs of everything that tasks may have applied, to compare them"
                            + " with a server's"
                            + " gtid_executed",
                        "look at the file on the worker's host (mysqlbinlog); if the old server"
                            + " is alive, let relay run until W counts it, then run again")
                    .namingRerun());
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
              + " first; otherwise DM cannot get these rows and must be redeployed");
    }
  }
}
