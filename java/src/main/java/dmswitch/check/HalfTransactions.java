package dmswitch.check;

import dmswitch.mysql.Table;
import java.util.List;

/** What is told when what lies behind W in relay's file meets tables without a key. */
public final class HalfTransactions {
  private static final int SHOWN = 10;

  private HalfTransactions() {}

  /**
   * The refusal naming the tables.
   *
   * <p>While a task that has read the half goes on, nothing is wrong yet. Relay that is resumed
   * cuts the half off first; the task trips over that, begins the transaction again, and its last
   * event is applied twice.
   *
   * <p>Of the keys only one kind helps. DM applies the half by the target's columns: one column
   * more and the task stops. The ALTER comes once more from the primary, and of what says that it
   * is done already DM passes over a unique key, not a primary one.
   *
   * @param found what lies behind W, as {@link dmswitch.dmansible.RelayTail#description} has it
   * @param resumable whether relay could be resumed on the old server at all
   */
  public static Finding refused(String found, List<Table> keyless, boolean resumable) {
    return Finding.refused(
        "behind W in relay's file lies "
            + found
            + ", with rows of replicated tables that have neither a primary key nor a unique key of"
            + " NOT NULL columns: "
            + Finding.some(keyless, SHOWN),
        "a key in every table whose rows lie there: those that DM has read would double",
        "do not resume relay; give each of these tables a unique key of present columns, all NOT"
            + " NULL, first in the target, then by the same name on the primary, and run again (a"
            + " further column or a PRIMARY KEY would stop the task); for a table with rows that"
            + " are alike no safe command is known"
            + (resumable
                ? ": relay resumed, rows of one event may stand twice in it, so compare it then"
                : ""));
  }
}
