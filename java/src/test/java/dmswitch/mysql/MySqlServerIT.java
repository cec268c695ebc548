package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Attempt.Reason;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Sql;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On a MySQL 5.7.22 without TLS, or on a server of an image; {@code embedded} are those that need
 * the first, or stop it.
 */
class MySqlServerIT {
  private static final String EMBEDDED = "embedded";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final TlsSettings PREFERRED = new TlsSettings(SslMode.PREFERRED, Optional.empty());
  private static final String PASSWORD = "dm-Pa55";

  @TempDir static Path folder;
  private static MySqlInstance instance;

  @BeforeAll
  static void start() {
    instance =
        MySqlInstance.start(
            folder.resolve("a"),
            MySqlOptions.serverId(71).logBin("up-bin").set("max_binlog_size", "52428800"));
    DmUsers.upstream(instance, "dm", PASSWORD);
  }

  @AfterAll
  static void stop() {
    instance.close();
  }

  private static Endpoint as(String user, String password) {
    return new Endpoint(instance.host(), instance.port(), user, Secret.of(password));
  }

  private static MySqlServer dm() {
    return MySqlServer.connect(as("dm", PASSWORD), PREFERRED, LIMIT);
  }

  private static Sql root() {
    return instance.sql();
  }

  /** The table as DM makes it. */
  @Test
  void syncerCheckpoint() {
    root()
        .execute(
            "CREATE DATABASE `meta``s`",
            "CREATE TABLE `meta``s`.`app-1_syncer_checkpoint` (id VARCHAR(32) NOT NULL,"
                + " cp_schema VARCHAR(128) NOT NULL, cp_table VARCHAR(128) NOT NULL,"
                + " binlog_name VARCHAR(128), binlog_pos INT UNSIGNED, is_global BOOLEAN,"
                + " UNIQUE KEY uk_id_schema_table (id, cp_schema, cp_table))",
            "INSERT INTO `meta``s`.`app-1_syncer_checkpoint` VALUES"
                + " ('s1', 'app', 't', 'mysql-bin|000001.000007', 9, 0),"
                + " ('s1', '', '', 'mysql-bin|000001.000007', 4294967295, 1),"
                + " ('s2', '', '', 'mysql-bin.000008', 4, 1),"
                + " ('s3', 'app', 't', 'mysql-bin|000001.000007', 9, 0)",
            "GRANT SELECT ON `meta``s`.* TO 'dm'@'%'");
    try (MySqlServer server = dm()) {
      assertEquals(
          Optional.of("(mysql-bin|000001.000007, 4294967295)"),
          server.syncerCheckpoint("meta`s", "app-1", "s1"));
      assertEquals(
          Optional.of("(mysql-bin.000008, 4)"), server.syncerCheckpoint("meta`s", "app-1", "s2"));
      assertEquals(Optional.empty(), server.syncerCheckpoint("meta`s", "app-1", "s3"));
      assertEquals(Optional.empty(), server.syncerCheckpoint("meta`s", "app-2", "s1"));
      assertEquals(Optional.empty(), server.syncerCheckpoint("dm_meta", "app-1", "s1"));
    }
  }

  @Test
  void facts() {
    try (MySqlServer server = dm()) {
      ServerFacts facts = server.facts();
      assertEquals(
          new ServerFacts(
              instance.uuid(),
              71,
              root().value("SELECT @@version"),
              false,
              Optional.of("up-bin"),
              Optional.of(
                  new BinlogEnd(
                      root().column("SHOW MASTER STATUS", "File"),
                      Long.parseLong(root().column("SHOW MASTER STATUS", "Position")))),
              new BinlogSettings("ON", true, true, "ROW", "FULL", List.of())),
          facts);
    }
  }

