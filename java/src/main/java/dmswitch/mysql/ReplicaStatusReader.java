package dmswitch.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads SHOW SLAVE STATUS, or SHOW REPLICA STATUS where only that is left (8.4). */
final class ReplicaStatusReader {
  private static final List<String> FILTERS =
      List.of(
          "Replicate_Do_DB",
          "Replicate_Ignore_DB",
          "Replicate_Do_Table",
          "Replicate_Ignore_Table",
          "Replicate_Wild_Do_Table",
          "Replicate_Wild_Ignore_Table",
          "Replicate_Rewrite_DB");

  private final Session session;

  ReplicaStatusReader(Session session) {
    this.session = session;
  }

  List<ReplicaChannel> read() {
    return session
        .rowsUnless("SHOW SLAVE STATUS", Session.SYNTAX_ERROR)
        .orElseGet(() -> session.rows("SHOW REPLICA STATUS"))
        .stream()
        .map(ReplicaStatusReader::channel)
        .toList();
  }

  /**
   * Replication filters, such as {@code replicate_ignore_db=a,b}: what they leave out comes into
   * the server's gtid_executed, but its rows into neither its tables nor its binlog. None without
   * the right REPLICATION CLIENT.
   */
  List<String> filters() {
    List<String> filters = new ArrayList<>();
    for (Map<String, String> row :
        session
            .rowsUnless("SHOW SLAVE STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT)
            .or(
                () ->
                    session.rowsUnless(
                        "SHOW REPLICA STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT))
            .orElse(List.of())) {
      for (String name : FILTERS) {
        first(row, name)
            .map(value -> name.toLowerCase(Locale.ROOT) + "=" + value)
            .filter(filter -> !filters.contains(filter))
            .ifPresent(filters::add);
      }
    }
    return filters;
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
        first(row, "Seconds_Behind_Master", "Seconds_Behind_Source").map(Long::valueOf));
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
