package dmswitch.mysql;

import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks with SHOW BINLOG EVENTS for transactions without content; keeps no text of a statement. */
final class TransactionScanner {
  /** The current file is locked while they are read. */
  private static final int EVENTS_AT_ONCE = 1000;

  private static final int MOST_EVENTS = 100_000;

  private static final Pattern GTID = Pattern.compile("GTID_NEXT= '([^']+)'");
  private static final Pattern BORDER = Pattern.compile("(use `.*`; )?(BEGIN|COMMIT)");

  /** Around transactions, or beside their rows. */
  private static final Set<String> NO_CONTENT =
      Set.of("Xid", "Rotate", "Stop", "Format_desc", "Previous_gtids", "Rows_query");

  private final Session session;
  private final GtidSet among;
  private final List<String> seen = new ArrayList<>();
  private final List<String> empty = new ArrayList<>();
  private String current = "";
  private boolean begun;
  private int events;

  TransactionScanner(Session session, GtidSet among) {
    this.session = session;
    this.among = among;
  }

  /**
   * Reads from the newest file that begins before all of them, up to a bounded number of events.
   */
  TransactionScan scan() {
    List<String> files =
        session.rows("SHOW BINARY LOGS").stream().map(row -> row.get("Log_name")).toList();
    int first = files.size() - 1;
    while (first > 0 && !set(previousGtids(files.get(first))).intersect(among).isEmpty()) {
      first--;
    }
    for (int i = Math.max(first, 0); i < files.size() && !isDone(); i++) {
      readFile(files.get(i));
    }
    return new TransactionScan(set(String.join(",", empty)), set(String.join(",", seen)));
  }

  private boolean isDone() {
    return events >= MOST_EVENTS || set(String.join(",", seen)).contains(among);
  }

  private String previousGtids(String file) {
    return events(file, 4, 2).stream()
        .filter(row -> row.get("Event_type").equals("Previous_gtids"))
        .map(row -> row.get("Info"))
        .findFirst()
        .orElse("");
  }

  private void readFile(String file) {
    long position = 4;
    while (!isDone()) {
      List<Map<String, String>> rows = events(file, position, EVENTS_AT_ONCE);
      rows.forEach(row -> read(row.get("Event_type"), row.get("Info")));
      events += rows.size();
      if (rows.size() < EVENTS_AT_ONCE) {
        return;
      }
      position = Long.parseLong(rows.get(rows.size() - 1).get("End_log_pos"));
    }
  }

  private List<Map<String, String>> events(String file, long position, int limit) {
    return session.rows(
        "SHOW BINLOG EVENTS IN '"
            + file.replace("\\", "\\\\").replace("'", "''")
            + "' FROM "
            + position
            + " LIMIT "
            + limit);
  }

  private void read(String type, String info) {
    Matcher gtid = GTID.matcher(info);
    if (type.equals("Gtid") && gtid.find()) {
      current = gtid.group(1);
      begun = false;
      return;
    }
    if (current.isEmpty()) {
      return;
    }
    boolean border = type.equals("Query") && BORDER.matcher(info).matches();
    if (border && info.endsWith("BEGIN")) {
      begun = true;
    } else if (border || type.equals("Xid")) {
      end(begun);
    } else if (!NO_CONTENT.contains(type)) {
      end(false);
    }
  }

  private void end(boolean withoutContent) {
    if (!set(current).intersect(among).isEmpty()) {
      seen.add(current);
      if (withoutContent) {
        empty.add(current);
      }
    }
    current = "";
  }

  private static GtidSet set(String text) {
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw new IllegalStateException("a binlog has the GTIDs " + text, e);
    }
  }
}
