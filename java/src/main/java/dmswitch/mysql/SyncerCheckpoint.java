package dmswitch.mysql;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The checkpoint that a task of DM 1.0 keeps in its target: one row for each source and table, and
 * one for the source as a whole ({@code syncer/checkpoint.go} of DM).
 */
final class SyncerCheckpoint {
  private static final int UNKNOWN_DATABASE = 1049;
  private static final int NO_SUCH_TABLE = 1146;

  private final Session session;

  SyncerCheckpoint(Session session) {
    this.session = session;
  }

  Optional<String> read(String metaSchema, String task, String sourceId) {
    // The id is compared here: what ends a text in SQL differs with sql_mode.
    String sql =
        "SELECT id, binlog_name, binlog_pos FROM "
            + quoted(metaSchema)
            + "."
            + quoted(task + "_syncer_checkpoint")
            + " WHERE is_global = 1";
    return session.rowsUnless(sql, UNKNOWN_DATABASE, NO_SUCH_TABLE).orElse(List.of()).stream()
        .filter(row -> sourceId.equals(row.get("id")))
        .findFirst()
        .map(SyncerCheckpoint::printed);
  }

  private static String printed(Map<String, String> row) {
    return "("
        + Objects.toString(row.get("binlog_name"), "")
        + ", "
        + Objects.toString(row.get("binlog_pos"), "0")
        + ")";
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
