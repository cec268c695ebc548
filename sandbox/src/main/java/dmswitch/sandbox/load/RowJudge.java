package dmswitch.sandbox.load;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares the target's rows with those of the upstreams, table by table, in no order. */
public final class RowJudge {
  private final Cluster cluster;
  private final Map<String, MySqlInstance> upstreams;

  /**
   * A judge of all tasks of a cluster.
   *
   * @param upstreams by the worker's alias: the server whose rows the target must have; for a
   *     worker that is not named, the upstream it had when the cluster came up
   */
  public RowJudge(Cluster cluster, Map<String, MySqlInstance> upstreams) {
    this.cluster = cluster;
    this.upstreams = Map.copyOf(upstreams);
  }

  /** Judges once. The upstreams must stand still for that, and DM must have caught up. */
  public Verdict judge() {
    List<Verdict.OfTable> tables = new ArrayList<>();
    for (Task task : cluster.tasks()) {
      tablesOf(task)
          .forEach(
              (table, parts) -> tables.add(new TableJudge(cluster.target(), table, parts).judge()));
    }
    return new Verdict(tables);
  }

  /** Judges until all is equal or {@code limit} has passed; the last verdict. */
  public Verdict await(Duration limit) {
    Verdict[] last = {judge()};
    Await.within(
        limit,
        () -> {
          if (!last[0].isEqual()) {
            last[0] = judge();
          }
          return last[0].isEqual();
        });
    return last[0];
  }

  /**
   * Judges until all is equal or, since a slow machine takes its time, nothing has moved for {@code
   * still}; the last verdict. Nobody may write upstream any more.
   */
  public Verdict awaitSettled(Duration still) {
    Verdict last = judge();
    while (!last.isEqual()) {
      Verdict before = last;
      Verdict[] next = {before};
      boolean moved =
          Await.within(
              still,
              () -> {
                next[0] = judge();
                return !next[0].equals(before);
              });
      if (!moved) {
        break;
      }
      last = next[0];
    }
    return last;
  }

  /** By table of the target: the tables upstream whose rows it must have. */
  private Map<String, List<TableJudge.Part>> tablesOf(Task task) {
    Map<String, List<TableJudge.Part>> tables = new TreeMap<>();
    for (String alias : task.workers()) {
      MySqlInstance upstream = upstream(alias);
      if (task.isSharded()) {
        tables
            .computeIfAbsent(task.schema() + "." + Tables.ORDERS, t -> new ArrayList<>())
            .add(new TableJudge.Part(upstream, Tables.ordersOnUpstream(task, alias)));
        continue;
      }
      for (String table : names(upstream, task.schema())) {
        tables.put(table, List.of(new TableJudge.Part(upstream, table)));
      }
      // A table that only the target has holds rows that are foreign.
      for (String table : names(cluster.target(), task.schema())) {
        tables.putIfAbsent(table, List.of());
      }
    }
    return tables;
  }

  private MySqlInstance upstream(String alias) {
    MySqlInstance given = upstreams.get(alias);
    if (given != null) {
      return given;
    }
    return cluster.workers().stream()
        .filter(w -> w.alias().equals(alias))
        .map(w -> cluster.server(w.server()))
        .findFirst()
        .orElseThrow(() -> new SandboxException("no worker " + alias));
  }

  private static List<String> names(MySqlInstance server, String schema) {
    return server
        .sql()
        .rows(
            "SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables"
                + " WHERE table_schema = '"
                + schema
                + "' ORDER BY 1")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }
}
