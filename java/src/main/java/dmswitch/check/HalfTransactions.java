package dmswitch.check;

import dmswitch.mysql.Table;
import java.util.List;

/** Refuses transactions behind W in relay's file that change tables without a key. */
public final class HalfTransactions {
  private static final int SHOWN = 10;

  private HalfTransactions() {}

  /**
   * Returns the refusal that names the tables.
   *
   * <p>While a task that has read the half continues, nothing is wrong yet. Relay, when it is
   * resumed, cuts the half off first. The task fails at that point and begins the transaction
   * again, and its last event is applied twice.
   *
   * <p>Only a unique key of present columns helps. DM applies the half by the target's columns, so
   * one more column stops the task. The ALTER comes once more from the primary, and DM ignores the
   * error of a key name that exists, but not that of a second primary key.
   *
   * @param found what lies behind W, as {@link dmswitch.host.RelayTail#description} has it
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
