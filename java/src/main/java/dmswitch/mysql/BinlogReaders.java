package dmswitch.mysql;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads SHOW SLAVE HOSTS, or SHOW REPLICAS where only that is left (8.4). */
final class BinlogReaders {
  private static final String SERVER_ID = "Server_Id";
  private static final String HOST = "Host";

  private final Session session;

  BinlogReaders(Session session) {
    this.session = session;
  }

  /** Empty without the right REPLICATION SLAVE. */
  Optional<List<BinlogReader>> read() {
    return session
        .rowsUnless(
            "SHOW SLAVE HOSTS", BinlogReaders::isRead, Session.SYNTAX_ERROR, Session.NO_RIGHT)
        .or(
            () ->
                session.rowsUnless(
                    "SHOW REPLICAS", BinlogReaders::isRead, Session.SYNTAX_ERROR, Session.NO_RIGHT))
        .map(rows -> rows.stream().map(BinlogReaders::reader).toList());
  }

  /** MySQL 5.7 leaves out the last column, the uuid, of a reader that gives none, as DM does. */
  private static boolean isRead(String column) {
    return column.equalsIgnoreCase(SERVER_ID) || column.equalsIgnoreCase(HOST);
  }

  private static BinlogReader reader(Map<String, String> row) {
    return new BinlogReader(
        Long.parseLong(row.get(SERVER_ID)), Optional.ofNullable(row.get(HOST)).orElse(""));
  }
}
