package dmswitch.access;

import dmswitch.check.TaskCheckpoint;
import dmswitch.control.TasksAtRest;
import dmswitch.dm.BinlogPosition;
import dmswitch.host.RelayRows;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Proves that the tasks of a worker would double no row if DM stopped or paused them now. When DM
 * gives up a statement, it writes no checkpoint ({@code execErrorDetected} of DM's syncer), so the
 * task later reads everything after its last checkpoint again. Counters that do not move prove
 * nothing: DM counts finished statements, so a slow one looks idle. The proof is that no row of a
 * table without a key comes after the checkpoint.
 *
 * <p>DM writes the checkpoint 60 s after the last event, or with the next statement 30 s after the
 * last checkpoint, and only up to the last transaction with rows or DDL.
 */
public final class Replay {
  private final ClusterAccess access;
  private final Worker worker;
  private final List<String> tasks;
  private final boolean silent;
  private final KeylessTables keyless;
  // Of a relay that stands still: its rows after a position are always the same.
  private final Map<BinlogPosition, RelayRows> seen = new HashMap<>();

  /**
   * The worker whose tasks are stopped or paused.
   *
   * @param alias its name in the inventory
   * @param address HOST:PORT as DM knows it
   * @param relayDir the folder of its relay sub dirs
   * @param relayRuns whether its relay may write while it is looked at
   */
  public record Worker(
      String alias, String address, String sourceId, String relayDir, boolean relayRuns) {}

  /**
   * @param tasks the tasks to stop or pause on it
   * @param silent whether no packet comes back from its upstream: then the checkpoints are read
   *     from the targets
   * @param keyless the tables that these tasks replicate from it and that lack a key
   */
  public Replay(
      ClusterAccess access,
      Worker worker,
      List<String> tasks,
      boolean silent,
      KeylessTables keyless) {
    this.access = access;
    this.worker = worker;
    this.tasks = List.copyOf(tasks);
    this.silent = silent;
    this.keyless = keyless;
  }

  /**
   * Waits until the tasks may be stopped or paused. If every table has a key and the worker may be
   * queried, first waits until their counters no longer move. In any case waits until no row would
   * double; that comes last, so that it is recent.
   *
   * @param limit for each of the two
   * @return whether the counters no longer move
   * @throws Problem as {@link #awaitNone}
   */
  public boolean awaitRest(Duration limit) {
    boolean still =
        keyless.isEmpty() && !silent && TasksAtRest.await(access.dm(), worker.address(), limit);
    awaitNone(limit);
    return still;
  }

  /**
   * Waits until no row would double.
   *
   * @param limit how long at most; checked at least once
   * @throws Problem (refused) when rows of tables without a key would; (cannot tell) when that, or
   *     whether the tables have keys, is not known
   */
  public void awaitNone(Duration limit) {
    List<Doubling> last = new ArrayList<>();
    Problem[] unread = new Problem[1];
    boolean none =
        Waiting.until(
                limit,
                () -> {
                  last.clear();
                  unread[0] = null;
                  try {
                    last.addAll(look());
                    return Optional.of(true).filter(any -> last.isEmpty());
                  } catch (Problem notNow) {
                    unread[0] = notNow;
                    return Optional.empty();
                  }
                })
            .isPresent();
    if (!none) {
      throw unread[0] != null ? notProven(unread[0]) : problem(limit, last);
    }
  }

  /**
   * Rows that a task would read again.
   *
   * @param told whether the checkpoint names its relay sub dir
   * @param keyless of which rows may come after it
   */
  private record Doubling(TaskCheckpoint checkpoint, boolean told, KeylessTables keyless) {
    /** Returns whether it is certain: of a table that is known to have no key. */
    boolean isCertain() {
      return !keyless.tables().isEmpty();
    }

    String shown() {
      List<Table> tables = isCertain() ? keyless.tables() : keyless.doubtful();
      String position =
          checkpoint.position().map(BinlogPosition::toString).orElse("(none was written)");
      return !told
          ? "the checkpoint " + position + " of " + checkpoint.task() + " names no relay sub dir"
          : "relay still holds rows of "
              + tables.stream().limit(3).map(Table::toString).collect(Collectors.joining(", "))
              + (tables.size() > 3 ? " and " + (tables.size() - 3) + " more" : "")
              + " after the checkpoint "
              + position
              + " of "
              + checkpoint.task();
    }
  }

  private List<Doubling> look() {
    List<Doubling> found = new ArrayList<>();
    for (TaskCheckpoint checkpoint :
        new Checkpoints(access, worker.address(), worker.sourceId(), silent, Set.of()).ask()) {
      if (!tasks.contains(checkpoint.task()) || checkpoint.paused()) {
        continue;
      }
      if (!checkpoint.namesSubDir()) {
        // Where every table has a key, whatever stops the tasks looks at that itself.
        if (!keyless.isEmpty()) {
          found.add(new Doubling(checkpoint, false, keyless));
        }
        continue;
      }
      KeylessTables behind = keyless.among(rowsBehind(checkpoint.position().orElseThrow()));
      if (!behind.isEmpty()) {
        found.add(new Doubling(checkpoint, true, behind));
      }
    }
    return found;
  }

  private RelayRows rowsBehind(BinlogPosition checkpoint) {
    RelayRows rows = seen.get(checkpoint);
    if (rows == null) {
      rows = access.hosts().relayRows(worker.alias(), worker.relayDir(), checkpoint);
      if (!worker.relayRuns()) {
        seen.put(checkpoint, rows);
      }
    }
    return rows;
  }

  private Problem problem(Duration limit, List<Doubling> last) {
    List<Doubling> certain = last.stream().filter(Doubling::isCertain).toList();
    if (certain.isEmpty()) {
      Problem why = last.get(0).keyless().unknown().orElseThrow();
      return Problem.cannotTell(
              found(limit, last) + "; " + why.found(), wanted(), why.next() + "; or " + next(), why)
          .namingRerun();
    }
    return Problem.refused(
            found(limit, certain)
                + "; such tables have neither a primary key nor a unique key of NOT NULL columns,"
                + " in the upstream or in the target",
            wanted(),
            next())
        .namingRerun();
  }

  private String found(Duration limit, List<Doubling> doubling) {
    return "after "
        + limit.toSeconds()
        + " s, on "
        + worker.address()
        + ", "
        + doubling.stream().map(Doubling::shown).collect(Collectors.joining("; "));
  }

  private Problem notProven(Problem why) {
    return Problem.cannotTell(
            "what "
                + String.join(", ", tasks)
                + " would read twice on "
                + worker.address()
                + " is not known: "
                + why.found(),
            wanted(),
            why.next(),
            why)
        .hintedAs(why);
  }

  private String wanted() {
    return "every row of a table without a key before the checkpoint: if the task is stopped or"
        + " paused"
        + " now, DM may apply the rows after it twice";
  }

  private String next() {
    return worker.relayRuns()
        ? "stop the writes to these tables on the source "
            + worker.sourceId()
            + " for two minutes (DM writes the checkpoint 60 s after the last event) and run again"
            + " meanwhile; or run again with task_mode: pause, which leaves "
            + worker.address()
            + " alone"
        : "end what blocks a statement of the task in the target, if anything does (a lock, a long"
            + " DDL), and run again with a drain_timeout of at least 120: DM writes the"
            + " checkpoint 60 s after the last event";
  }
}