  @Test
  @Tag(EMBEDDED)
  void withoutTlsAtTheServerPreferredWarnsAndRequiredRefuses() {
    try (MySqlServer server = dm()) {
      assertEquals(1, server.warnings().size());
      assertTrue(server.warnings().get(0).endsWith("it offers no TLS"));
    }
    try (MySqlServer server =
        MySqlServer.connect(
            as("dm", PASSWORD), new TlsSettings(SslMode.DISABLED, Optional.empty()), LIMIT)) {
      assertEquals(List.of(), server.warnings());
    }
    Problem problem =
        assertThrows(
            Problem.class,
            () ->
                MySqlServer.connect(
                    as("dm", PASSWORD),
                    new TlsSettings(SslMode.REQUIRED, Optional.empty()),
                    LIMIT));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().endsWith("offers no TLS"), problem.found());
  }

  @Test
  void gtidSetsAreTheGlobalOnes() {
    try (MySqlServer server = dm()) {
      GtidSet before = server.gtidExecuted();
      root().execute("CREATE DATABASE gtids", "DROP DATABASE gtids");
      GtidSet after = server.gtidExecuted();
      long last = before.count().longValueExact();
      assertEquals(
          GtidSet.parse(instance.uuid() + ":" + (last + 1) + "-" + (last + 2)),
          after.subtract(before));
      instance.replication().purgeBinaryLogs();
      assertEquals(after, server.gtidPurged());
    }
  }

  @Test
  void flushBeginsANewFileAndIsNoTransaction() {
    try (MySqlServer server = dm()) {
      for (String readOnly : List.of("OFF", "ON")) {
        root().execute("SET GLOBAL super_read_only = " + readOnly);
        BinlogEnd before = server.facts().current().orElseThrow();
        GtidSet executed = server.gtidExecuted();
        BinlogEnd after = server.flushBinaryLogs();
        assertEquals(number(before) + 1, number(after));
        assertEquals(executed, server.gtidExecuted());
        assertTrue(after.position() < 1000);
      }
    } finally {
      root().execute("SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF");
    }
  }

  private static int number(BinlogEnd position) {
    return Integer.parseInt(position.file().substring("up-bin.".length()));
  }

  @Test
  void grantsOfTheDmUserAndOfOneWithout() {
    try (MySqlServer server = dm()) {
      assertEquals(List.of(), server.grants().missing(EnumSet.allOf(Privilege.class)));
      assertEquals("dm@%", server.grants().account());
    }
    root().execute("CREATE USER poor IDENTIFIED BY 'p'", "GRANT SELECT ON `sho\\_p`.* TO poor");
    try (MySqlServer server = MySqlServer.connect(as("poor", "p"), PREFERRED, LIMIT)) {
      assertEquals(
          List.of(Privilege.values()), server.grants().missing(EnumSet.allOf(Privilege.class)));
      assertTrue(server.grants().canSelectFrom("sho_p"));
      assertFalse(server.grants().canSelectFrom("shoop"));
      assertEquals(Optional.empty(), server.facts().current());
      assertEquals(Optional.of("up-bin"), server.facts().binlogBaseName());
      for (Runnable forbidden : List.<Runnable>of(server::flushBinaryLogs, server::replicaStatus)) {
        Problem problem = assertThrows(Problem.class, forbidden::run);
        assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
        assertTrue(problem.found().contains("1227"), problem.found());
      }
    }
  }

  @Test
  void tablesWithoutKey() {
    root()
        .execute(
            "CREATE DATABASE keyed",
            "CREATE TABLE keyed.pk (a INT PRIMARY KEY, b INT)",
            "CREATE TABLE keyed.uk (a INT NOT NULL UNIQUE)",
            "CREATE TABLE keyed.uk2 (a INT NOT NULL, b INT NOT NULL, UNIQUE (a, b))",
            "CREATE TABLE keyed.two (a INT UNIQUE, b INT NOT NULL, UNIQUE (b))",
            "CREATE VIEW keyed.v AS SELECT 1",
            "CREATE TABLE keyed.none (a INT NOT NULL)",
            "CREATE TABLE keyed.plain (a INT NOT NULL, INDEX (a))",
            "CREATE TABLE keyed.uk_null (a INT UNIQUE)",
            "CREATE TABLE keyed.uk2_null (a INT NOT NULL, b INT, UNIQUE (a, b))",
            "CREATE TABLE keyed.`ä.``日本` (a INT)",
            // Their indexes have names of tables above, and each its own table's columns.
            "CREATE TABLE keyed.same1 (a INT, UNIQUE KEY k (a))",
            "CREATE TABLE keyed.same2 (a INT NOT NULL, UNIQUE KEY k (a))");
    try (MySqlServer server = dm()) {
      assertEquals(
          List.of("none", "plain", "same1", "uk2_null", "uk_null", "ä.`日本"),
          server.tableKeys().keyless().stream()
              .filter(table -> table.schema().equals("keyed"))
              .map(Table::name)
              .sorted()
              .toList());
      assertEquals(
          List.of(),
          server.tableKeys().keyless().stream()
              .map(Table::schema)
              .filter(List.of("mysql", "sys", "information_schema", "performance_schema")::contains)
              .toList());
      assertEquals("`keyed`.`ä.``日本`", new Table("keyed", "ä.`日本").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " lead and trail ",
        "q'\"`\\",
        "a@b:c/d?e=f&g#h%41",
        "${x}",
        "päß-日本",
        "(a=b),[c]",
      })
  void anyPassword(String password) {
    String quoted = password.replace("\\", "\\\\").replace("'", "\\'");
    root().execute("DROP USER IF EXISTS odd", "CREATE USER odd IDENTIFIED BY '" + quoted + "'");
    try (MySqlServer server = MySqlServer.connect(as("odd", password), PREFERRED, LIMIT)) {
      assertEquals("odd@%", server.grants().account());
    }
    assertRefused(as("odd", password + "x"), "1045");
  }

  @Test
  @Tag(EMBEDDED)
  void loginsThatAreRefused() {
    assertRefused(as("dm", "wrong"), "Access denied for user 'dm'@");
    assertRefused(as("nobody", PASSWORD), "1045");
    root()
        .execute(
            "CREATE USER locked IDENTIFIED BY 'p' ACCOUNT LOCK",
            "CREATE USER expired IDENTIFIED BY 'p' PASSWORD EXPIRE",
            "CREATE USER tlsonly IDENTIFIED BY 'p' REQUIRE SSL");
    assertRefused(as("locked", "p"), "locked");
    assertRefused(as("expired", "p"), "expired");
    assertRefused(as("tlsonly", "p"), "1045");
  }

  private static void assertRefused(Endpoint endpoint, String text) {
    Attempt.Failed failed =
        assertInstanceOf(Attempt.Failed.class, MySqlServer.attempt(endpoint, PREFERRED, LIMIT));
    assertEquals(Reason.LOGIN_REFUSED, failed.reason(), failed.problem().found());
    assertEquals(ExitCode.CANNOT_TELL, failed.problem().exitCode());
    assertTrue(failed.problem().found().contains(text), failed.problem().found());
    assertTrue(
        failed.problem().found().contains(endpoint.address() + " refuses the login"),
        failed.problem().found());
    assertTrue(failed.problem().next().contains("check user, password"), failed.problem().next());
    assertFalse(failed.problem().getMessage().contains("wrong"));
  }

  @Test
  @Tag(EMBEDDED)
  void manySettingsOfAServerDoNotDisturb() {
    MySqlOptions odd =
        MySqlOptions.serverId(72)
            .logBin("path-x")
            .set("sql_mode", "ANSI,TRADITIONAL,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH")
            .set("autocommit", "0")
            .set("character_set_server", "ucs2")
            .set("skip_character_set_client_handshake", "ON")
            .set("default_time_zone", "'+13:00'")
            .set("lower_case_table_names", "1")
            .set("performance_schema", "ON")
            .set("binlog_ignore_db", "secret_db");
    try (MySqlInstance server = MySqlInstance.start(folder.resolve("odd"), odd)) {
      DmUsers.upstream(server, "dm", PASSWORD);
      server
          .sql()
          .execute(
              "CREATE DATABASE k",
              "CREATE TABLE k.t1 (a INT)",
              "CREATE TABLE k.t2 (a INT)",
              "CREATE TABLE k.t3 (a INT PRIMARY KEY)",
              "SET GLOBAL sql_select_limit = 1",
              "SET GLOBAL init_connect = 'SET @x = 1'");
      Endpoint endpoint = new Endpoint(server.host(), server.port(), "dm", Secret.of(PASSWORD));
      try (MySqlServer dm = MySqlServer.connect(endpoint, PREFERRED, LIMIT)) {
        ServerFacts facts = dm.facts();
        assertEquals(Optional.of("path-x"), facts.binlogBaseName());
        assertEquals(List.of("binlog_ignore_db=secret_db"), facts.binlog().filters());
        assertEquals("path-x.000001", facts.current().orElseThrow().file());
        assertEquals(List.of(), dm.grants().missing(EnumSet.allOf(Privilege.class)));
        assertEquals(List.of(new Table("k", "t1"), new Table("k", "t2")), dm.tableKeys().keyless());
        assertEquals(server.replication().executed(), dm.gtidExecuted().toString());
      }
    }
  }

  @Test
  void aServerWithoutBinlogAndGtids() {
    MySqlOptions bare =
        MySqlOptions.serverId(73)
            .set("skip_log_bin", "ON")
            .set("gtid_mode", "OFF")
            .set("log_slave_updates", "OFF")
            .set("binlog_format", "STATEMENT")
            .set("binlog_row_image", "MINIMAL")
            .set("require_secure_transport", "OFF");
    try (MySqlInstance server = MySqlInstance.start(folder.resolve("bare"), bare)) {
      DmUsers.upstream(server, "dm", PASSWORD);
      Endpoint endpoint = new Endpoint(server.host(), server.port(), "dm", Secret.of(PASSWORD));
      try (MySqlServer dm = MySqlServer.connect(endpoint, PREFERRED, LIMIT)) {
        ServerFacts facts = dm.facts();
        assertFalse(facts.binlog().logBin());
        assertFalse(facts.binlog().logSlaveUpdates());
        assertEquals("OFF", facts.binlog().gtidMode());
        assertEquals("STATEMENT", facts.binlog().format());
        assertEquals("MINIMAL", facts.binlog().rowImage());
        assertEquals(Optional.empty(), facts.current());
        assertEquals(Optional.empty(), facts.binlogBaseName());
        assertTrue(dm.gtidExecuted().isEmpty());
      }
    }
  }

  @Test
  void replicaStatus() {
    try (MySqlServer server = dm()) {
      assertEquals(List.of(), server.replicaStatus());
    }
    try (MySqlInstance source =
            MySqlInstance.start(folder.resolve("source"), MySqlOptions.serverId(74));
        MySqlInstance replica =
            MySqlInstance.start(folder.resolve("replica"), MySqlOptions.serverId(75))) {
      DmUsers.upstream(source, "dm", PASSWORD);
      replica.replication().from(source);
      replica.replication().awaitAllOf(source, LIMIT);
      Endpoint endpoint = new Endpoint(replica.host(), replica.port(), "dm", Secret.of(PASSWORD));
      try (MySqlServer dm = MySqlServer.connect(endpoint, PREFERRED, LIMIT)) {
        ReplicaChannel healthy = dm.replicaStatus().get(0);
        assertEquals("Yes", healthy.ioRunning());
        assertEquals("Yes", healthy.sqlRunning());
        assertEquals(source.host() + ":" + source.port(), healthy.source());
        assertEquals(Optional.empty(), healthy.error());
        assertEquals(List.of(), dm.replicationFilters().shown());
        replica
            .sql()
            .execute(
                "STOP SLAVE SQL_THREAD",
                "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (scratch),"
                    + " REPLICATE_WILD_IGNORE_TABLE = ('shop.tmp%')");
        assertEquals(
            List.of(
                new ReplicationFilter("", ReplicationFilter.Kind.IGNORE_DB, "scratch"),
                new ReplicationFilter("", ReplicationFilter.Kind.WILD_IGNORE_TABLE, "shop.tmp%")),
            dm.replicationFilters().shown());
        replica
            .sql()
            .execute(
                "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (),"
                    + " REPLICATE_WILD_IGNORE_TABLE = ()",
                "START SLAVE SQL_THREAD");

        replica
            .sql()
            .execute(
                "SET GLOBAL super_read_only = OFF",
                "SET SESSION sql_log_bin = 0",
                "CREATE DATABASE clash");
        source.sql().execute("CREATE DATABASE clash /* Query: 'told' */");
        long end = System.nanoTime() + LIMIT.toNanos();
        ReplicaChannel broken = dm.replicaStatus().get(0);
        while (broken.error().isEmpty() && System.nanoTime() < end) {
          broken = dm.replicaStatus().get(0);
        }
        assertEquals("No", broken.sqlRunning());
        String error = broken.error().orElseThrow();
        assertTrue(error.contains("Can't create database 'clash'"), error);
        assertFalse(error.contains("told"), error);
      }
    }
  }

  @Test
  @Tag(EMBEDDED)
  void aServerThatFallsSilentOrDiesLater() {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("dying"), MySqlOptions.serverId(76))) {
      DmUsers.upstream(server, "dm", PASSWORD);
      Endpoint endpoint = new Endpoint(server.host(), server.port(), "dm", Secret.of(PASSWORD));
      Duration limit = Duration.ofSeconds(2);
      try (MySqlServer first = MySqlServer.connect(endpoint, PREFERRED, limit);
          MySqlServer second = MySqlServer.connect(endpoint, PREFERRED, limit)) {
        first.facts();
        server.freeze();
        long start = System.nanoTime();
        Problem silent = assertThrows(Problem.class, first::gtidExecuted);
        assertEquals(ExitCode.CANNOT_TELL, silent.exitCode());
        Attempt again = MySqlServer.attempt(endpoint, PREFERRED, limit);
        assertEquals(Reason.SILENT, ((Attempt.Failed) again).reason());
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 12);
        server.thaw();
        second.gtidExecuted();
        server.kill();
        Problem dead = assertThrows(Problem.class, second::gtidExecuted);
        assertEquals(ExitCode.CANNOT_TELL, dead.exitCode());
        assertTrue(dead.found().contains("closed the connection"), dead.found());
      }
    }
  }
}
