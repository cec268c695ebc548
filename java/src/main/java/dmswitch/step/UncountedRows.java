package dmswitch.step;

import dmswitch.access.KeylessTables;
import dmswitch.check.HalfTransactions;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Table;
import java.util.List;
import java.util.function.Supplier;

/** Rows that tasks read after W, and read again from the server relay continues with (rule 7). */
public final class UncountedRows {
  private UncountedRows() {}

  /** The part that DM reads again. */
  public enum Again {
    /** From the next sub dir, or where relay that runs is resumed: everything. */
    ALL,
    /**
     * Where a worker that is down is started on the same file: relay finds the whole transactions
     * there, which relay.meta lags behind by up to 30 s, and pulls only the half again.
     */
    THE_HALF
  }

  /** Returns the warning for a switch that continues despite them. */
  static String warning(RelayTail tail) {
    return "relay's file holds, after W: "
        + tail.description()
        + "; these rows are read again, as whole transactions, from the new server, which does no"
        + " harm, since their tables have keys";
  }

  /** Returns the replicated tables in which the uncounted rows could double. */
  static List<Table> endangered(OpenSwitch open, RelayTail tail) {
    return endangered(open::keylessTables, tail, Again.ALL);
  }

  /**
   * As {@link #endangered(OpenSwitch, RelayTail)}.
   *
   * @param keyless the replicated tables without a key, asked for where rows are read again
   */
  public static List<Table> endangered(
      Supplier<KeylessTables> keyless, RelayTail tail, Again again) {
    if (tail.isClean() || (again == Again.THE_HALF && tail.half().isEmpty())) {
      return List.of();
    }
    return again == Again.THE_HALF
        ? keyless.get().among(tail.halfChanges())
        : keyless.get().among(tail.uncounted().changes(), tail.halfChanges());
  }

  /**
   * Requires, before an act that makes DM read them again, that no row can double.
   *
   * @param resumable whether relay could be resumed on the old server at all
   * @throws dmswitch.problem.Problem (refused) when rows could double
   */
  static void requireKeys(OpenSwitch open, RelayTail tail, boolean resumable) {
    requireNone(tail, endangered(open, tail), resumable);
  }

  /** As {@link #requireKeys}, with the tables that were found. */
  static void requireNone(RelayTail tail, List<Table> endangered, boolean resumable) {
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(tail.description(), endangered, resumable)
          .problem()
          .namingRerun();
    }
  }
}
