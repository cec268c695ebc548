package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.FilterView;
import dmswitch.mysql.Like;
import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.ReplicationFilter;
import dmswitch.mysql.ReplicationFilter.Kind;
import dmswitch.mysql.Server;
import dmswitch.mysql.TablePattern;
import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The new server's replication leaves out nothing that the tasks replicate. What a filter leaves
 * out counts as executed, so E contains W though its rows are neither in the server's tables nor in
 * its binlog. The creation of such a table is left out as well, so it need not be there.
 */
final class ReplicationFilters implements Check {
  private static final Set<Kind> BY_DATABASE = EnumSet.of(Kind.DO_DB, Kind.IGNORE_DB);
  private static final Set<Kind> ONLY_TABLES = EnumSet.of(Kind.DO_TABLE, Kind.WILD_DO_TABLE);
  private static final Pattern REWRITE = Pattern.compile("\\(([^,()]+),([^,()]+)\\)");

  private static final String LOOK_FOR_THEM =
      "look for replicate_... in the option files and on the command line of mysqld there; where"
          + " one names a replicated table, choose another server";

  /** Makes a channel that is never started, beside which MySQL shows them. */
  static final String SHOW_THEM =
      LOOK_FOR_THEM
          + ". To have them judged: CHANGE MASTER TO MASTER_HOST = 'nobody.invalid' there without"
          + " START SLAVE, run again, and RESET SLAVE ALL afterwards";

  @Override
  public String name() {
    return "replication_filters";
  }

  @Override
  public Finding judge(Facts facts) {
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
              .filter(task -> touches(filter, filters, task))
              .map(TaskTables::task)
              .toList();
      if (!touched.isEmpty()) {
        touching.add(filter + why(filter) + ", task " + String.join(", ", touched));
      }
    }
    if (touching.isEmpty()) {
      return Finding.lastingWarning(
          "the new server's replication has filters that no task is seen to be touched by: "
              + joined(filters),
          "a statement that names a replicated table beside one of these can be left out whole:"
              + " keep to one database in a statement");
    }
    return Finding.refused(
        "the new server's replication leaves out what DM replicates, and counts it as executed: "
            + String.join("; ", touching),
        "a server that has executed all of it: E contains W proves nothing here",
        "choose a server without such filters. Where nothing was left out yet, take them away there"
            + " (STOP SLAVE SQL_THREAD; CHANGE REPLICATION FILTER ... = (); START SLAVE SQL_THREAD;"
            + " and in my.cnf), then run again; patterns such as REPLICATE_WILD_IGNORE_TABLE ="
            + " ('mysql.%') may stay");
  }

  /** What it has replicated and W has does not matter: that DM got from the old server. */
  private static Finding noneShown(Facts facts, Set<Kind> unseen) {
    if (unseen.isEmpty()) {
      return Finding.passed("the new server's replication has no filter");
    }
    Server server = facts.newServer().server().get();
    String beyond = "";
    try {
      boolean replicates = server.replicaStatus().stream().anyMatch(ReplicaChannel::isOn);
      GtidSet replicated = SkippedErrors.replicatedBeyondW(facts);
      if (!replicates && replicated.isEmpty()) {
        return Finding.passed(
            "the new server does not show its filters; W has all that it has replicated");
      }
      beyond =
          replicated.isEmpty()
              ? ""
              : "; it has replicated transactions that W lacks: " + replicated;
    } catch (Problem toldElsewhere) {
      // Then it may have.
    }
    return Finding.lastingWarning(
        "MySQL "
            + facts.newServer().facts().get().version()
            + " on the new server does not show now whether its replication leaves something out ("
            + unseen.stream()
                .map(kind -> kind.column().toLowerCase(Locale.ROOT))
                .sorted()
                .collect(Collectors.joining(", "))
            + "), which would count as executed all the same"
            + beyond,
        unseen.equals(FilterView.EVERY_KIND) ? SHOW_THEM : LOOK_FOR_THEM);
  }

  private static String why(ReplicationFilter filter) {
    return BY_DATABASE.contains(filter.kind())
        ? " (of a DDL it looks at the session's database, not the table's)"
        : "";
  }

  private static boolean touches(
      ReplicationFilter filter, List<ReplicationFilter> all, TaskTables task) {
    return switch (filter.kind()) {
      case DO_DB, IGNORE_DB -> true;
      case DO_TABLE, WILD_DO_TABLE -> leavesOut(filter.channel(), all, task);
      case IGNORE_TABLE, WILD_IGNORE_TABLE ->
          filter.names().stream().anyMatch(name -> touches(pattern(filter.kind(), name), task));
      case REWRITE_DB -> rewrites(filter.value(), task);
      // Not executed either, so E does not contain it.
      case IGNORE_SERVER_IDS -> false;
    };
  }

  private static boolean touches(List<TablePattern> patterns, TaskTables task) {
    return patterns.isEmpty() || patterns.stream().anyMatch(task.filter()::mayReplicate);
  }

  /** What none of a channel's lists names is left out. */
  private static boolean leavesOut(String channel, List<ReplicationFilter> all, TaskTables task) {
    List<TablePattern> listed =
        all.stream()
            .filter(filter -> filter.channel().equals(channel))
            .filter(filter -> ONLY_TABLES.contains(filter.kind()))
            .flatMap(
                filter ->
                    filter.names().stream().flatMap(name -> pattern(filter.kind(), name).stream()))
            .toList();
    return !task.filter().isWithin(listed);
  }

  /** None for a name that is not understood. */
  private static List<TablePattern> pattern(Kind kind, String name) {
    int dot = name.indexOf('.');
    if (dot < 1 || dot == name.length() - 1) {
      return List.of();
    }
    String schema = name.substring(0, dot);
    String table = name.substring(dot + 1);
    boolean wild = kind == Kind.WILD_DO_TABLE || kind == Kind.WILD_IGNORE_TABLE;
    return List.of(
        wild
            ? new TablePattern(Like.of(schema), Like.of(table))
            : TablePattern.exactly(schema, table));
  }

  private static boolean rewrites(String value, TaskTables task) {
    List<TablePattern> renamed = new ArrayList<>();
    Matcher pair = REWRITE.matcher(value);
    while (pair.find()) {
      renamed.add(TablePattern.allOf(pair.group(1).strip()));
      renamed.add(TablePattern.allOf(pair.group(2).strip()));
    }
    return touches(renamed, task);
  }

  private static String joined(List<ReplicationFilter> filters) {
    return filters.stream().map(ReplicationFilter::toString).collect(Collectors.joining(", "));
  }
}
