package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.gtid.GtidSet;
import dmswitch.sandbox.dm.binlog.BinlogStream;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlFailure;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import dmswitch.secret.Secret;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a replica of each version tells what its replication throws away, and who reads a server. */
class ReplicaSettingsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final TlsSettings PREFERRED = new TlsSettings(SslMode.PREFERRED, Optional.empty());
  private static final String PASSWORD = "dm-Pa55";

  @TempDir Path folder;

  private static Endpoint at(MySqlInstance server, String user) {
    return new Endpoint(server.host(), server.port(), user, Secret.of(PASSWORD));
  }

  private static MySqlServer dm(MySqlInstance server) {
    return MySqlServer.connect(at(server, "dm"), PREFERRED, LIMIT);
  }

  private MySqlInstance replica(MySqlVersion version) {
    return MySqlInstance.start(
        folder.resolve("replica"),
        MySqlOptions.serverId(82)
            .version(version)
            .set("performance_schema", "ON")
            .set("replicate_wild_ignore_table", "app.audit%")
            .set("replicate_rewrite_db", "x->y")
            .set("slave_skip_errors", "1032"));
  }

  @ParameterizedTest
  @EnumSource
  void aReplicaThatThrowsRowsAway(MySqlVersion version) {
    try (MySqlInstance source =
            MySqlInstance.start(
                folder.resolve("source"), MySqlOptions.serverId(81).version(version));
        MySqlInstance replica = replica(version)) {
      DmUsers.upstream(source, "dm", PASSWORD);
      source
          .sql()
          .execute("CREATE DATABASE app", "CREATE TABLE app.audit_log (id INT PRIMARY KEY)");
      replica.replication().from(source);
      source.sql().execute("INSERT INTO app.audit_log VALUES (1)");
      replica.replication().awaitAllOf(source, LIMIT);
      try (MySqlServer dm = dm(replica)) {
        assertEquals(List.of(), dm.tableDefinitions(any -> true), "executed, and thrown away");
        replica.sql().execute("SET GLOBAL super_read_only = OFF");
        replica
            .sql()
            .execute(
                "SET SESSION sql_log_bin = 0", "CREATE TABLE app.black (a INT) ENGINE=BLACKHOLE");
        assertTrue(
            dm.tableDefinitions(any -> true)
                .get(0)
                .createStatement()
                .contains("\n) ENGINE=BLACKHOLE"),
            "as the check reads it");
        assertEquals(
            Set.of(
                new ReplicationFilter("", ReplicationFilter.Kind.WILD_IGNORE_TABLE, "app.audit%"),
                new ReplicationFilter("", ReplicationFilter.Kind.REWRITE_DB, "(x,y)")),
            Set.copyOf(dm.replicationFilters().shown()));
        assertEquals(
            2, dm.replicationFilters().shown().size(), dm.replicationFilters().shown().toString());
        assertEquals(
            Map.of(
                "slave_skip_errors",
                "1032",
                "slave_exec_mode",
                "STRICT",
                "sql_slave_skip_counter",
                "0"),
            dm.variables(Set.of("slave_skip_errors", "slave_exec_mode", "sql_slave_skip_counter")));

        replica
            .sql()
            .execute(
                "STOP SLAVE",
                "CHANGE MASTER TO MASTER_DELAY = 3600, IGNORE_SERVER_IDS = (7, 8)",
                "START SLAVE");
        ReplicaChannel channel = dm.replicaStatus().get(0);
        assertEquals(3600, channel.delay());
        assertTrue(channel.isOn());
        assertTrue(
            dm.replicationFilters()
                .shown()
                .contains(
                    new ReplicationFilter("", ReplicationFilter.Kind.IGNORE_SERVER_IDS, "7, 8")));

        replica.replication().stop();
        assertEquals(
            List.of(false), dm.replicaStatus().stream().map(ReplicaChannel::isOn).toList());
        replica.replication().promote();
        assertEquals(List.of(), dm.replicaStatus());
        // MySQL 5.7 tells of filters only beside a channel.
        boolean tells = version == MySqlVersion.V8_0;
        assertEquals(tells ? 2 : 0, dm.replicationFilters().shown().size());
        assertEquals(tells ? Set.of() : FilterView.EVERY_KIND, dm.replicationFilters().unseen());
        // As the check says.
        replica.sql().execute("CHANGE MASTER TO MASTER_HOST = 'nobody.invalid'");
        assertEquals(2, dm.replicationFilters().shown().size());
        assertEquals(Set.of(), dm.replicationFilters().unseen());
        assertEquals(
            List.of(false), dm.replicaStatus().stream().map(ReplicaChannel::isOn).toList());
      }
    }
  }

  /** Without performance_schema 8.0 shows no more than 5.7. */
  @ParameterizedTest
  @EnumSource
  void aPromotedServerThatShowsNoFilter(MySqlVersion version) {
    try (MySqlInstance source =
            MySqlInstance.start(
                folder.resolve("source"), MySqlOptions.serverId(81).version(version));
        MySqlInstance replica =
            MySqlInstance.start(
                folder.resolve("replica"),
                MySqlOptions.serverId(82)
                    .version(version)
                    .set("replicate_wild_ignore_table", "app.audit%"))) {
      source
          .sql()
          .execute(
              "CREATE DATABASE app",
              "CREATE TABLE app.audit_log (id INT PRIMARY KEY)",
              "CREATE TABLE app.t (id INT PRIMARY KEY)");
      DmUsers.upstream(source, "dm", PASSWORD);
      replica.replication().from(source);
      replica.replication().awaitAllOf(source, LIMIT);
      try (MySqlServer dm = dm(replica)) {
        GtidSet before = dm.gtidExecuted();
        source.sql().execute("INSERT INTO app.audit_log VALUES (1)");
        replica.replication().awaitAllOf(source, LIMIT);
        GtidSet leftOut = dm.gtidExecuted().subtract(before);
        // Its transactions are in several files.
        replica.sql().execute("FLUSH BINARY LOGS");
        source.sql().execute("INSERT INTO app.t VALUES (1)", "CREATE TABLE app.u (id INT)");
        replica.replication().awaitAllOf(source, LIMIT);
        replica.replication().stop();
        replica.replication().promote();
        replica.sql().execute("FLUSH BINARY LOGS", "CREATE DATABASE own");

        assertEquals(List.of(), dm.replicationFilters().shown());
        assertEquals(FilterView.EVERY_KIND, dm.replicationFilters().unseen());
        GtidSet all = dm.gtidExecuted();
        GtidSet beyond = all.subtract(before);
        TransactionScan scan = dm.scanTransactions(beyond);
        assertEquals(beyond, scan.seen());
        assertEquals(leftOut, scan.empty());
        // The DDL of a table that is left out is empty as well.
        TransactionScan whole = dm.scanTransactions(all);
        assertEquals(all, whole.seen());
        assertEquals(BigInteger.TWO, whole.empty().count());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoReadsAndWhoIsReached(MySqlVersion version) throws SqlFailure {
    try (MySqlInstance source =
            MySqlInstance.start(
                folder.resolve("source"), MySqlOptions.serverId(81).version(version));
        MySqlInstance replica = replica(version)) {
      DmUsers.upstream(source, "dm", PASSWORD);
      DmUsers.make(source, "few", PASSWORD, "SELECT, REPLICATION CLIENT");
      replica.replication().from(source);
      replica.replication().awaitAllOf(source, LIMIT);
      try (MySqlServer first = dm(source);
          MySqlServer second = dm(source);
          MySqlServer few = MySqlServer.connect(at(source, "few"), PREFERRED, LIMIT)) {
        assertEquals(
            List.of(82L),
            first.binlogReaders().orElseThrow().stream().map(BinlogReader::serverId).toList());
        try (BinlogStream worker =
            BinlogStream.open(
                new Login(source.host(), source.port(), "dm", PASSWORD), 83, Gtids.parse(""))) {
          // It gives no uuid, of which 5.7 makes a row that lacks its last column.
          assertTrue(worker.connectionId() > 0);
          assertEquals(
              Set.of(82L, 83L),
              first.binlogReaders().orElseThrow().stream()
                  .map(BinlogReader::serverId)
                  .collect(Collectors.toSet()));
        }
        assertEquals(Optional.empty(), few.binlogReaders());
        assertEquals(source.uuid(), first.sighting().uuid());
        assertEquals(first.facts().version(), first.sighting().version());
        assertTrue(first.sighting().connectionId() < second.sighting().connectionId());
      }
    }
  }

  /** It is run for users without SUPER, and the connection of one for whom it fails is ended. */
  @ParameterizedTest
  @EnumSource
  void anInitConnectThatFails(MySqlVersion version) {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("source"), MySqlOptions.serverId(81).version(version))) {
      DmUsers.upstream(server, "dm", PASSWORD);
      server.sql().execute("SET GLOBAL init_connect = 'INSERT INTO audit.logins VALUES (1)'");
      Attempt.Failed failed =
          assertInstanceOf(
              Attempt.Failed.class, MySqlServer.attempt(at(server, "dm"), PREFERRED, LIMIT));
      assertEquals(Attempt.Reason.LOGIN_REFUSED, failed.reason());
      assertTrue(failed.problem().found().contains("init_connect"), failed.problem().found());
      assertTrue(
          failed.problem().next().contains("SET GLOBAL init_connect"), failed.problem().next());
    }
  }
}
