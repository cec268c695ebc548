package dmswitch.mysql;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads SHOW SLAVE HOSTS, or SHOW REPLICAS where only that is left (8.4). */
final class BinlogReaders {
  private final Session session;

  BinlogReaders(Session session) {
    this.session = session;
  }

  /** Empty without the right REPLICATION SLAVE. */
  Optional<List<BinlogReader>> read() {
    return session
        .rowsUnless("SHOW SLAVE HOSTS", Session.SYNTAX_ERROR, Session.NO_RIGHT)
        .or(() -> session.rowsUnless("SHOW REPLICAS", Session.SYNTAX_ERROR, Session.NO_RIGHT))
        .map(rows -> rows.stream().map(BinlogReaders::reader).toList());
  }

  private static BinlogReader reader(Map<String, String> row) {
    return new BinlogReader(
        Long.parseLong(row.get("Server_Id")), Optional.ofNullable(row.get("Host")).orElse(""));
  }
}
