package dmswitch.check;

import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.mysql.BinlogReader;
import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.mysql.ServerFacts;
import dmswitch.mysql.TablePattern;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks of the new server itself: version, login, privileges and server ids. */
final class NewServerChecks {
  /**
   * How long MySQL takes to notice that a reader is gone: until the second heartbeat that it cannot
   * send. Relay asks for one every 30 s.
   */
  private static final Duration READER_ENDS = Duration.ofSeconds(75);

  private NewServerChecks() {}

  /** The new server accepts the login that the worker will use. */
  static final Check LOGIN = Check.blocking("new_server_login", NewServerChecks::login);

  private static Finding login(Facts facts) {
    ServerFacts server = facts.newServer().facts().get();
    if (server.requiresTls()) {
      return Finding.refused(
          "the new server accepts this user over TLS only",
          "a login without TLS: dm-worker 1.0 has no TLS",
          "ALTER USER ... REQUIRE NONE, and require_secure_transport=OFF there");
    }
    List<String> warnings = facts.newServer().server().get().warnings();
    return warnings.isEmpty()
        ? Finding.passed("logged in to the new server, " + server.version())
        : Finding.lastingWarning(String.join("; ", warnings), "");
  }

  /**
   * The new server has the statements that relay of DM 1.0 needs, whatever items its pre-check
   * ignores. relay.go of DM 1.0.7 sends SHOW MASTER STATUS on start and in query-status. MySQL 8.4
   * removed it and SHOW SLAVE HOSTS.
   */
  static final Check VERSION = Check.blocking("new_server_version", NewServerChecks::version);

  private static Finding version(Facts facts) {
    String version = facts.newServer().facts().get().version();
    return SourceVersion.parse(version).filter(read -> read.isAtLeast(8, 4, 0)).isPresent()
        ? Finding.refused(
            "the new server is MySQL " + version + ", which has no SHOW MASTER STATUS",
            "MySQL up to 8.3: relay of DM 1.0 sends SHOW MASTER STATUS on start",
            "choose another server, or upgrade DM first")
        : Finding.passed("MySQL " + version + " has the statements that relay needs");
  }

  /** The new server is not the one that relay reads from now. */
  static final Check OTHER_SERVER = Check.blocking("other_server", NewServerChecks::otherServer);

  private static Finding otherServer(Facts facts) {
    String uuid = facts.newServer().uuid();
    if (facts.relay().view().get().subDir().isOf(uuid)) {
      return Finding.refused(
          "relay already reads from the new server: " + uuid,
          "another server of the same replication cluster",
          "nothing to do, unless new_mysql_host and new_mysql_port name the wrong server");
    }
    return Finding.passed("the new server is " + uuid);
  }

  /**
   * The new server has a server_id, without which it sends no binlog. No other server or reader has
   * the worker's server_id: MySQL ends the dump of a reader as soon as another one connects with
   * the same server_id, and the two then keep ending each other's.
   */
  static final Check SERVER_IDS = Check.blocking("server_ids", NewServerChecks::serverIds);

  private static Finding serverIds(Facts facts) {
    if (facts.newServer().facts().get().serverId() == 0) {
      return Finding.refused(
          "server_id of the new server is 0",
          "a server_id: with 0 it sends its binlog to no replica (\"Misconfigured master\")",
          "set server_id there, then run again");
    }
    WorkerSurvey survey = facts.deployment().survey().get();
    long worker = survey.toml().serverId();
    if (worker == 0) {
      return Finding.passed("the worker chooses a server-id that is not in use");
    }
    if (worker == facts.newServer().facts().get().serverId()) {
      return taken(worker, "is also that of the new server");
    }
    List<String> others =
        survey.cluster().workers().stream()
            .filter(other -> other.serverId() == worker)
            .map(Cluster.Host::alias)
            .filter(alias -> !alias.equals(facts.request().worker()))
            .toList();
    if (!others.isEmpty()) {
      return taken(worker, "is also that of " + String.join(", ", others) + " in the inventory");
    }
    return ofReaders(facts, worker);
  }

