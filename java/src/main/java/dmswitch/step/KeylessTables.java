package dmswitch.step;

import dmswitch.dmansible.RelayRows;
import dmswitch.dmansible.RelayTail.Changes;
import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableKeys;
import dmswitch.problem.Problem;
import dmswitch.task.TableFilter;
import dmswitch.task.TaskSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
  private static final Comparator<Table> BY_NAME =
      Comparator.comparing(Table::schema).thenComparing(Table::name);

  /** No table at all. */
  public static final KeylessTables NONE =
      new KeylessTables(List.of(), List.of(), Optional.empty(), named -> KeylessTables.NONE);

  public KeylessTables {
    tables = List.copyOf(tables);
    doubtful = List.copyOf(doubtful);
  }

  /**
   * Asks the upstream, and the target of each task. Where the task's file is not found, each table
   * of the upstream counts as replicated.
   *
   * @throws Problem (cannot tell) when the upstream does not answer
   */
  static KeylessTables of(Site site, Server upstream, String sourceId, Collection<String> tasks) {
    return new Builder(site, sourceId, upstream).addAll(tasks).build();
  }

  /**
   * As {@link #of}, of a worker that is down, so that its tasks are not known: those that have a
   * file for the source are asked, and each table that lacks a key in the upstream counts.
   */
  static KeylessTables ofAnyTask(Site site, Server upstream, String sourceId) {
    Builder builder = new Builder(site, sourceId, upstream);
    builder.tables.addAll(builder.keys.keyless());
    List<String> tasks = site.taskFiles().namesOf(sourceId);
    if (tasks.isEmpty()) {
      builder.doubt(
          builder.keyed().toList(),
          Problem.cannotTell(
              "no task file has the source-id " + sourceId + ", so no target is known",
              "the files of the tasks that run on this worker",
              "set task_files to them or to their folder"));
    }
    return builder.addAll(tasks).build();
  }

  /** Collects over tasks, which may have different targets. */
  private static final class Builder {
    private final Site site;
    private final String sourceId;
    private final TableKeys keys;
    private final Grants grants;
    private final Map<String, TableKeys> targets = new HashMap<>();
    private final List<String> tasks = new ArrayList<>();
    private final Set<Table> tables = new LinkedHashSet<>();
    private final Set<Table> doubtful = new LinkedHashSet<>();
    private Optional<Problem> unknown = Optional.empty();

    Builder(Site site, String sourceId, Server upstream) {
      this.site = site;
      this.sourceId = sourceId;
      this.keys = upstream.tableKeys();
      this.grants = upstream.grants();
      if (!grants.has(Privilege.SELECT)) {
        unknown = Optional.of(hidden());
      }
    }

    private Problem hidden() {
      return Problem.cannotTell(
              grants.account()
                  + " lacks SELECT on *.*, so the upstream of "
                  + sourceId
                  + " may have tables that it does not list",
              "an account that sees every replicated table",
              "GRANT SELECT ON *.* TO that user there, then run again")
          .namingRerun();
    }

    Builder addAll(Collection<String> more) {
      tasks.addAll(more);
      for (String task : more) {
        try {
          add(task, site.taskFiles().source(task, sourceId));
        } catch (Problem noFile) {
          tables.addAll(keys.keyless());
          doubt(keyed().toList(), unknownKeys(task, noFile));
        }
      }
      return this;
    }

    private void add(String task, TaskSource source) {
      keys.keyless().stream().filter(table -> replicates(source, table)).forEach(tables::add);
      List<Table> keyed = keyed().filter(table -> replicates(source, table)).toList();
      if (keyed.isEmpty()) {
        return;
      }
      TableKeys inTarget;
      try {
        inTarget = inTarget(task);
      } catch (Problem notKnown) {
        doubt(keyed, unknownKeys(task, notKnown));
        return;
      }
      for (Table table : keyed) {
        Optional<Table> target = source.routes().target(table);
        if (target.isEmpty()) {
          doubt(List.of(table), unknownKeys(task, unrouted(task, table)));
        } else if (!inTarget.of(target.get()).orElse(true)) {
          tables.add(table);
        }
      }
    }

    private TableKeys inTarget(String task) {
      TableKeys known = targets.get(task);
      if (known == null) {
        known = site.targetKeys(task);
        targets.put(task, known);
      }
      return known;
    }

    private KeylessTables unlisted(Set<Table> named) {
      Set<Table> without = new LinkedHashSet<>();
      Map<Table, Problem> open = new LinkedHashMap<>();
      for (Table table : named) {
        if (keys.of(table).isPresent()
            || !TableFilter.EVERYTHING.replicates(table.schema(), table.name())) {
          continue;
        }
        if (tasks.isEmpty()) {
          open.put(table, unknown.orElseGet(() -> absent(table)));
        }
        for (String task : tasks) {
          try {
            TaskSource source = site.taskFiles().source(task, sourceId);
            if (!replicates(source, table)) {
              continue;
            }
            Table target = source.routes().target(table).orElseThrow(() -> unrouted(task, table));
            if (!inTarget(task).of(target).orElseThrow(() -> absent(table))) {
              without.add(table);
            } else if (!grants.canSelectFrom(table.schema())) {
              open.put(table, hidden());
            }
          } catch (Problem notKnown) {
            open.put(table, unknownKeys(task, notKnown));
          }
        }
      }
      open.keySet().removeAll(without);
      return new KeylessTables(
          without.stream().sorted(BY_NAME).toList(),
          open.keySet().stream().sorted(BY_NAME).toList(),
          open.values().stream().findFirst(),
          any -> NONE);
    }

    Stream<Table> keyed() {
      return keys.byTable().keySet().stream().filter(table -> keys.byTable().get(table));
    }

    void doubt(List<Table> some, Problem why) {
      doubtful.addAll(some);
      unknown = Optional.of(why);
    }

    KeylessTables build() {
      doubtful.removeAll(tables);
      return new KeylessTables(
          tables.stream().sorted(BY_NAME).toList(),
          doubtful.stream().sorted(BY_NAME).toList(),
          doubtful.isEmpty() && grants.has(Privilege.SELECT) ? Optional.empty() : unknown,
          this::unlisted);
    }
  }

  private static Problem unknownKeys(String task, Problem why) {
    return Problem.cannotTell(
            "whether the tables of "
                + task
                + " have keys in its target is not known: "
                + why.found(),
            why.wanted(),
            why.next(),
            why)
        .hintedAs(why);
  }

  private static boolean replicates(TaskSource source, Table table) {
    return source.filter().replicates(table.schema(), table.name());
  }

  private static Problem absent(Table table) {
    return Problem.cannotTell(
        "relay holds rows of " + table + ", which neither the upstream nor the target has now",
        "its keys",
        "let the tasks come past these rows");
  }

  private static Problem unrouted(String task, Table table) {
    return Problem.cannotTell(
        "the table to which the route-rules of " + task + " lead " + table + " is not known",
        "route-rules that DM takes, with names in ASCII",
        "set task_files to the file with which " + task + " was started");
  }

  /**
   * Whether every table that the upstream lists is known to have a key. Relay may hold rows of
   * others: {@link #among} tells.
   */
  public boolean isEmpty() {
    return tables.isEmpty() && doubtful.isEmpty() && unknown.isEmpty();
  }

  /** Returns those of which rows may lie there, the ones that the upstream does not list too. */
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
   * Returns those without a key of which rows may lie there, as {@link #among(RelayRows)}.
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
   * @throws Problem (cannot tell) when not all are known
   */
  public List<Table> known() {
    if (unknown.isPresent()) {
      throw unknown.get();
    }
    return tables;
  }
}
