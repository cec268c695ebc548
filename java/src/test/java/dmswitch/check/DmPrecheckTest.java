package dmswitch.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.check.DmPrecheck.Complaint;
import dmswitch.mysql.FakeServer;
import dmswitch.task.CheckingItem;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Complaints: what DM 1.0.7 says, by its source. */
class DmPrecheckTest {
  private static final Set<CheckingItem> ALL = EnumSet.allOf(CheckingItem.class);

  private static List<Complaint> of(Set<CheckingItem> checked, String... variables) {
    FakeServer server = new FakeServer();
    for (int i = 0; i < variables.length; i += 2) {
      server.variables.put(variables[i], variables[i + 1]);
    }
    return DmPrecheck.of(server, checked);
  }

  /** Each of them is checked, and not when it is ignored. */
  private static void complains(CheckingItem item, String text, String... variables) {
    List<Complaint> expected = List.of(new Complaint(item, text));
    assertEquals(expected, of(ALL, variables));
    assertEquals(expected, of(EnumSet.of(item), variables));
    assertEquals(List.of(), of(EnumSet.complementOf(EnumSet.of(item)), variables));
  }

  @Test
  void aServerAsDmWantsIt() {
    assertEquals(List.of(), of(ALL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5.6.0",
        "5.7.44-48-57-log",
        "5.7.999",
        "10.1.6-MariaDB",
        "11.4.2-mariadb-log",
        "10.1.2-MariaDB-1~wheezy",
      })
  void versionsThatPass(String version) {
    assertEquals(List.of(), of(ALL, "version", version));
  }

  @ParameterizedTest
  @CsvSource({
    "8.0.15, version required less than 5.8.0 but got 8.0.15",
    "8.0.35-0ubuntu0.22.04.1, version required less than 5.8.0 but got 8.0.35",
    "5.8.0-log, version required less than 5.8.0 but got 5.8.0",
    "5.10.1, version required less than 5.8.0 but got 5.10.1",
    "5.6.0-log, ''",
    "10.1.1-MariaDB, version required at least 10.1.2 but got 10.1.1",
    "10.0.38-MariaDB, version required at least 10.1.2 but got 10.0.38",
  })
  void versionsThatFail(String version, String text) {
    if (text.isEmpty()) {
      assertEquals(List.of(), of(ALL, "version", version));
    } else {
      complains(CheckingItem.VERSION, text, "version", version);
    }
  }

  /** Before 5.6.2 there is no row image to check. */
  @Test
  void aVersionThatIsTooOldHasNoRowImage() {
    complains(
        CheckingItem.VERSION,
        "version required at least 5.6.0 but got 5.5.62",
        "version",
        "5.5.62-log",
        "binlog_row_image",
        "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.0", "5.6.16.7-TDDL", "5.7.x", "", "v5.7.22"})
  void versionsThatDmCannotRead(String version) {
    String text = "MySQL version " + version + " is no three numbers";
    assertEquals(
        List.of(
            new Complaint(CheckingItem.VERSION, text),
            new Complaint(CheckingItem.BINLOG_ROW_IMAGE, text)),
        of(ALL, "version", version));
  }

  @ParameterizedTest
  @CsvSource({
    "BINLOG_ENABLE, log_bin, OFF, ON",
    "BINLOG_FORMAT, binlog_format, MIXED, ROW",
    "BINLOG_FORMAT, binlog_format, STATEMENT, ROW",
    "BINLOG_ROW_IMAGE, binlog_row_image, MINIMAL, FULL",
    "BINLOG_ROW_IMAGE, binlog_row_image, NOBLOB, FULL",
  })
  void variables(CheckingItem item, String variable, String value, String wanted) {
    complains(item, variable + " is " + value + ", and should be " + wanted, variable, value);
  }

  @ParameterizedTest
  @CsvSource({
    "DUMP_PRIVILEGE, 'REPLICATION SLAVE, REPLICATION CLIENT, SELECT', RELOAD",
    "DUMP_PRIVILEGE, 'REPLICATION SLAVE, REPLICATION CLIENT', 'RELOAD, SELECT'",
    "REPLICATION_PRIVILEGE, 'SELECT, RELOAD, REPLICATION CLIENT', REPLICATION SLAVE",
    "REPLICATION_PRIVILEGE, 'SELECT, RELOAD', 'REPLICATION SLAVE, REPLICATION CLIENT'",
  })
  void privileges(CheckingItem item, String granted, String lacking) {
    FakeServer server = new FakeServer();
    server.grants = "GRANT " + granted + " ON *.* TO 'dm'@'%'";
    assertEquals(
        List.of(new Complaint(item, "lack of " + lacking + " privilege")),
        DmPrecheck.of(server, ALL));
    assertEquals(List.of(), DmPrecheck.of(server, EnumSet.complementOf(EnumSet.of(item))));
  }

  /** Those that look at tables, which this does not do. */
  @ParameterizedTest
  @EnumSource(
      value = CheckingItem.class,
      names = {"TABLE_SCHEMA", "SCHEMA_OF_SHARD_TABLES", "AUTO_INCREMENT_ID"})
  void itemsOfTables(CheckingItem item) {
    assertEquals(List.of(), of(EnumSet.of(item), "version", "8.0.15", "log_bin", "OFF"));
  }
}
