package dmswitch.sandbox.dm.contract;

import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The MySQL servers of all contract tests: a primary, its replica, another base name, a target. */
final class Servers {
  static final String USER = "dm";
  static final String PASSWORD = "dm-Pa55";

  /** A user who may read everything but the binlog. */
  static final String WEAK_USER = "dmweak";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static Servers shared;

  private int pairs;

  final Path directory;
  final MySqlInstance primary;
  final MySqlInstance replica;
  final MySqlInstance target;

  private Servers() {
    try {
      directory = Files.createTempDirectory("dm-contract");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    primary = MySqlInstance.start(directory.resolve("primary"), MySqlOptions.serverId(11));
    replica = MySqlInstance.start(directory.resolve("replica"), MySqlOptions.serverId(12));
    target = MySqlInstance.start(directory.resolve("target"), MySqlOptions.serverId(13));
    DmUsers.upstream(primary, USER, PASSWORD);
    DmUsers.make(primary, WEAK_USER, PASSWORD, "SELECT, RELOAD, REPLICATION CLIENT");
    DmUsers.target(target, USER, PASSWORD);
    replica.replication().from(primary);
    sync();
  }

  /** The servers; started once, they end with the JVM. */
  static synchronized Servers get() {
    if (shared == null) {
      shared = new Servers();
    }
    return shared;
  }

  /** A primary and a replica that has all of the primary's history in its first binlog file. */
  record Pair(MySqlInstance primary, MySqlInstance replica) implements AutoCloseable {
    void sync() {
      replica.replication().awaitAllOf(primary, LIMIT);
    }

    @Override
    public void close() {
      primary.close();
      replica.close();
    }
  }

  /** Two more servers, without history. */
  Pair freshPair() {
    return freshPair("mysql-bin");
  }

  /** As the other, with another base name of the replica's binlog files. */
  Pair freshPair(String logBin) {
    int number = 20 + 2 * ++pairs;
    MySqlInstance first =
        MySqlInstance.start(directory.resolve("server" + number), MySqlOptions.serverId(number));
    DmUsers.upstream(first, USER, PASSWORD);
    MySqlInstance second =
        MySqlInstance.start(
            directory.resolve("server" + (number + 1)),
            MySqlOptions.serverId(number + 1).logBin(logBin));
    Pair pair = new Pair(first, second);
    second.replication().from(first);
    pair.sync();
    return pair;
  }

  /** Waits until the replica has everything. */
  void sync() {
    replica.replication().awaitAllOf(primary, LIMIT);
  }

  String uuid(MySqlInstance server) {
    return server.sql().value("SELECT @@GLOBAL.server_uuid");
  }
}
