package dmswitch.sandbox.mysql;

import dmswitch.sandbox.process.Await;
import java.time.Duration;

/** GTID replication of one server. */
public final class Replication {
  private static final String USER = "replica";
  private static final String PASSWORD = "replica";

  private final MySqlInstance server;

  Replication(MySqlInstance server) {
    this.server = server;
  }

  /**
   * Makes it a read-only replica of {@code source} with auto position. The user for that is made on
   * the source, which costs one GTID there the first time.
   */
  public void from(MySqlInstance source) {
    if (source
        .sql()
        .value("SELECT COUNT(*) FROM mysql.user WHERE user = '" + USER + "'")
        .equals("0")) {
      source
          .sql()
          .execute(
              "CREATE USER '"
                  + USER
                  + "'@'%' IDENTIFIED WITH mysql_native_password BY '"
                  + PASSWORD
                  + "'",
              "GRANT REPLICATION SLAVE ON *.* TO '" + USER + "'@'%'");
    }
    server
        .sql()
        .execute(
            "STOP SLAVE",
            "CHANGE MASTER TO MASTER_HOST='"
                + source.host()
                + "', MASTER_PORT="
                + source.port()
                + ", MASTER_USER='"
                + USER
                + "', MASTER_PASSWORD='"
                + PASSWORD
                + "', MASTER_AUTO_POSITION=1, MASTER_CONNECT_RETRY=1",
            "SET GLOBAL read_only=ON, GLOBAL super_read_only=ON",
            "START SLAVE");
  }

  /** Stops applying what the source sends. */
  public void stop() {
    server.sql().execute("STOP SLAVE");
  }

  /** Goes on after {@link #stop}. */
  public void start() {
    server.sql().execute("START SLAVE");
  }

  /** Makes it a primary: stops replication, forgets its source, allows writing. */
  public void promote() {
    server
        .sql()
        .execute(
            "STOP SLAVE",
            "RESET SLAVE ALL",
            "SET GLOBAL super_read_only=OFF, GLOBAL read_only=OFF");
  }

  /** {@code gtid_executed}, without newlines. */
  public String executed() {
    return server.sql().value("SELECT @@GLOBAL.gtid_executed").replace("\n", "");
  }

  /** {@code gtid_purged}, without newlines. */
  public String purged() {
    return server.sql().value("SELECT @@GLOBAL.gtid_purged").replace("\n", "");
  }

  /** Makes the server forget the binlog before its current file. */
  public void purgeBinaryLogs() {
    server.sql().execute("FLUSH BINARY LOGS");
    String current = server.sql().column("SHOW MASTER STATUS", "File");
    server.sql().execute("PURGE BINARY LOGS TO '" + current + "'");
  }

  /** Whether it has executed all of {@code gtidSet}. */
  public boolean has(String gtidSet) {
    return server
        .sql()
        .value("SELECT GTID_SUBSET('" + gtidSet + "', @@GLOBAL.gtid_executed)")
        .equals("1");
  }

  /** Waits until it has executed all of {@code gtidSet}. */
  public void awaitSet(String gtidSet, Duration limit) {
    Await.until(
        gtidSet + " on " + server.host() + ":" + server.port(),
        limit,
        () -> has(gtidSet),
        () ->
            "gtid_executed "
                + executed()
                + ", last error: "
                + server.sql().column("SHOW SLAVE STATUS", "Last_Error"));
  }

  /** Waits until it has all that {@code source} has executed by now. */
  public void awaitAllOf(MySqlInstance source, Duration limit) {
    awaitSet(source.replication().executed(), limit);
  }
}
