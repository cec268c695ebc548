package dmswitch.access;

import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableKeys;
import dmswitch.problem.Problem;
import dmswitch.task.TableFilter;
import dmswitch.task.TaskFiles;
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
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds {@link KeylessTables}: asks an upstream, and the targets of the tasks that read it. */
public class KeylessTablesReader {
  private static final Comparator<Table> BY_NAME =
      Comparator.comparing(Table::schema).thenComparing(Table::name);

  private final MySqlServers mysql;
  private final Supplier<TaskFiles> taskFiles;

  /**
   * @param taskFiles name what the tasks replicate, and where to
   */
  public KeylessTablesReader(MySqlServers mysql, Supplier<TaskFiles> taskFiles) {
    this.mysql = mysql;
    this.taskFiles = taskFiles;
  }

  /**
   * Finds the tables on this server that these tasks replicate and that lack a key. Where the
   * task's file is not found, each table of the server counts as replicated.
   *
   * @throws Problem (cannot tell) when the server does not answer
   */
  public KeylessTables read(Server upstream, String sourceId, Collection<String> tasks) {
    return new Collector(sourceId, upstream).addAll(tasks).build();
  }

  /** As {@link #read(Server, String, Collection)}, on the new server. */
  public KeylessTables read(String sourceId, Collection<String> tasks) {
    try (Server newServer = mysql.newServer()) {
      return read(newServer, sourceId, tasks);
    }
  }

  /** As {@link #read(Server, String, Collection)}, of another worker's source. */
  public KeylessTables read(Shard shard, Collection<String> tasks) {
    try (Server source = mysql.connect(shard.upstream())) {
      return read(source, shard.worker().sourceId(), tasks);
    }
  }

  /**
   * As {@link #read(Server, String, Collection)}, of a worker that is down, so that its tasks are
   * not known: those that have a file for the source are asked, and each table that lacks a key in
   * the upstream counts.
   */
  public KeylessTables readOfAnyTask(Server upstream, String sourceId) {
    Collector collector = new Collector(sourceId, upstream);
    collector.tables.addAll(collector.keys.keyless());
    List<String> tasks = taskFiles.get().namesOf(sourceId);
    if (tasks.isEmpty()) {
      collector.doubt(
          collector.keyed().toList(),
          Problem.cannotTell(
              "no task file has the source-id " + sourceId + ", so no target is known",
              "the files of the tasks that run on this worker",
              "set task_files to them or to their folder"));
    }
    return collector.addAll(tasks).build();
  }

  /** Collects over tasks, which may have different targets. */
  private final class Collector {
    private final String sourceId;
    private final TableKeys keys;
    private final Grants grants;
    private final Map<String, TableKeys> targets = new HashMap<>();
    private final List<String> tasks = new ArrayList<>();
    private final Set<Table> tables = new LinkedHashSet<>();
    private final Set<Table> doubtful = new LinkedHashSet<>();
    private Optional<Problem> unknown = Optional.empty();

    Collector(String sourceId, Server upstream) {
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

    Collector addAll(Collection<String> more) {
      tasks.addAll(more);
      for (String task : more) {
        try {
          add(task, taskFiles.get().source(task, sourceId));
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
        known = mysql.targetKeys(task);
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
            TaskSource source = taskFiles.get().source(task, sourceId);
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
          any -> KeylessTables.NONE);
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
            "it is not known whether the tables of "
                + task
                + " have keys in its target: "
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
        "wait until the tasks have replayed these rows");
  }

  private static Problem unrouted(String task, Table table) {
    return Problem.cannotTell(
        "it is not known to which table the route-rules of " + task + " map " + table,
        "route-rules that DM accepts, with names in ASCII",
        "set task_files to the file with which " + task + " was started");
  }
}