  private static Finding ofReaders(Facts facts, long worker) {
    Optional<BinlogReader> other = reader(facts.newServer().server().get(), worker);
    if (other.isEmpty()) {
      return Finding.passed("the worker's server-id is its own");
    }
    if (facts.request().behindVip() && showsNewServer(facts)) {
      return Finding.warning(
          "a reader of the new server has the worker's server_id "
              + worker
              + ", assumed to be the worker itself, which has read there through the VIP",
          "check with SHOW SLAVE HOSTS there that it disappears once relay is Paused");
    }
    boolean gone =
        Waiting.until(
                READER_ENDS,
                () ->
                    reader(facts.newServer().server().get(), worker).isEmpty()
                        ? Optional.of(true)
                        : Optional.empty())
            .isPresent();
    if (gone) {
      return Finding.passed("the worker's server-id is its own");
    }
    String host = other.get().host();
    return taken(
        worker,
        "is also that of a reader of the new server (SHOW SLAVE HOSTS"
            + (host.isEmpty() ? "" : ": host " + host)
            + ")");
  }

  private static boolean showsNewServer(Facts facts) {
    return facts
        .upstream()
        .uuid()
        .get()
        .filter(facts.newServer().uuid()::equalsIgnoreCase)
        .isPresent();
  }

  /**
   * Finds a reader with this server_id. If the privilege to see readers is missing, the check
   * {@code privileges} reports that.
   */
  private static Optional<BinlogReader> reader(Server server, long serverId) {
    return server.binlogReaders().orElse(List.of()).stream()
        .filter(reader -> reader.serverId() == serverId)
        .findFirst();
  }

  private static Finding taken(long worker, String by) {
    return Finding.refused(
        "server_id " + worker + " of the worker " + by,
        "a server_id that no other server, reader or worker of the cluster has",
        "change server_id of this worker in the inventory, roll it, then run again");
  }

  /**
   * The user has REPLICATION SLAVE, REPLICATION CLIENT, RELOAD and SELECT on the new server, and
   * SELECT is not revoked for a database that a task replicates.
   */
  static final Check PRIVILEGES = Check.blocking("privileges", NewServerChecks::privileges);

  private static Finding privileges(Facts facts) {
    Grants grants = facts.newServer().server().get().grants();
    List<Privilege> missing = grants.missing(EnumSet.allOf(Privilege.class));
    if (missing.isEmpty()) {
      return revoked(facts, grants)
          .orElseGet(() -> Finding.passed(grants.account() + " has the privileges that DM needs"));
    }
    String rights = String.join(", ", missing.stream().map(Privilege::sql).toList());
    return Finding.refused(
        grants.account() + " lacks " + rights + " on the new server",
        "REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, SELECT on *.*",
        "GRANT " + rights + " ON *.* TO that user on the new server, then run again");
  }

  /** Refuses if a partial revoke (MySQL 8.0) removes SELECT on a replicated database. */
  private static Optional<Finding> revoked(Facts facts, Grants grants) {
    List<String> schemas = grants.schemasRevoked();
    if (schemas.isEmpty()) {
      return Optional.empty();
    }
    List<TaskTables> tasks = facts.tasks().tables().get();
    List<String> replicated =
        schemas.stream()
            .filter(
                schema ->
                    tasks.stream()
                        .anyMatch(task -> task.filter().mayReplicate(TablePattern.allOf(schema))))
            .toList();
    if (replicated.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.refused(
            "SELECT is revoked from "
                + grants.account()
                + " on the new server for databases that DM replicates: "
                + String.join(", ", replicated),
            "SELECT on every replicated database: start-task reads their tables' definitions, and"
                + " dm-switch their keys",
            replicated.stream()
                    .map(
                        schema ->
                            "GRANT SELECT ON `" + schema.replace("`", "``") + "`.* TO that user")
                    .collect(Collectors.joining("; "))
                + " on the new server, then run again"));
  }

  /**
   * The TLS that is required for the new server is not required for any other server: dm-worker 1.0
   * uses none anywhere. This check comes last, after every login.
   */
  static final Check OTHER_CONNECTIONS =
      Check.warning("other_connections", NewServerChecks::otherConnections);

  private static Finding otherConnections(Facts facts) {
    List<String> less = facts.newServer().otherConnections().get();
    return less.isEmpty()
        ? Finding.passed("no connection has less TLS than required")
        : Finding.lastingWarning(
            String.join("; ", less),
            "new_mysql_ssl_mode applies to the new server only; keep the others in a trusted"
                + " network,"
                + " as dm-worker itself needs it, which connects without TLS");
  }
}
