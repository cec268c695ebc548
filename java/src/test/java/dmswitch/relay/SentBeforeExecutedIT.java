package dmswitch.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.gtid.GtidSet;
import dmswitch.sandbox.dm.binlog.BinlogStream;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.binlog.RawEvent;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why only the relay file proves a clean fence: MySQL sends a transaction, its end included, before
 * it adds it to gtid_executed. (Under semi-sync it waits for the acknowledgement in between.)
 */
class SentBeforeExecutedIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void aTransactionIsSentBeforeGtidExecutedHasIt() throws Exception {
    MySqlOptions options =
        MySqlOptions.serverId(1)
            // Sent after the flush, not after the sync, for which every second commit waits a
            // second.
            .set("sync_binlog", "2")
            .set("binlog_group_commit_sync_delay", "1000000");
    try (MySqlInstance server = MySqlInstance.start(directory.resolve("mysql"), options)) {
      server.sql().execute("CREATE DATABASE app", "CREATE TABLE app.t (id INT PRIMARY KEY)");
      GtidSet before = executed(server);
      Login login =
          new Login(server.host(), server.port(), MySqlInstance.ROOT, MySqlInstance.ROOT_PASSWORD);
      Thread writer =
          new Thread(
              () ->
                  server
                      .sql()
                      .execute("INSERT INTO app.t VALUES (1)", "INSERT INTO app.t VALUES (2)"));
      try (BinlogStream stream = BinlogStream.open(login, 99, Gtids.parse(before.toString()))) {
        writer.start();
        int ahead = 0;
        for (int transaction = 0; transaction < 2; transaction++) {
          GtidSet sent = awaitTransaction(stream);
          ahead += executed(server).contains(sent) ? 0 : 1;
        }
        assertTrue(ahead > 0, "each was in gtid_executed when its end had come");
      } finally {
        writer.join(LIMIT.toMillis());
      }
      Await.until(
          "both in gtid_executed",
          LIMIT,
          () -> executed(server).subtract(before).count().intValue() == 2,
          () -> executed(server).toString());
      assertEquals("2", server.sql().value("SELECT COUNT(*) FROM app.t"));
    }
  }

  private static GtidSet executed(MySqlInstance server) {
    return GtidSet.parse(server.sql().value("SELECT @@GLOBAL.gtid_executed"));
  }

  /** Reads on to the end of the next transaction. */
  private static GtidSet awaitTransaction(BinlogStream stream) throws Exception {
    String gtid = "";
    while (true) {
      RawEvent event = stream.next();
      if (event.type() == RawEvent.GTID) {
        gtid = event.gtidUuid() + ":" + event.gtidNumber();
      } else if (event.type() == RawEvent.XID) {
        return GtidSet.parse(gtid);
      }
    }
  }
}
