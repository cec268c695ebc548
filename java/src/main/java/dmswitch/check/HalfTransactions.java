package dmswitch.check;

import dmswitch.mysql.Table;
import java.util.List;

/** Refuses transactions after W in relay's file that change tables without a key. */
public final class HalfTransactions {
  private static final int SHOWN = 10;

  private HalfTransactions() {}

  /**
   * Returns the refusal that names the tables.
   *
   * <p>Nothing is wrong while a task that has read the half transaction keeps running. But a
   * resumed relay first cuts off the half. The task then fails and starts the transaction again, so
   * its last event is applied twice.
   *
   * <p>Only a unique key of existing columns helps. DM applies the half by the target's columns, so
   * a new column stops the task. The ALTER later comes from the primary again. DM ignores the error
   * of a key name that exists, but not the error of a second primary key.
   *
   * @param found what follows W, from {@link dmswitch.host.RelayTail#description}
   * @param resumable whether relay could be resumed on the old server
   */
  public static Finding refused(String found, List<Table> keyless, boolean resumable) {
    return Finding.refused(
        "relay's file holds, after W: "
            + found
            + ", with rows of replicated tables that have neither a primary key nor a unique key of"
            + " NOT NULL columns: "
            + Finding.some(keyless, SHOWN),
        "a key in every table with rows there: rows that DM has already read would double",
        "do not resume relay; give each of these tables a unique key of existing columns, all NOT"
            + " NULL, first in the target, then by the same name on the primary, and run again (a"
            + " new column or a PRIMARY KEY would stop the task); for a table with identical rows"
            + " no safe command is known"
            + (resumable
                ? ": if relay is resumed, rows of one event may be duplicated there, so compare"
                    + " it afterwards"
                : ""));
  }
}
