package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantsTest {
  private static Grants of(String... lines) {
    return Grants.parse("dm@%", List.of(lines));
  }

  private static List<Privilege> missing(Grants grants) {
    return grants.missing(EnumSet.allOf(Privilege.class));
  }

  @Test
  void theRightsThatDmWantsAsMySql57PrintsThem() {
    Grants grants =
        of("GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'dm'@'%'");
    assertEquals(List.of(), missing(grants));
    assertTrue(grants.canSelectFrom("shop"));
    assertEquals("dm@%", grants.account());
  }

  @Test
  void allPrivilegesGiveEverything() {
    Grants grants =
        of(
            "GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION",
            "GRANT PROXY ON ''@'' TO 'root'@'localhost' WITH GRANT OPTION");
    assertEquals(List.of(), missing(grants));
  }

  @Test
  void allPrivilegesOnOneDatabaseGiveNothingElsewhere() {
    Grants grants =
        of("GRANT USAGE ON *.* TO 'dm'@'%'", "GRANT ALL PRIVILEGES ON `shop`.* TO 'dm'@'%'");
    assertEquals(List.of(Privilege.values()), missing(grants));
    assertTrue(grants.canSelectFrom("shop"));
    assertFalse(grants.canSelectFrom("shop2"));
  }

  @Test
  void eachMissingRightIsNamed() {
    Grants grants = of("GRANT RELOAD, REPLICATION CLIENT ON *.* TO `dm`@`%`");
    assertEquals(List.of(Privilege.REPLICATION_SLAVE, Privilege.SELECT), missing(grants));
    assertEquals("REPLICATION SLAVE", Privilege.REPLICATION_SLAVE.sql());
  }

  @Test
  void similarNamesAreOtherRights() {
    Grants grants =
        of(
            "GRANT FLUSH_TABLES,REPLICATION_SLAVE_ADMIN,GROUP_REPLICATION_ADMIN ON *.* TO"
                + " `dm`@`%`",
            "GRANT REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN ON *.* TO `dm`@`%`");
    assertEquals(List.of(Privilege.values()), missing(grants));
  }

  @Test
  void databasesArePatterns() {
    Grants grants =
        of(
            "GRANT SELECT ON `od``d\\_1`.* TO 'dm'@'%'",
            "GRANT SELECT ON `sh_p%`.* TO 'dm'@'%'", "GRANT INSERT ON `w`.* TO 'dm'@'%'");
    assertTrue(grants.canSelectFrom("od`d_1"));
    assertFalse(grants.canSelectFrom("od`dx1"));
    assertTrue(grants.canSelectFrom("shop"));
    assertTrue(grants.canSelectFrom("ship_2"));
    assertFalse(grants.canSelectFrom("shoop"));
    assertFalse(grants.canSelectFrom("w"));
    assertFalse(grants.has(Privilege.SELECT));
  }

  @Test
  void databasesUnderAnsiQuotes() {
    assertTrue(of("GRANT SELECT ON \"od`d\\_1\".* TO 'dm'@'%'").canSelectFrom("od`d_1"));
  }

  @Test
  void singleTablesColumnsAndRoutinesGiveNoDatabase() {
    Grants grants =
        of(
            // MySQL 5.7 does not quote columns: this one is named "c)".
            "GRANT SELECT, SELECT (a, b, c)), INSERT (a), UPDATE ON `shop`.`t` TO 'dm'@'%'",
            "GRANT SELECT, SELECT (`a`, `x) ON *.*`) ON `shop`.`t` TO `dm`@`%`",
            "GRANT SELECT ON `shop`.`t` TO 'dm'@'%'",
            "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO 'dm'@'%'",
            "GRANT SELECT ON TABLE `shop`.`t` TO 'dm'@'%'");
    assertFalse(grants.canSelectFrom("shop"));
    assertEquals(List.of(Privilege.values()), missing(grants));
  }

  @Test
  void rolesOfMySql80GiveNothingByTheirNames() {
    Grants grants =
        of(
            "GRANT RELOAD, REPLICATION SLAVE ON *.* TO `dm`@`%`",
            "GRANT BACKUP_ADMIN ON *.* TO `dm`@`%`",
            "GRANT `SELECT`@`%`,`REPLICATION CLIENT`@`%` TO `dm`@`%`");
    assertEquals(List.of(Privilege.REPLICATION_CLIENT, Privilege.SELECT), missing(grants));
  }

  @Test
  void partialRevokesOfMySql80TakeADatabaseAway() {
    Grants grants =
        of(
            "GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `dm`@`%`",
            "REVOKE SELECT, INSERT ON `pay_1`.* FROM `dm`@`%`",
            "REVOKE INSERT ON `shop`.* FROM `dm`@`%`");
    assertEquals(List.of(), missing(grants));
    assertFalse(grants.canSelectFrom("pay_1"));
    assertTrue(grants.canSelectFrom("payx1"));
    assertTrue(grants.canSelectFrom("shop"));
  }

  @Test
  void mariaDb() {
    // MariaDB Knowledge Base, SHOW GRANTS and GRANT: BINLOG MONITOR is REPLICATION CLIENT's name.
    Grants grants =
        of(
            "GRANT `r` TO `dm`@`%`",
            "GRANT SELECT, RELOAD, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `dm`@`%` IDENTIFIED"
                + " BY PASSWORD '*0D3CED9BEC10A777AEC23CCC353A8C08A633045E'",
            "SET DEFAULT ROLE `r` FOR `dm`@`%`");
    assertEquals(List.of(), missing(grants));
  }

  @Test
  void whatIsNotUnderstoodIsNotTakenForNoAndItsHashIsNotShown() {
    Problem problem =
        assertThrows(
            Problem.class,
            () -> of("GRANT SELECT ON shop.* TO 'dm'@'%' IDENTIFIED BY PASSWORD '*0D3CED9B'"));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertFalse(problem.getMessage().contains("0D3C"));
    for (String line :
        List.of(
            "", "ALTER USER x", "GRANT", "GRANT SELECT", "GRANT SELECT ON `shop", "GRANT , ON")) {
      assertThrows(Problem.class, () -> of(line), line);
    }
  }

  private static final Set<Privilege> REPLICATION =
      EnumSet.of(Privilege.REPLICATION_SLAVE, Privilege.REPLICATION_CLIENT);

  // What follows was tried on TiDB's parser of DM 1.0.7.

  @Test
  void whatDmsPreCheckReads() {
    assertEquals(
        Optional.empty(),
        of("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `dm`@`%`")
            .complaintOfDm(REPLICATION));
    assertEquals(
        Optional.empty(),
        of("GRANT ALL PRIVILEGES ON *.* TO 'dm'@'%' WITH GRANT OPTION").complaintOfDm(REPLICATION));
    assertEquals(
        Optional.of("lack of REPLICATION SLAVE, REPLICATION CLIENT privilege"),
        of("GRANT USAGE ON *.* TO 'dm'@'%'").complaintOfDm(REPLICATION));
    // It looks into every line, and not at what the privilege is granted on.
    assertEquals(
        Optional.empty(),
        of("GRANT USAGE ON *.* TO 'dm'@'%'", "GRANT SELECT, RELOAD ON `shop`.* TO 'dm'@'%'")
            .complaintOfDm(EnumSet.of(Privilege.SELECT, Privilege.RELOAD)));
    assertEquals(
        Optional.empty(),
        of("GRANT USAGE ON *.* TO 'dm'@'%'", "GRANT ALL PRIVILEGES ON `shop`.* TO 'dm'@'%'")
            .complaintOfDm(REPLICATION));
  }

  /** What GRANT ALL ON *.* becomes in MySQL 8.0. */
  @Test
  void allPrivilegesOfMySql80AreNotReadByDm() {
    Grants grants =
        of(
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE,"
                + " REFERENCES, INDEX, ALTER, SHOW DATABASES, SUPER, CREATE TEMPORARY TABLES, LOCK"
                + " TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW,"
                + " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, CREATE TABLESPACE,"
                + " CREATE ROLE, DROP ROLE ON *.* TO `dm`@`%` WITH GRANT OPTION",
            "GRANT BACKUP_ADMIN,BINLOG_ADMIN ON *.* TO `dm`@`%` WITH GRANT OPTION");
    assertEquals(List.of(), missing(grants));
    assertEquals(
        Optional.of("DM cannot parse CREATE TABLESPACE in the first line of SHOW GRANTS"),
        grants.complaintOfDm(REPLICATION));
  }

  @Test
  void otherFirstLinesThatDmDoesNotRead() {
    for (String first :
        List.of(
            "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `dm`@`%`",
            "GRANT `r` TO `dm`@`%`",
            "GRANT ALL PRIVILEGES ON *.* TO 'dm'@'%' IDENTIFIED BY PASSWORD '*0D' WITH GRANT OPTION"
                + " MAX_QUERIES_PER_HOUR 5")) {
      Optional<String> complaint =
          of(first, "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON `a`.* TO 'dm'@'%'")
              .complaintOfDm(REPLICATION);
      assertTrue(complaint.isPresent(), first);
      assertFalse(complaint.get().contains("*0D"), complaint.get());
    }
  }
}
