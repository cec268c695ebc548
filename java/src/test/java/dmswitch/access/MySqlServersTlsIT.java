package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.Server;
import dmswitch.mysql.TestCertificates;
import dmswitch.request.RequestReader;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS settings are the new server's; an old server and a target without TLS are reached too. */
class MySqlServersTlsIT {
  private static final String PASSWORD = "dm-Pa55";

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private static MySqlInstance withTls;
  private static MySqlInstance without;

  @BeforeAll
  static void start() throws Exception {
    certificates = new TestCertificates(folder.resolve("certificates"));
    withTls =
        MySqlInstance.start(
            folder.resolve("new"),
            MySqlOptions.serverId(91)
                .version(MySqlVersion.V8_0)
                .set("ssl_ca", certificates.caFile().toString())
                .set("ssl_cert", certificates.certificate("new", "ip:127.0.0.1").toString())
                .set("ssl_key", certificates.key("new").toString()));
    without = MySqlInstance.start(folder.resolve("old"), MySqlOptions.serverId(92));
    DmUsers.upstream(withTls, "dm", PASSWORD);
    DmUsers.upstream(without, "dm", PASSWORD);
    without
        .sql()
        .execute(
            "CREATE DATABASE dm_meta",
            "CREATE TABLE dm_meta.app_syncer_checkpoint (id VARCHAR(32) NOT NULL,"
                + " cp_schema VARCHAR(128) NOT NULL, cp_table VARCHAR(128) NOT NULL,"
                + " binlog_name VARCHAR(128), binlog_pos INT UNSIGNED, is_global BOOLEAN,"
                + " UNIQUE KEY uk_id_schema_table (id, cp_schema, cp_table))",
            "INSERT INTO dm_meta.app_syncer_checkpoint VALUES"
                + " ('s1', '', '', 'mysql-bin|000001.000007', 9, 1)");
  }

  @AfterAll
  static void stop() {
    for (MySqlInstance instance : new MySqlInstance[] {withTls, without}) {
      if (instance != null) {
        instance.close();
      }
    }
  }

  private static ClusterAccess access(MySqlInstance newServer, String mode) throws Exception {
    Path dmAnsible = Files.createTempDirectory(folder, "dm-ansible");
    Files.createDirectories(dmAnsible.resolve("conf"));
    Files.writeString(
        dmAnsible.resolve("conf/app.yaml"),
        """
        name: app
        task-mode: incremental
        target-database: {host: "%s", port: %d, user: dm, password: "%s"}
        mysql-instances:
        - source-id: s1
        """
            .formatted(without.host(), without.port(), PASSWORD));
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dmAnsible.toString());
    json.put("dm_worker", "dm-worker1");
    json.put("new_mysql_host", newServer.host());
    json.put("new_mysql_port", newServer.port());
    json.put("new_mysql_user", "dm");
    json.put("new_mysql_password", PASSWORD);
    json.put("new_mysql_ssl_mode", mode);
    json.put("new_mysql_ssl_ca", certificates.caFile().toString());
    return ClusterAccess.of(
        RequestReader.read(
            new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8))));
  }

  private static Endpoint at(MySqlInstance instance) {
    return new Endpoint(instance.host(), instance.port(), "dm", Secret.of(PASSWORD));
  }

  @Test
  void verifyCaIsForTheNewServerOnly() throws Exception {
    ClusterAccess access = access(withTls, "verify_ca");
    try (Server server = access.mysql().newServer()) {
      assertEquals(withTls.uuid(), server.facts().serverUuid());
      assertEquals(List.of(), server.warnings());
    }
    assertEquals(List.of(), access.mysql().otherConnections());

    try (Server old = access.mysql().login(at(without)).orElseThrow()) {
      assertEquals(without.uuid(), old.facts().serverUuid());
    }
    assertEquals(
        "(mysql-bin|000001.000007, 9)",
        access.mysql().targetCheckpoint("app", "s1").orElseThrow().toString());
    assertEquals(
        List.of(
            "the connection to MySQL at "
                + without.host()
                + ":"
                + without.port()
                + " is not encrypted: it offers no TLS"),
        access.mysql().otherConnections());

    // Encrypted where that is offered, with a certificate that nobody looks at.
    access.mysql().login(at(withTls)).orElseThrow().close();
    assertEquals(2, access.mysql().otherConnections().size());
    assertTrue(
        access.mysql().otherConnections().get(1).contains("its certificate is not verified"),
        access.mysql().otherConnections().toString());
  }

  @Test
  void nothingIsSaidWhereNoTlsWasRequired() throws Exception {
    for (String mode : List.of("preferred", "disabled")) {
      ClusterAccess access = access(withTls, mode);
      access.mysql().login(at(without)).orElseThrow().close();
      assertEquals(List.of(), access.mysql().otherConnections(), mode);
    }
  }
}
