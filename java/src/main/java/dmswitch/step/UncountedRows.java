package dmswitch.step;

import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import java.util.List;

/**
 * Rows that tasks read behind W, and read once more from the server relay goes on with (rule 7).
 */
final class UncountedRows {
  private UncountedRows() {}

  /** What is told where the switch goes on over them. */
  static String warning(RelayTail tail) {
    return "behind W in relay's file lies "
        + tail.description()
        + "; its rows are read again, as whole transactions, from the new server and come out"
        + " equal, since their tables have keys";
  }

  /** Returns the replicated tables in which these rows could double. */
  static List<Table> endangered(OpenSwitch open, RelayTail tail) {
    return tail.isClean()
        ? List.of()
        : open.keylessTables().among(tail.uncounted().changes(), tail.halfChanges());
  }

  /**
   * Before anything lets DM read them again.
   *
   * @param resumable whether relay could be resumed on the old server at all
   * @throws dmswitch.problem.Problem (refused) when rows could double
   */
  static void requireKeys(OpenSwitch open, RelayTail tail, boolean resumable) {
    List<Table> endangered = endangered(open, tail);
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(tail.description(), endangered, resumable)
          .problem()
          .namingRerun();
    }
  }
}
