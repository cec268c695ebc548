package dmswitch.mysql;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads SHOW SLAVE STATUS, or SHOW REPLICA STATUS where only that is left (8.4). */
final class ReplicaStatusReader {
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
