package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.FilterView;
import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.ReplicationFilter;
import dmswitch.mysql.ReplicationFilter.Kind;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.mysql.TransactionScan;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Checks of what the new server's replication excludes. */
final class ReplicationChecks {
  private static final Set<Kind> BY_DATABASE = EnumSet.of(Kind.DO_DB, Kind.IGNORE_DB);

  private static final String LOOK_FOR_THEM =
      "look for replicate_... in the option files and on the command line of mysqld there; where"
          + " one names a replicated table, choose another server";

  /** How to make MySQL show its filters: with a channel that is never started. */
  private static final String SHOW_THEM =
      LOOK_FOR_THEM
          + ". To have them checked: CHANGE MASTER TO MASTER_HOST = 'nobody.invalid' there without"
          + " START SLAVE, run again, and RESET SLAVE ALL afterwards";

  private static final int MOST_NAMED = 3;

  private ReplicationChecks() {}

  /**
   * The new server's replication excludes nothing that the tasks replicate. What a filter excludes
   * counts as executed: E contains W, though the rows are neither in the server's tables nor in its
   * binlog. The CREATE TABLE is excluded too, so the table may not exist there.
   */
  static final Check FILTERS = Check.blocking("replication_filters", ReplicationChecks::filters);

  private static Finding filters(Facts facts) {
    FilterView view = facts.newServer().server().get().replicationFilters();
    List<ReplicationFilter> filters = view.shown();
    if (filters.isEmpty()) {
      return noneShown(facts, view.unseen());
    }
    List<TaskTables> tasks = facts.tasks().tables().get();
    List<String> touching = new ArrayList<>();
    for (ReplicationFilter filter : filters) {
      List<String> touched =
          tasks.stream()
              .filter(task -> FilterScope.touches(filter, filters, task.filter()))
              .map(TaskTables::task)
              .toList();
      if (!touched.isEmpty()) {
        touching.add(filter + why(filter) + ", task " + String.join(", ", touched));
      }
    }
    if (touching.isEmpty()) {
      return Finding.lastingWarning(
          "the new server's replication has filters that seem to affect no"
              + " task: "
              + joined(filters),
          "a statement that names a replicated table together with one of these may be excluded as"
              + " a whole: use only one database in a statement");
    }
    return Finding.refused(
        "the new server's replication excludes what DM replicates, and counts it as executed: "
            + String.join("; ", touching),
        "a server that has executed all of it: E contains W proves nothing here",
        "choose a server without such filters. If nothing was excluded yet, remove them there"
            + " (STOP SLAVE SQL_THREAD; CHANGE REPLICATION FILTER ... = (); START SLAVE SQL_THREAD;"
            + " and in my.cnf), then run again; patterns such as REPLICATE_WILD_IGNORE_TABLE ="
            + " ('mysql.%') may stay");
  }

  /**
   * Judges hidden filters. Transactions that W has do not matter: DM got them from the old server.
   */
  private static Finding noneShown(Facts facts, Set<Kind> unseen) {
    if (unseen.isEmpty()) {
      return Finding.passed("the new server's replication has no filter");
    }
    Server server = facts.newServer().server().get();
    String beyond = "";
    try {
      boolean replicates = server.replicaStatus().stream().anyMatch(ReplicaChannel::isOn);
      GtidSet replicated = replicatedBeyondW(facts);
      if (!replicates && replicated.isEmpty()) {
        return Finding.passed(
            "the new server does not show its filters; W has all that it has replicated");
      }
      beyond =
          replicated.isEmpty()
              ? ""
              : "; it has replicated transactions that W lacks: " + replicated;
    } catch (Problem reportedElsewhere) {
      // It may replicate then.
    }
    return Finding.lastingWarning(
        "MySQL "
            + facts.newServer().facts().get().version()
            + " on the new server does not show whether its replication excludes anything ("
            + unseen.stream()
                .map(kind -> kind.column().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(", "))
            + "), which would still count as executed"
            + beyond,
        unseen.equals(FilterView.EVERY_KIND) ? SHOW_THEM : LOOK_FOR_THEM);
  }

  private static String why(ReplicationFilter filter) {
    return BY_DATABASE.contains(filter.kind())
        ? " (for DDL it uses the session's database, not the table's)"
        : "";
  }

  private static String joined(List<ReplicationFilter> filters) {
    return filters.stream().map(ReplicationFilter::toString).collect(Collectors.joining(", "));
  }

  /**
   * The new server's replication skips no errors. A change that could not be applied becomes an
   * empty transaction, which counts as executed, and DM never gets its rows. The settings do not
   * affect what clients write there. So they matter only while it replicates, or if it has
   * replicated transactions that W lacks.
   */
  static final Check SKIPPED_ERRORS =
      Check.blocking("skipped_errors", ReplicationChecks::skippedErrors);

  private static Finding skippedErrors(Facts facts) {
    Server server = facts.newServer().server().get();
    List<String> on = skippingSettings(server);
    if (on.isEmpty()) {
      return Finding.passed("the new server's replication skips no errors");
    }
    String settings = String.join(", ", on);
    if (server.replicaStatus().stream().anyMatch(ReplicaChannel::isOn)) {
      return Finding.refused(
          "the new server replicates with "
              + settings
              + ": a change that it cannot apply becomes an empty transaction that counts as"
              + " executed",
          "a server that has applied what it counts: E contains W proves nothing here",
          "choose another server. If its rows are known to be right, remove the setting there"
              + " (slave_skip_errors: in my.cnf, with a restart; SET GLOBAL slave_exec_mode ="
              + " STRICT, SET GLOBAL sql_slave_skip_counter = 0), or end its replication if it will"
              + " be the primary (STOP SLAVE; RESET SLAVE ALL; in a replication group make it the"
              + " primary), then run again");
    }
    GtidSet replicated = replicatedBeyondW(facts);
    if (!facts.oldServerAlive() && !replicated.isEmpty()) {
      return Finding.refused(
          "the new server has "
              + settings
              + ", and has replicated transactions that W lacks, which may be empty there: "
              + replicated,
          "transactions beyond W that were applied completely",
          "choose another server, or check with mysqlbinlog --include-gtids on the new server that"
              + " they hold their rows, remove the setting there, then run again");
    }
    return Finding.lastingWarning(
        "the new server has " + settings + "; it does not replicate now",
        "remove that there before it replicates again, and compare its rows with the target's"
            + " (sync_diff_inspector): it may have skipped some");
  }

