package dmswitch.check;

import dmswitch.mysql.Like;
import dmswitch.mysql.ReplicationFilter;
import dmswitch.mysql.ReplicationFilter.Kind;
import dmswitch.mysql.TablePattern;
import dmswitch.task.TableFilter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether a MySQL replication filter may exclude what a task replicates. */
final class FilterScope {
  private static final Set<Kind> ONLY_TABLES = EnumSet.of(Kind.DO_TABLE, Kind.WILD_DO_TABLE);

  private static final Pattern REWRITE = Pattern.compile("\\(([^,()]+),([^,()]+)\\)");

  private FilterScope() {}

  /**
   * Returns whether the filter may exclude a change of the given tables.
   *
   * @param all the filters of the server
   * @param tables the tables that the task replicates
   */
  static boolean touches(
      ReplicationFilter filter, List<ReplicationFilter> all, TableFilter tables) {
    return switch (filter.kind()) {
      case DO_DB, IGNORE_DB -> true;
      case DO_TABLE, WILD_DO_TABLE -> leavesOut(filter.channel(), all, tables);
      case IGNORE_TABLE, WILD_IGNORE_TABLE ->
          filter.names().stream().anyMatch(name -> touches(pattern(filter.kind(), name), tables));
      case REWRITE_DB -> rewrites(filter.value(), tables);
      // What it excludes does not count as executed, so E does not contain it.
      case IGNORE_SERVER_IDS -> false;
    };
  }

  private static boolean touches(List<TablePattern> patterns, TableFilter tables) {
    return patterns.isEmpty() || patterns.stream().anyMatch(tables::mayReplicate);
  }

  /** Returns whether some of the tables are in none of the channel's lists, and so excluded. */
  private static boolean leavesOut(
      String channel, List<ReplicationFilter> all, TableFilter tables) {
    List<TablePattern> listed =
        all.stream()
            .filter(filter -> filter.channel().equals(channel))
            .filter(filter -> ONLY_TABLES.contains(filter.kind()))
            .flatMap(
                filter ->
                    filter.names().stream().flatMap(name -> pattern(filter.kind(), name).stream()))
            .toList();
    return !tables.isWithin(listed);
  }

  /** Returns the pattern for a name of a filter; none if the name is not understood. */
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

  private static boolean rewrites(String value, TableFilter tables) {
    List<TablePattern> renamed = new ArrayList<>();
    Matcher pair = REWRITE.matcher(value);
    while (pair.find()) {
      renamed.add(TablePattern.allOf(pair.group(1).strip()));
      renamed.add(TablePattern.allOf(pair.group(2).strip()));
    }
    return touches(renamed, tables);
  }
}
