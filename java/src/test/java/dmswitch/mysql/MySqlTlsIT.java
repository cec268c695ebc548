package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Attempt.Reason;
import dmswitch.problem.ExitCode;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, with a MySQL 8.0.15 that speaks TLS 1.2 and a 5.7.22 (yaSSL) that speaks up to 1.1. */
class MySqlTlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String PASSWORD = "dm-Pa55";

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static MySqlInstance modern;
  private static MySqlInstance old;

  @BeforeAll
  static void start() throws Exception {
    certificates = new TestCertificates(folder.resolve("certificates"));
    modern = start(MySqlOptions.serverId(81).version(MySqlVersion.V8_0), "ip:127.0.0.1");
    old = start(MySqlOptions.serverId(82), "ip:127.0.0.1");
  }

  private static MySqlInstance start(MySqlOptions options, String address) throws Exception {
    String name = "server" + options.serverId();
    MySqlInstance instance =
        MySqlInstance.start(
            folder.resolve(name),
            options
                .set("performance_schema", "ON")
                .set("ssl_ca", certificates.caFile().toString())
                .set("ssl_cert", certificates.certificate(name, address).toString())
                .set("ssl_key", certificates.key(name).toString()));
    DmUsers.upstream(instance, "dm", PASSWORD);
    assertEquals("YES", instance.sql().value("SELECT @@have_ssl"), "the test's precondition");
    return instance;
  }

  @AfterAll
  static void stop() {
    for (MySqlInstance instance : new MySqlInstance[] {modern, old}) {
      if (instance != null) {
        instance.close();
      }
    }
  }

  private static Attempt attempt(
      MySqlInstance instance, String user, SslMode mode, Optional<Path> caFile) {
    return MySqlServer.attempt(
        new Endpoint(instance.host(), instance.port(), user, Secret.of(PASSWORD)),
        new TlsSettings(mode, caFile),
        LIMIT);
  }

  private static MySqlServer connect(
      MySqlInstance instance, String user, SslMode mode, Optional<Path> caFile) {
    Attempt attempt = attempt(instance, user, mode, caFile);
    return assertInstanceOf(Attempt.Connected.class, attempt, attempt::toString).server();
  }

  /** Whether the server itself says that the only connection of {@code dm} is encrypted. */
  private static boolean encrypted(MySqlInstance instance) {
    return !instance
        .sql()
        .rows(
            "SELECT 1 FROM performance_schema.threads"
                + " WHERE processlist_user = 'dm' AND connection_type = 'SSL/TLS'")
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SslMode.class)
  void everyModeWithAServerThatHasTls(SslMode mode) {
    try (MySqlServer server = connect(modern, "dm", mode, Optional.of(certificates.caFile()))) {
      assertEquals(List.of(), server.warnings());
      assertEquals(mode != SslMode.DISABLED, encrypted(modern));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"VERIFY_CA", "VERIFY_IDENTITY"})
  void aCertificateOfAnotherCaIsRefused(SslMode mode) throws Exception {
    TestCertificates others = new TestCertificates(folder.resolve("others-" + mode));
    for (Optional<Path> caFile : List.of(Optional.of(others.caFile()), Optional.<Path>empty())) {
      Attempt.Failed failed = (Attempt.Failed) attempt(modern, "dm", mode, caFile);
      assertEquals(Reason.NO_TLS, failed.reason());
      assertEquals(ExitCode.REFUSED, failed.problem().exitCode());
      assertTrue(failed.problem().found().contains("certificate"), failed.problem().found());
      assertTrue(failed.problem().found().contains("not accepted"), failed.problem().found());
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefusedByVerifyIdentityOnly() throws Exception {
    try (MySqlInstance elsewhere =
        start(MySqlOptions.serverId(83).version(MySqlVersion.V8_0), "ip:192.0.2.1")) {
      Optional<Path> caFile = Optional.of(certificates.caFile());
      connect(elsewhere, "dm", SslMode.VERIFY_CA, caFile).close();
      Attempt.Failed failed =
          (Attempt.Failed) attempt(elsewhere, "dm", SslMode.VERIFY_IDENTITY, caFile);
      assertEquals(Reason.NO_TLS, failed.reason());
      assertTrue(failed.problem().found().contains("not accepted"), failed.problem().found());
    }
  }

  @Test
  void oldTlsIsDoneWithoutUnderPreferredWithAWarning() {
    try (MySqlServer server = connect(old, "dm", SslMode.PREFERRED, Optional.empty())) {
      assertEquals(1, server.warnings().size());
      assertTrue(
          server.warnings().get(0).contains("not encrypted: it offers TLS, but none"),
          server.warnings().get(0));
      assertEquals(old.uuid(), server.facts().serverUuid());
      assertFalse(server.facts().requiresTls());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
  void oldTlsIsRefusedByTheStricterModes(SslMode mode) {
    Attempt.Failed failed =
        (Attempt.Failed) attempt(old, "dm", mode, Optional.of(certificates.caFile()));
    assertEquals(Reason.NO_TLS, failed.reason());
    assertEquals(ExitCode.REFUSED, failed.problem().exitCode());
    assertTrue(failed.problem().found().contains("TLS 1.0 and 1.1 only"));
  }

  @Test
  void aServerThatAdmitsTlsOnlyIsSeenAsSuch() throws SQLException {
    modern
        .sql()
        .execute(
            "CREATE USER strict IDENTIFIED WITH mysql_native_password BY '"
                + PASSWORD
                + "' REQUIRE SSL");
    try (MySqlServer server = connect(modern, "strict", SslMode.PREFERRED, Optional.empty())) {
      assertTrue(server.facts().requiresTls());
    }
    // Root stays logged in: its next login in clear would be refused too.
    try (Connection root = modern.connect();
        Statement statement = root.createStatement();
        MySqlServer server = connect(modern, "dm", SslMode.PREFERRED, Optional.empty())) {
      assertFalse(server.facts().requiresTls());
      statement.execute("SET GLOBAL require_secure_transport = ON");
      try {
        assertTrue(server.facts().requiresTls());
        Attempt.Failed clear =
            (Attempt.Failed) attempt(modern, "dm", SslMode.DISABLED, Optional.empty());
        assertEquals(Reason.LOGIN_REFUSED, clear.reason());
        assertTrue(clear.problem().found().contains("3159"), clear.problem().found());
      } finally {
        statement.execute("SET GLOBAL require_secure_transport = OFF");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caching_sha2_password", "sha256_password", "mysql_native_password"})
  void eachKindOfPasswordWithTlsAndWithout(String plugin) {
    modern
        .sql()
        .execute(
            "DROP USER IF EXISTS kind",
            "CREATE USER kind IDENTIFIED WITH " + plugin + " BY '" + PASSWORD + "'");
    for (SslMode mode : List.of(SslMode.DISABLED, SslMode.PREFERRED, SslMode.REQUIRED)) {
      // So that the server does not remember the password of the last login.
      modern.sql().execute("FLUSH PRIVILEGES");
      connect(modern, "kind", mode, Optional.empty()).close();
      Attempt wrong =
          MySqlServer.attempt(
              new Endpoint(modern.host(), modern.port(), "kind", Secret.of("wrong")),
              new TlsSettings(mode, Optional.empty()),
              LIMIT);
      assertEquals(Reason.LOGIN_REFUSED, ((Attempt.Failed) wrong).reason());
    }
  }

  @Test
  void mysql80AnswersAsMySql57Does() {
    try (MySqlServer server = connect(modern, "dm", SslMode.PREFERRED, Optional.empty())) {
      ServerFacts facts = server.facts();
      assertEquals("8.0.15", facts.version());
      assertEquals(modern.uuid(), facts.serverUuid());
      assertEquals(Optional.of("mysql-bin"), facts.binlogBaseName());
      assertTrue(facts.binlog().logBin() && facts.binlog().logSlaveUpdates());
      BinlogEnd before = facts.current().orElseThrow();
      BinlogEnd after = server.flushBinaryLogs();
      assertFalse(after.file().equals(before.file()));
      assertEquals(List.of(), server.replicaStatus());
      assertEquals(modern.replication().executed(), server.gtidExecuted().toString());
      assertEquals(List.of(), server.tableKeys().keyless());
    }
  }

  @Test
  void variablesAreThoseThatTheVersionHas() {
    Set<String> names =
        Set.of("version", "binlog_row_value_options", "binlog_transaction_compression", "log_bin");
    try (MySqlServer server = connect(modern, "dm", SslMode.PREFERRED, Optional.empty())) {
      // binlog_transaction_compression came with 8.0.20.
      assertEquals(
          Map.of("version", "8.0.15", "binlog_row_value_options", "", "log_bin", "ON"),
          server.variables(names));
      modern.sql().execute("SET GLOBAL binlog_row_value_options = 'PARTIAL_JSON'");
      try {
        assertEquals("PARTIAL_JSON", server.variables(names).get("binlog_row_value_options"));
      } finally {
        modern.sql().execute("SET GLOBAL binlog_row_value_options = ''");
      }
    }
    try (MySqlServer server = connect(old, "dm", SslMode.PREFERRED, Optional.empty())) {
      assertEquals(Map.of("version", "5.7.22-log", "log_bin", "ON"), server.variables(names));
    }
  }

  @Test
  void definitionsAreThoseOfShowCreateTable() {
    modern
        .sql()
        .execute(
            "CREATE DATABASE defs",
            "CREATE TABLE defs.`a``b` (id INT PRIMARY KEY, v INT DEFAULT (1 + 2))",
            "CREATE TABLE defs.other (id INT)",
            "CREATE VIEW defs.v AS SELECT 1");
    try (MySqlServer server = connect(modern, "dm", SslMode.PREFERRED, Optional.empty())) {
      List<TableDefinition> definitions =
          server.tableDefinitions(
              table -> table.schema().equals("defs") && !table.name().equals("other"));
      assertEquals(1, definitions.size(), definitions.toString());
      assertEquals(new Table("defs", "a`b"), definitions.get(0).table());
      String text = definitions.get(0).createStatement();
      assertTrue(text.contains("`v` int(11) DEFAULT ((1 + 2))"), text);
    } finally {
      modern.sql().execute("DROP DATABASE defs");
    }
  }

  /** What GRANT ALL becomes there, which DM's pre-check cannot parse. */
  @Test
  void allPrivilegesOfMysql80() {
    modern
        .sql()
        .execute(
            "CREATE USER everything IDENTIFIED WITH mysql_native_password BY '" + PASSWORD + "'",
            "GRANT ALL ON *.* TO everything");
    try (MySqlServer server = connect(modern, "everything", SslMode.PREFERRED, Optional.empty())) {
      Set<Privilege> wanted = EnumSet.allOf(Privilege.class);
      assertEquals(List.of(), server.grants().missing(wanted));
      assertTrue(server.grants().complaintOfDm(wanted).orElseThrow().contains("CREATE TABLESPACE"));
    }
    try (MySqlServer server = connect(modern, "dm", SslMode.PREFERRED, Optional.empty())) {
      assertEquals(Optional.empty(), server.grants().complaintOfDm(EnumSet.allOf(Privilege.class)));
    }
  }

  @Test
  void onlyRolesThatAreActiveAtLoginCount() {
    modern
        .sql()
        .execute(
            "CREATE ROLE replicating, reading",
            "GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO replicating",
            "GRANT SELECT ON *.* TO reading",
            "CREATE USER roles IDENTIFIED WITH mysql_native_password BY '" + PASSWORD + "'",
            "GRANT replicating, reading TO roles",
            "SET DEFAULT ROLE replicating TO roles");
    try (MySqlServer server = connect(modern, "roles", SslMode.PREFERRED, Optional.empty())) {
      assertEquals(
          List.of(Privilege.SELECT), server.grants().missing(EnumSet.allOf(Privilege.class)));
      assertTrue(server.facts().current().isPresent());
    }
    modern.sql().execute("SET DEFAULT ROLE ALL TO roles");
    try (MySqlServer server = connect(modern, "roles", SslMode.PREFERRED, Optional.empty())) {
      assertEquals(List.of(), server.grants().missing(EnumSet.allOf(Privilege.class)));
    }
  }
}
