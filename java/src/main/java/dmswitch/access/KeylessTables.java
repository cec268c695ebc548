package dmswitch.access;

import dmswitch.host.RelayRows;
import dmswitch.host.RelayTail.Changes;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The replicated tables of an upstream whose rows double when DM reads them twice. A table counts
 * as keyed only if both the upstream table and the table in the target, to which the task's routes
 * lead, have a primary key or a unique key of NOT NULL columns: DM builds its statements from the
 * target's indexes ({@code getTableFromDB} and {@code findFitIndex} of DM's syncer), and two rows
 * that are alike in the upstream become one in a target that has the key alone.
 *
 * <p>A table that the target does not have counts as its upstream table does: it holds no row that
 * could double, and DM creates it by the upstream's own CREATE TABLE.
 *
 * @param tables upstream tables that lack a key, in the upstream or in the target
 * @param doubtful upstream tables that have a key, while the target's are not known
 * @param unknown why not all are known; present where there are doubtful tables, and where the
 *     account does not see every table of the upstream
 * @param unlisted judges those that the upstream does not list
 */
public record KeylessTables(
    List<Table> tables, List<Table> doubtful, Optional<Problem> unknown, UnlistedTables unlisted) {

  /** No table at all. */
  public static final KeylessTables NONE =
      new KeylessTables(List.of(), List.of(), Optional.empty(), named -> KeylessTables.NONE);

  public KeylessTables {
    tables = List.copyOf(tables);
    doubtful = List.copyOf(doubtful);
  }

  /**
   * Returns whether every table that the upstream lists is known to have a key. Relay may hold rows
   * of other tables, see {@link #among}.
   */
  public boolean isEmpty() {
    return tables.isEmpty() && doubtful.isEmpty() && unknown.isEmpty();
  }

  /**
   * Returns the tables with rows in the given part of the relay log, including tables that the
   * upstream does not list.
   */
  KeylessTables among(RelayRows rows) {
    KeylessTables more = rows.tables().map(unlisted::judge).orElse(NONE);
    List<Table> open = joined(rows.among(doubtful), more.doubtful());
    return new KeylessTables(
        joined(rows.among(tables), more.tables()),
        open,
        open.isEmpty() ? Optional.empty() : more.unknown().or(() -> unknown),
        unlisted);
  }

  /**
   * Returns the tables without a key that the given changes may affect, as {@link
   * #among(RelayRows)}.
   *
   * @throws Problem (cannot tell) when not all are known
   */
  public List<Table> among(Changes... changes) {
    Set<Table> there = new LinkedHashSet<>();
    for (Changes some : changes) {
      there.addAll(some.among(known()));
      there.addAll(some.tables().map(unlisted::judge).orElse(NONE).known());
    }
    return List.copyOf(there);
  }

  private static List<Table> joined(List<Table> some, List<Table> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /**
   * Returns the tables without a key.
   *
   * @throws Problem (cannot tell) if not all are known
   */
  public List<Table> known() {
    if (unknown.isPresent()) {
      throw unknown.get();
    }
    return tables;
  }
}