  /** Returns the transactions that other servers wrote; its own writes are never skipped. */
  private static GtidSet replicatedBeyondW(Facts facts) {
    String uuid = facts.newServer().uuid();
    GtidSet own = RelayView.set(uuid + ":1-" + (Long.MAX_VALUE - 1), "server_uuid");
    return facts.newServer().server().get().gtidExecuted().subtract(facts.gtidW()).subtract(own);
  }

  /**
   * A setting that makes a replica skip errors.
   *
   * @param names the old name and the new one; a version may have both
   * @param passesOver whether a replica with this value skips errors
   */
  private record SkipSetting(List<String> names, Predicate<String> passesOver) {

    /** Returns NAME=VALUE if the server has it on; else empty. */
    Optional<String> on(Map<String, String> values) {
      return names.stream()
          .filter(values::containsKey)
          .findFirst()
          .filter(name -> passesOver.test(values.get(name)))
          .map(name -> name + "=" + values.get(name));
    }
  }

  private static final List<SkipSetting> SKIP_SETTINGS =
      List.of(
          new SkipSetting(
              List.of("slave_skip_errors", "replica_skip_errors"),
              value -> !value.isEmpty() && !value.equalsIgnoreCase("OFF")),
          new SkipSetting(
              List.of("slave_exec_mode", "replica_exec_mode"),
              value -> value.equalsIgnoreCase("IDEMPOTENT")),
          new SkipSetting(
              List.of("sql_slave_skip_counter", "sql_replica_skip_counter"),
              value -> !value.isEmpty() && !value.equals("0")));

  private static List<String> skippingSettings(Server server) {
    Map<String, String> values =
        server.variables(
            SKIP_SETTINGS.stream()
                .flatMap(setting -> setting.names().stream())
                .collect(Collectors.toSet()));
    return SKIP_SETTINGS.stream().flatMap(setting -> setting.on(values).stream()).toList();
  }

  /**
   * No table of the new server that a task replicates, a paused one included, has the engine
   * BLACKHOLE. It keeps no rows: replication finds none to update or delete, writes nothing into
   * the binlog, and counts the transaction as executed.
   */
  static final Check BLACKHOLE_TABLES =
      Check.blocking("blackhole_tables", ReplicationChecks::blackholeTables);

  private static Finding blackholeTables(Facts facts) {
    List<Table> tables =
        facts.tasks().tables().get().stream()
            .flatMap(task -> task.tables().get().stream())
            .filter(table -> table.createStatement().contains("\n) ENGINE=BLACKHOLE"))
            .map(TableDefinition::table)
            .distinct()
            .toList();
    if (tables.isEmpty()) {
      return Finding.passed("every replicated table of the new server keeps its rows");
    }
    return Finding.refused(
        "tables of the new server have the engine BLACKHOLE, which keeps no rows: "
            + Finding.some(tables, MOST_NAMED),
        "tables that keep what replication writes: its updates and deletes are in no binlog there",
        "choose another server");
  }

  /**
   * If the old server is lost, no transaction beyond W that the new server has replicated is empty:
   * a filter or a skipped error leaves an empty one. A transaction that was excluded only partly
   * cannot be detected.
   */
  static final Check EMPTY_TRANSACTIONS =
      Check.blocking("empty_transactions", ReplicationChecks::emptyTransactions);

  private static Finding emptyTransactions(Facts facts) {
    if (facts.oldServerAlive()) {
      return Finding.passed("relay gets what W lacks from the old server itself");
    }
    GtidSet beyond = replicatedBeyondW(facts);
    if (beyond.isEmpty()) {
      return Finding.passed("W has all that the new server has replicated");
    }
    Server server = facts.newServer().server().get();
    TransactionScan scan;
    try {
      scan = server.scanTransactions(beyond);
    } catch (Problem notShown) {
      return Finding.lastingWarning(
          "it cannot be seen whether the new server holds the rows of transactions that W lacks: "
              + notShown.found(),
          "compare its rows with the target's after the switch (sync_diff_inspector)");
    }
    if (scan.empty().isEmpty()) {
      return Finding.passed(
          scan.seen().contains(beyond)
              ? "no transaction beyond W that the new server has replicated is empty there"
              : "none of the checked transactions is empty on the new server; these beyond W were"
                  + " not"
                  + " checked: "
                  + scan.seen());
    }
    String found =
        "the new server has replicated transactions that W lacks, and these are empty there: "
            + scan.empty();
    return server.replicationFilters().unseen().isEmpty()
        ? Finding.lastingWarning(
            found + "; its filters name no replicated table",
            "compare its rows with the target's after the switch (sync_diff_inspector): their"
                + " changes were skipped there, or they were empty from the start")
        : Finding.cannotTell(
            found
                + ", as replication filters would leave them, and it does not show its filters"
                + " now",
            "transactions beyond W that hold rows, or filters that name no replicated table",
            SHOW_THEM + ", or choose another server");
  }
}
