package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;

import dmswitch.dmansible.Cluster;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plans;
import dmswitch.mysql.BinlogReader;
import dmswitch.mysql.BinlogSettings;
import dmswitch.mysql.ServerFacts;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import dmswitch.task.TableFilters;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(InstantTime.class)
class NewServerChecksTest {
  private static Problem down() {
    return Problem.cannotTell("the new server is down", "an answer", "start it");
  }

  private static ServerFacts facts(String setting, String value) {
    return new ServerFacts(
        Plans.NEW_UUID,
        setting.equals("server_id") ? Long.parseLong(value) : 32,
        setting.equals("version") ? value : "5.7.22-log",
        setting.equals("requires_tls"),
        Optional.of(setting.equals("base_name") ? value : "mysql-bin"),
        Optional.empty(),
        new BinlogSettings(
            setting.equals("gtid_mode") ? value : "ON",
            !setting.equals("log_bin"),
            !setting.equals("log_slave_updates"),
            setting.equals("binlog_format") ? value : "ROW",
            setting.equals("binlog_row_image") ? value : "FULL",
            setting.equals("filters") ? List.of(value) : List.of()));
  }

  @Test
  void itsPortIsOpen() {
    passes(ReachabilityChecks.FROM_WORKER, f -> {});
  }

  /** Unreachable is not a no: the server may be fit. */
  @ParameterizedTest
  @EnumSource(value = PortProbe.State.class, mode = EnumSource.Mode.EXCLUDE, names = "OPEN")
  void itsPortIsNotOpen(PortProbe.State state) {
    cannotTell(
        ReachabilityChecks.FROM_WORKER, f -> f.newPort = state, "10.0.1.32:3306", "system's words");
  }

  @Test
  void login() {
    passes(NewServerChecks.LOGIN, f -> {});
    warns(
        NewServerChecks.LOGIN,
        f -> f.newServer.warnings = List.of("the connection is not encrypted"),
        "not encrypted");
    refuses(
        NewServerChecks.LOGIN,
        f -> f.newServer.facts = facts("requires_tls", ""),
        "over TLS only",
        "REQUIRE NONE");
    cannotTell(NewServerChecks.LOGIN, f -> f.without("newServerFacts", down()), "down");
  }

  @Test
  void connectionsWithLessTls() {
    passes(NewServerChecks.OTHER_CONNECTIONS, f -> {});
    warns(
        NewServerChecks.OTHER_CONNECTIONS,
        f -> f.otherConnections = List.of("the connection to MySQL at h:1 is not encrypted: x"),
        "h:1 is not encrypted",
        "new_mysql_ssl_mode applies to the new server only");
  }

  @Test
  void anotherServerThanNow() {
    passes(NewServerChecks.OTHER_SERVER, f -> {});
    refuses(
        NewServerChecks.OTHER_SERVER,
        f -> f.subDir = Plans.NEW_UUID + ".000004",
        "already reads from the new server: " + Plans.NEW_UUID,
        "nothing to do");
    refuses(
        NewServerChecks.OTHER_SERVER,
        f -> f.subDir = Plans.NEW_UUID.toUpperCase(Locale.ROOT) + ".000004",
        "already reads from the new server");
    cannotTell(NewServerChecks.OTHER_SERVER, f -> f.without("newServerFacts", down()), "down");
  }

  @Test
  void rights() {
    passes(NewServerChecks.PRIVILEGES, f -> {});
    passes(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = "GRANT ALL PRIVILEGES ON *.* TO 'dm'@'%'");
    refuses(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = "GRANT SELECT, RELOAD, REPLICATION CLIENT ON *.* TO 'dm'@'%'",
        "dm@% lacks REPLICATION SLAVE on",
        "GRANT REPLICATION SLAVE ON *.*");
    refuses(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = "GRANT SELECT, RELOAD ON `shop`.* TO 'dm'@'%'",
        "lacks REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, SELECT");
    cannotTell(NewServerChecks.PRIVILEGES, f -> f.without("newServer", down()), "down");
  }

  /**
   * As MySQL 8.0.16 prints a partial revoke (manual, Privilege Restriction Using Partial Revokes).
   */
  @Test
  void rightsThatArePartlyRevoked() {
    String all = "GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `dm`@`%`";
    refuses(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = all + "\nREVOKE SELECT ON `app`.* FROM `dm`@`%`",
        "revoked from dm@%",
        "app",
        "GRANT SELECT ON `app`.*");
    refuses(
        NewServerChecks.PRIVILEGES,
        f -> {
          f.newServer.grants =
              all
                  + "\nREVOKE INSERT, SELECT ON `shop`.* FROM `dm`@`%`"
                  + "\nREVOKE SELECT ON `app`.* FROM `dm`@`%`";
          f.filter = TableFilters.doDbs("app");
        },
        "DM replicates: app");
    passes(
        NewServerChecks.PRIVILEGES,
        f -> {
          f.newServer.grants = all + "\nREVOKE SELECT ON `shop`.* FROM `dm`@`%`";
          f.filter = TableFilters.doDbs("app");
        });
    passes(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = all + "\nREVOKE SELECT ON `mysql`.* FROM `dm`@`%`");
    passes(
        NewServerChecks.PRIVILEGES,
        f -> f.newServer.grants = all + "\nREVOKE INSERT ON `app`.* FROM `dm`@`%`");
    // A grant beside it, of a role for example.
    passes(
        NewServerChecks.PRIVILEGES,
        f ->
            f.newServer.grants =
                all
                    + "\nGRANT SELECT ON `app`.* TO `dm`@`%`"
                    + "\nREVOKE SELECT ON `app`.* FROM `dm`@`%`");
  }

