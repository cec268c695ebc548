package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.journal.Plans;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.MySqlServer;
import dmswitch.mysql.Server;
import dmswitch.mysql.SslMode;
import dmswitch.mysql.Table;
import dmswitch.mysql.TlsSettings;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import dmswitch.step.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys of real tables: a MySQL 5.7 that is upstream and, with other schemas, the target of a
 * merging task.
 */
class KeylessTablesIT {
  private static final String SOURCE = "mysql-replica-01";
  private static final String PASSWORD = "target-Pa55";

  @TempDir static Path folder;
  private static MySqlInstance mysql;

  @TempDir Path dir;

  @BeforeAll
  static void start() {
    mysql = MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(71).logBin("up-bin"));
    DmUsers.target(mysql, "dm", PASSWORD);
    mysql
        .sql()
        .execute(
            "CREATE DATABASE shop_1",
            "CREATE TABLE shop_1.orders_1 (id INT PRIMARY KEY, total INT)",
            "CREATE TABLE shop_1.token_1 (token CHAR(32) NOT NULL UNIQUE, hits INT)",
            "CREATE TABLE shop_1.unique_1 (id INT PRIMARY KEY, mail CHAR(32))",
            "CREATE TABLE shop_1.audit_1 (what CHAR(32))",
            "CREATE TABLE shop_1.fresh_1 (id INT PRIMARY KEY)",
            "CREATE TABLE shop_1.left_out (what CHAR(32))",
            "CREATE DATABASE shop",
            // Merged by hand: the shards' numbers collide, so their key was taken away.
            "CREATE TABLE shop.orders (id INT, total INT, KEY (id))",
            "CREATE TABLE shop.token (token CHAR(32) NOT NULL, hits INT, UNIQUE KEY k (token))",
            "CREATE TABLE shop.`unique` (id INT NOT NULL, mail CHAR(32), UNIQUE KEY k (id, mail))",
            "CREATE TABLE shop.audit (id INT AUTO_INCREMENT PRIMARY KEY, what CHAR(32))");
  }

  @AfterAll
  static void stop() {
    mysql.close();
  }

  private ClusterAccess access(String password) throws IOException {
    StringBuilder routes = new StringBuilder();
    for (String table : List.of("orders", "token", "unique", "audit", "fresh")) {
      routes.append(
          "  %1$s: {schema-pattern: 'shop_*', table-pattern: '%1$s_*', target-schema: shop, target-table: %1$s}\n"
              .formatted(table));
    }
    Files.createDirectories(dir.resolve("conf"));
    Files.writeString(
        dir.resolve("conf/shop.yaml"),
        """
        name: shop
        task-mode: all
        target-database: {host: "%s", port: %d, user: dm, password: "%s"}
        mysql-instances:
        - source-id: %s
          route-rules: [orders, token, unique, audit, fresh]
          black-white-list: list
        black-white-list:
          list:
            do-dbs: ["shop_*"]
            ignore-tables: [{db-name: "shop_*", tbl-name: left_out}]
        routes:
        %s\
        """
            .formatted(mysql.host(), mysql.port(), password, SOURCE, routes));
    return ClusterAccess.of(Bench.request(dir, Plans.ordinary()));
  }

  private static KeylessTables keyless(ClusterAccess access) {
    Endpoint endpoint = new Endpoint(mysql.host(), mysql.port(), "dm", Secret.of(PASSWORD));
    try (Server upstream =
        MySqlServer.connect(
            endpoint,
            new TlsSettings(SslMode.PREFERRED, Optional.empty()),
            Duration.ofSeconds(20))) {
      return access.keylessTables().read(upstream, SOURCE, List.of("shop"));
    }
  }

  @Test
  void bothTheUpstreamAndTheTargetCount() throws IOException {
    assertEquals(
        List.of(
            new Table("shop_1", "audit_1"),
            new Table("shop_1", "orders_1"),
            new Table("shop_1", "unique_1")),
        keyless(access(DmPassword.seal(Secret.of(PASSWORD)))).known());
  }

  @Test
  void aTargetThatRefusesTheLogin() throws IOException {
    KeylessTables keyless = keyless(access("wrong"));

    assertEquals(List.of(new Table("shop_1", "audit_1")), keyless.tables());
    assertEquals(4, keyless.doubtful().size(), keyless.toString());
    Problem problem = assertThrows(Problem.class, keyless::known);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("shop have keys in its target"), problem.found());
    assertTrue(!problem.toString().contains("wrong"), problem.toString());
  }
}
