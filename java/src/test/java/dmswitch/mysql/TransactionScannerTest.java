package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.gtid.GtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SHOW BINLOG EVENTS shows of transactions, in the rows of MySQL 5.6 to 8.0. */
class TransactionScannerTest {
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private final List<Map<String, String>> events = new ArrayList<>();

  private TransactionScannerTest event(String type, String info) {
    events.add(
        Map.of(
            "Event_type", type, "Info", info, "End_log_pos", String.valueOf(events.size() + 100)));
    return this;
  }

  private TransactionScannerTest gtid(long number) {
    return event("Gtid", "SET @@SESSION.GTID_NEXT= '" + UUID + ":" + number + "'");
  }

  private TransactionScannerTest rows(long number) {
    return gtid(number)
        .event("Query", "BEGIN")
        .event("Table_map", "table_id: 108 (app.t)")
        .event("Write_rows", "table_id: 108 flags: STMT_END_F")
        .event("Xid", "COMMIT /* xid=32 */");
  }

  private TransactionScannerTest nothing(long number) {
    return gtid(number).event("Query", "BEGIN").event("Query", "COMMIT");
  }

  private static void answer(
      FakeSession session, String file, long from, int limit, List<Map<String, String>> rows) {
    session.rows("SHOW BINLOG EVENTS IN '" + file + "' FROM " + from + " LIMIT " + limit, rows);
  }

  private static GtidSet set(String numbers) {
    return FakeServer.set(numbers.isEmpty() ? "" : UUID + ":" + numbers);
  }

  private TransactionScan scan(String among) {
    FakeSession session =
        new FakeSession().rows("SHOW BINARY LOGS", Map.of("Log_name", "mysql-bin.000001"));
    for (int from = 0; from < events.size() || from == 0; from += 1000) {
      long position = from == 0 ? 4 : from + 99;
      answer(
          session,
          "mysql-bin.000001",
          position,
          1000,
          events.subList(from, Math.min(from + 1000, events.size())));
    }
    return session.server().scanTransactions(set(among));
  }

  @Test
  void onlyOneWithoutAnythingInItIsEmpty() {
    rows(1).nothing(2).rows(3).gtid(4).event("Query", "CREATE TABLE app.t (a INT) /* xid=3 */");
    gtid(5).event("Query", "use `app`; BEGIN").event("Query", "use `app`; COMMIT");
    gtid(6).event("Query", "XA START X'61',X'',1").event("Query", "XA END X'61',X'',1");
    gtid(7).event("Query", "BEGIN").event("Xid", "COMMIT /* xid=9 */");
    gtid(8).event("Query", "BEGIN").event("Query", "INSERT INTO t VALUES (1)").event("Xid", "");
    TransactionScan scan = scan("1-8");
    assertEquals(set("1-8"), scan.seen());
    assertEquals(set("2:5:7"), scan.empty());
  }

  @Test
  void onlyTheseTransactions() {
    nothing(1).nothing(2).rows(3);
    TransactionScan scan = scan("2-3");
    assertEquals(set("2-3"), scan.seen());
    assertEquals(set("2"), scan.empty());
  }

  /** Without GTIDs, or beside transactions. */
  @Test
  void whatElseLiesThere() {
    event("Format_desc", "Server ver: 5.7.22-log").event("Previous_gtids", "");
    event("Anonymous_Gtid", "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'");
    event("Query", "BEGIN").event("Query", "COMMIT");
    rows(1).event("Rotate", "mysql-bin.000002;pos=4");
    TransactionScan scan = scan("1");
    assertEquals(set("1"), scan.seen());
    assertEquals(set(""), scan.empty());
  }

  @ParameterizedTest
  @CsvSource({"200, 200", "400, 400"})
  void readInPieces(long transactions, long emptyOne) {
    for (long i = 1; i < transactions; i++) {
      rows(i);
    }
    nothing(emptyOne);
    TransactionScan scan = scan("1-" + transactions);
    assertEquals(set("1-" + transactions), scan.seen());
    assertEquals(set(String.valueOf(emptyOne)), scan.empty());
  }

  /** It begins with the newest file that has none of them before it. */
  @Test
  void onlyTheFilesThatCanHoldThem() {
    FakeSession session =
        new FakeSession()
            .rows(
                "SHOW BINARY LOGS",
                Map.of("Log_name", "b.1"),
                Map.of("Log_name", "b.2"),
                Map.of("Log_name", "b.3"));
    for (List<String> file :
        List.of(List.of("b.3", UUID + ":1-7"), List.of("b.2", UUID + ":1-4"))) {
      answer(
          session,
          file.get(0),
          4,
          2,
          List.of(
              Map.of("Event_type", "Format_desc", "Info", ""),
              Map.of("Event_type", "Previous_gtids", "Info", file.get(1))));
    }
    nothing(5).rows(6);
    answer(session, "b.2", 4, 1000, events);
    events.clear();
    rows(8);
    answer(session, "b.3", 4, 1000, events);
    TransactionScan scan = session.server().scanTransactions(set("5-8"));
    assertEquals(set("5-6:8"), scan.seen());
    assertEquals(set("5"), scan.empty());
  }
}
