package dmswitch.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** SHOW MASTER STATUS, read once; nothing without a binlog or the right REPLICATION CLIENT. */
final class BinlogStatus {
  private final Optional<Map<String, String>> row;

  BinlogStatus(Session session) {
    // SHOW BINARY LOG STATUS from 8.2 on, the only name from 8.4 on.
    row =
        session
            .rowsUnless("SHOW MASTER STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT)
            .or(
                () ->
                    session.rowsUnless(
                        "SHOW BINARY LOG STATUS", Session.SYNTAX_ERROR, Session.NO_RIGHT))
            .flatMap(rows -> rows.stream().findFirst());
  }

  Optional<BinlogEnd> current() {
    return row.map(
        status -> new BinlogEnd(status.get("File"), Long.parseLong(status.get("Position"))));
  }

  /** Such as {@code binlog_ignore_db=a,b}. */
  List<String> filters() {
    List<String> filters = new ArrayList<>();
    for (String name : List.of("Binlog_Do_DB", "Binlog_Ignore_DB")) {
      row.map(status -> status.get(name))
          .filter(databases -> !databases.isEmpty())
          .ifPresent(databases -> filters.add(name.toLowerCase(Locale.ROOT) + "=" + databases));
    }
    return filters;
  }
}
