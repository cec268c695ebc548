package dmswitch.dm;

import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * State of a worker's relay.
 *
 * @param masterBinlog where the upstream writes; {@code (, 0)} when it does not answer
 * @param masterBinlogGtid the upstream's gtid_executed; empty when it does not answer
 * @param subDir where relay writes; empty when it has opened none
 * @param relayBinlog where relay is; {@code (, 4)} before the first transaction in a sub dir
 * @param relayBinlogGtid W as DM printed it, in no fixed order
 * @param relayCatchUpMaster DM's word for relayBinlog being masterBinlog; no proof
 * @param canceled whether it was paused by a command
 * @param errors why it paused, if not by a command
 */
public record RelayStatus(
    BinlogPosition masterBinlog,
    String masterBinlogGtid,
    Optional<RelaySubDir> subDir,
    BinlogPosition relayBinlog,
    String relayBinlogGtid,
    boolean relayCatchUpMaster,
    Stage stage,
    boolean canceled,
    List<DmError> errors) {
  public RelayStatus {
    errors = List.copyOf(errors);
  }

  /**
   * W as a set. An empty one proves nothing: relay without enable_gtid has none.
   *
   * @throws Problem (cannot tell) when it is not a GTID set
   */
  public GtidSet gtidW() {
    try {
      return GtidSet.parse(relayBinlogGtid);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          "relayBinlogGtid of the worker is not a GTID set: " + e.getMessage(),
          "a GTID set as MySQL prints it",
          "look at query-status of the worker");
    }
  }
}
