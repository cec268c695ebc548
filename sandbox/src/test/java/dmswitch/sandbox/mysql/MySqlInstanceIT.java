package dmswitch.sandbox.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MySqlInstanceIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void isWhatDmWantsAsAnUpstream() {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(7).logBin("bin"))) {
      assertEquals(
          List.of(List.of("5.7.22-log", "7", "ON", "ON", "1", "ROW", "FULL", "1")),
          server
              .sql()
              .rows(
                  "SELECT @@version, @@server_id, @@GLOBAL.gtid_mode,"
                      + " @@enforce_gtid_consistency, @@log_slave_updates, @@binlog_format,"
                      + " @@binlog_row_image, @@log_bin"));
      assertEquals("bin.000001", server.sql().column("SHOW MASTER STATUS", "File"));
      assertEquals("", server.replication().executed());
    }
  }

  /** A stand-in for an engine: a mysqld with the options that the image's server would get. */
  private ImageRunner.Container run(List<String> command) {
    Installation installation = Installation.of(MySqlVersion.V5_7);
    Path data = folder.resolve("of-the-image");
    List<String> options =
        new ArrayList<>(
            List.of("--no-defaults", "--basedir=" + installation.base(), "--datadir=" + data));
    options.add("--socket=mysqld.sock");
    options.addAll(command);
    try {
      Files.createDirectory(data);
      installation.copyTemplate(data);
      Process server =
          installation
              .command(options)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      return new ImageRunner.Container() {
        @Override
        public boolean isRunning() {
          return server.isAlive();
        }

        @Override
        public String log() {
          return Commands.must("cat", folder.resolve("log").toString());
        }

        @Override
        public void close() {
          server.destroyForcibly();
          server.onExit().join();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aServerOfAnImageIsUsedAsAnEmbeddedOne() {
    MySqlOptions options = MySqlOptions.serverId(7).logBin("bin");
    MySqlInstance used;
    try (MySqlInstance server =
        MySqlInstance.startImage(
            folder.resolve("a"), options, "mysql:5.7", (image, command, env) -> run(command))) {
      used = server;
      assertTrue(server.isAlive());
      assertEquals("7", server.sql().value("SELECT @@server_id"));
      assertEquals("bin.000001", server.sql().column("SHOW MASTER STATUS", "File"));
      assertEquals("", server.replication().executed());
      String told = assertThrows(SandboxException.class, server::restart).getMessage();
      assertTrue(told.contains("in a container; wanted: "), told);
      assertTrue(server.isAlive());
    }
    assertFalse(used.isAlive());
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void ofAnImageThatDoesNotComeUpTheLogIsShown() {
    MySqlOptions options = MySqlOptions.serverId(7).set("log_bin", "/no/such/folder/bin");
    String told =
        assertThrows(
                SandboxException.class,
                () ->
                    MySqlInstance.startImage(
                        folder.resolve("a"),
                        options,
                        "mysql:5.7",
                        (image, command, env) -> run(command)))
            .getMessage();
    assertTrue(told.contains("the image mysql:5.7 did not start: "), told);
    assertTrue(told.contains("/no/such/folder"), told);
  }

  @Test
  void replicatesAndIsPromoted() {
    try (MySqlInstance primary =
            MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(1));
        MySqlInstance replica =
            MySqlInstance.start(folder.resolve("b"), MySqlOptions.serverId(2))) {
      assertNotEquals(primary.uuid(), replica.uuid());
      primary.sql().execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT PRIMARY KEY)");
      replica.replication().from(primary);
      primary.sql().execute("INSERT INTO d.t VALUES (1)");
      replica.replication().awaitAllOf(primary, LIMIT);
      assertEquals("1", replica.sql().value("SELECT COUNT(*) FROM d.t"));
      assertTrue(replica.replication().executed().startsWith(primary.uuid() + ":1-"));
      assertThrows(
          SandboxException.class, () -> replica.sql().execute("INSERT INTO d.t VALUES (2)"));

      primary.kill();
      replica.replication().promote();
      replica.sql().execute("INSERT INTO d.t VALUES (2)");
      assertTrue(replica.replication().has(replica.uuid() + ":1"));
      assertFalse(replica.replication().has(replica.uuid() + ":2"));
    }
  }

  @Test
  void purgedFollowsThePurgedFiles() {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(1))) {
      server.sql().execute("CREATE DATABASE d", "CREATE DATABASE e");
      assertEquals("", server.replication().purged());
      server.replication().purgeBinaryLogs();
      assertEquals(server.uuid() + ":1-2", server.replication().purged());
    }
  }

  @Test
  void comesBackOnItsPortAfterAKill() {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(1))) {
      String uuid = server.uuid();
      server.sql().execute("CREATE DATABASE d");
      server.kill();
      assertFalse(server.isAlive());
      assertFalse(Ports.listens(server.host(), server.port()));
      int port = server.port();
      server.start();
      assertEquals(port, server.port());
      assertEquals(uuid, server.uuid());
      assertEquals("d", server.sql().value("SHOW DATABASES LIKE 'd'"));
    }
  }

  @Test
  void isFoundAndEndedByItsDirectory() {
    Path directory = folder.resolve("a");
    MySqlInstance made =
        MySqlInstance.start(
            directory, MySqlOptions.serverId(1), Place.LOOPBACK, MySqlInstance.Life.UNTIL_STOPPED);
    MySqlInstance found = MySqlInstance.attach(directory);
    assertEquals(made.port(), found.port());
    assertTrue(found.isAlive());
    found.close();
    assertFalse(made.isAlive());
    assertFalse(Ports.listens("127.0.0.1", made.port()));
    assertFalse(Files.exists(directory));
  }

  @Test
  void aFrozenServerKeepsItsPortAndAnswersNothing() throws SQLException {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(1))) {
      server.freeze();
      assertTrue(Ports.listens(server.host(), server.port()));
      assertThrows(SQLException.class, server::connect);
      server.thaw();
      server.connect().close();
    }
  }

  @Test
  void theDmUserMayReadTheBinlogAndNoMore() throws SQLException {
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("a"), MySqlOptions.serverId(1))) {
      server.sql().execute("CREATE DATABASE d", "CREATE TABLE d.t (a INT PRIMARY KEY)");
      DmUsers.upstream(server, "dm", "pass word'\"\\");
      Sql dm = new Sql(() -> server.connect("dm", "pass word'\"\\"));
      assertEquals("0", dm.value("SELECT COUNT(*) FROM d.t"));
      dm.execute("FLUSH BINARY LOGS");
      assertEquals("mysql-bin.000002", dm.column("SHOW MASTER STATUS", "File"));
      assertThrows(SandboxException.class, () -> dm.execute("INSERT INTO d.t VALUES (1)"));
    }
  }

  @Test
  void aWrongSettingIsReportedInMysqldsOwnWords() {
    SandboxException e =
        assertThrows(
            SandboxException.class,
            () ->
                MySqlInstance.start(
                    folder.resolve("a"), MySqlOptions.serverId(1).set("no_such_variable", "1")));
    assertTrue(e.getMessage().contains("no_such_variable"), e.getMessage());
    assertFalse(Files.exists(folder.resolve("a")));
  }
}
