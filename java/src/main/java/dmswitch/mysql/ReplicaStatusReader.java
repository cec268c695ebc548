package dmswitch.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads SHOW SLAVE STATUS, or SHOW REPLICA STATUS where only that is left (8.4). */
final class ReplicaStatusReader {
  // Numbers: MySQL Error Message Reference.
  static final int NO_SUCH_TABLE = 1146;
  static final int NO_RIGHT_ON_TABLE = 1142;

  private final Session session;

  ReplicaStatusReader(Session session) {
    this.session = session;
  }

  List<ReplicaChannel> read() {
    List<ReplicaChannel> channels = new ArrayList<>();
    session
        .rowsUnless("SHOW SLAVE STATUS", Session.SYNTAX_ERROR)
        .orElseGet(() -> session.rows("SHOW REPLICA STATUS"))
        .forEach(row -> channels.add(channel(row)));
    new GroupMemberReader(session).read().ifPresent(channels::add);
    return channels;
  }

  /**
   * Reads the replication filters of every channel, and those that hold for a channel to come. None
   * without the right REPLICATION CLIENT.
   */
  FilterView filters() {
    List<ReplicationFilter> filters = new ArrayList<>();
    List<Map<String, String>> channels = filterRows();
    for (Map<String, String> row : channels) {
      for (ReplicationFilter.Kind kind : ReplicationFilter.Kind.values()) {
        first(row, kind.column())
            .map(value -> new ReplicationFilter(first(row, "Channel_Name").orElse(""), kind, value))
            .ifPresent(filters::add);
      }
    }
    Optional<List<Map<String, String>>> global = globalFilterRows();
    for (Map<String, String> row : global.orElse(List.of())) {
      for (ReplicationFilter.Kind kind : ReplicationFilter.Kind.values()) {
        ReplicationFilter filter =
            new ReplicationFilter("", kind, first(row, "filter_rule").orElse(""));
        if (kind.column().equalsIgnoreCase(row.get("filter_name"))
            && !filter.value().isEmpty()
            && filters.stream().noneMatch(known -> known.isLike(filter))) {
          filters.add(filter);
        }
      }
    }
    return new FilterView(
        filters, global.isPresent() && showsTables() ? Set.of() : unseenIn(channels));
  }

  private List<Map<String, String>> filterRows() {
    return session
        .rowsUnless("SHOW SLAVE STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT)
        .or(() -> session.rowsUnless("SHOW REPLICA STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT))
        .orElse(List.of());
  }

  /** Returns those of a server that replicates from nobody now; empty before 8.0. */
  private Optional<List<Map<String, String>>> globalFilterRows() {
    return session.rowsUnless(
        "SELECT filter_name, filter_rule FROM"
            + " performance_schema.replication_applier_global_filters",
        NO_SUCH_TABLE,
        NO_RIGHT_ON_TABLE);
  }

  /** Otherwise every table of it is empty. */
  private boolean showsTables() {
    return session
        .rows("SELECT @@GLOBAL.performance_schema AS performance_schema")
        .get(0)
        .get("performance_schema")
        .equals("1");
  }

  private static Set<ReplicationFilter.Kind> unseenIn(List<Map<String, String>> channels) {
    return FilterView.EVERY_KIND.stream()
        .filter(kind -> channels.stream().noneMatch(row -> row.containsKey(kind.column())))
        .collect(Collectors.toSet());
  }

  private static ReplicaChannel channel(Map<String, String> row) {
    return new ReplicaChannel(
        first(row, "Channel_Name").orElse(""),
        first(row, "Master_Host", "Source_Host").orElse("")
            + ":"
            + first(row, "Master_Port", "Source_Port").orElse(""),
        first(row, "Slave_IO_Running", "Replica_IO_Running").orElse(""),
        first(row, "Slave_SQL_Running", "Replica_SQL_Running").orElse(""),
        first(row, "Last_SQL_Error")
            .or(() -> first(row, "Last_IO_Error"))
            .map(ReplicaStatusReader::withoutStatement),
        first(row, "Seconds_Behind_Master", "Seconds_Behind_Source").map(Long::valueOf),
        first(row, "Slave_SQL_Running_State", "Replica_SQL_Running_State").orElse(""),
        first(row, "SQL_Delay").map(Long::parseLong).orElse(0L),
        first(row, "Skip_Counter").map(Long::parseLong).orElse(0L));
  }

  private static Optional<String> first(Map<String, String> row, String... names) {
    return Stream.of(names).map(row::get).filter(v -> v != null && !v.isEmpty()).findFirst();
  }

  /** {@code Error '...' on query. Default database: 'd'. Query: '...'} without the last part. */
  private static String withoutStatement(String error) {
    int query = error.indexOf(" Query: '");
    return query < 0 ? error : error.substring(0, query);
  }
}