  @ParameterizedTest
  @CsvSource({
    "gtid_mode, OFF, gtid_mode=OFF",
    "gtid_mode, ON_PERMISSIVE, gtid_mode=ON_PERMISSIVE",
    "log_bin, OFF, log_bin=OFF",
    "log_slave_updates, OFF, log_slave_updates=OFF",
    "binlog_format, STATEMENT, binlog_format=STATEMENT",
    "binlog_format, MIXED, binlog_format=MIXED",
    "binlog_row_image, MINIMAL, binlog_row_image=MINIMAL",
    "filters, binlog_ignore_db=shop, binlog_ignore_db=shop",
  })
  void binlogSettingsThatDmCannotUse(String setting, String value, String told) {
    refuses(BinlogChecks.SETTINGS, f -> f.newServer.facts = facts(setting, value), told);
  }

  @Test
  void binlogSettings() {
    passes(BinlogChecks.SETTINGS, f -> {});
    cannotTell(BinlogChecks.SETTINGS, f -> f.without("newServerFacts", down()), "down");
  }

  @Test
  void binlogBaseName() {
    passes(BinlogChecks.BASE_NAME, f -> {});
    refuses(
        BinlogChecks.BASE_NAME,
        f -> f.newServer.facts = facts("base_name", "binlog"),
        "binlog, the old one mysql-bin",
        "log_bin=mysql-bin");
    warns(
        BinlogChecks.BASE_NAME,
        f -> f.newServer.facts = facts("base_name", "mysqld-bin"),
        "mysqld-bin",
        "going back");
    // Relay has a file before it names one.
    refuses(
        BinlogChecks.BASE_NAME,
        f -> {
          f.binlog = "(, 4)";
          f.newServer.facts = facts("base_name", "binlog");
        },
        "binlog, the old one mysql-bin");
    passes(
        BinlogChecks.BASE_NAME,
        f -> {
          f.binlog = "(, 4)";
          f.relayFiles = List.of();
          f.newServer.facts = facts("base_name", "binlog");
        });
    cannotTell(BinlogChecks.BASE_NAME, f -> f.without("relay", down()), "down");
  }

  @ParameterizedTest
  @CsvSource({"8.4.0", "8.4.3-log", "9.0.1"})
  void versionsWithoutShowMasterStatus(String version) {
    refuses(
        NewServerChecks.VERSION,
        f -> f.newServer.facts = facts("version", version),
        version,
        "SHOW MASTER STATUS");
  }

  @ParameterizedTest
  @CsvSource({"5.7.22-log", "8.0.36", "8.3.0", "5.7-odd"})
  void versionsWithShowMasterStatus(String version) {
    passes(NewServerChecks.VERSION, f -> f.newServer.facts = facts("version", version));
  }

  @Test
  void serverIds() {
    passes(NewServerChecks.SERVER_IDS, f -> {});
    refuses(
        NewServerChecks.SERVER_IDS,
        f -> f.newServer.facts = facts("server_id", "101"),
        "server_id 101");
    // A worker that shall find one on its own.
    passes(
        NewServerChecks.SERVER_IDS,
        f -> f.present = FactsBuilder.toml(true, "mysql-replica-01", 0));
    refuses(
        NewServerChecks.SERVER_IDS,
        f -> f.newServer.facts = facts("server_id", "0"),
        "server_id",
        "is 0");
    cannotTell(NewServerChecks.SERVER_IDS, f -> f.without("survey", down()), "down");
  }

  private static Optional<List<BinlogReader>> readers(long... serverIds) {
    return Optional.of(
        Arrays.stream(serverIds).mapToObj(id -> new BinlogReader(id, "backup-1")).toList());
  }

  @Test
  void aServerIdOfAnotherReader() {
    passes(NewServerChecks.SERVER_IDS, f -> f.newServer.readers = readers(7, 102));
    passes(NewServerChecks.SERVER_IDS, f -> f.newServer.readers = Optional.empty());
    refuses(
        NewServerChecks.SERVER_IDS,
        f -> f.newServer.readers = readers(7, 101),
        "server_id 101 of the worker is also that of a reader of the new server",
        "backup-1",
        "change server_id");
    passes(
        NewServerChecks.SERVER_IDS,
        f -> {
          f.newServer.readers = readers(101);
          f.present = FactsBuilder.toml(true, "mysql-replica-01", 0);
        });
  }

  /** MySQL notices late that a reader has gone, such as this worker after a switch back. */
  @Test
  void aReaderThatIsGoneSoon() {
    passes(
        NewServerChecks.SERVER_IDS,
        f -> f.newServer.readersLater = new ArrayDeque<>(List.of(readers(101), readers(101))));
  }

  /** Behind a VIP that has moved, relay has read there until it was Paused. */
  @Test
  void theWorkersOwnFormerConnection() {
    warns(
        NewServerChecks.SERVER_IDS,
        f -> {
          f.behindVip = true;
          f.upstreamUuid = Optional.of(Plans.NEW_UUID);
          f.newServer.readers = readers(101);
        },
        "assumed to be the worker itself");
    refuses(
        NewServerChecks.SERVER_IDS,
        f -> {
          f.behindVip = true;
          f.newServer.readers = readers(101);
        },
        "reader of the new server");
  }

  @Test
  void aServerIdOfAnotherWorker() {
    Cluster.Host other =
        new Cluster.Host("dm_worker2", "10.0.1.22", 8262, "tidb", "mysql-replica-02", 101);
    refuses(
        NewServerChecks.SERVER_IDS, f -> f.others = List.of(other), "dm_worker2 in the inventory");
    Cluster.Host unlike =
        new Cluster.Host("dm_worker2", "10.0.1.22", 8262, "tidb", "mysql-replica-02", 102);
    passes(NewServerChecks.SERVER_IDS, f -> f.others = List.of(unlike));
  }
}
