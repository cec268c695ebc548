package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTomlTest {
  private static final String GOOD =
      """
      # Worker Configuration.

      server-id = 101
      source-id = "mysql-replica-01"
      flavor = "mysql"
      enable-gtid = true
      relay-binlog-name = "mysql-bin.000003"
      relay-binlog-gtid = "53ea0ed1-9bf8-11e6-8bea-64006a897c73:1-9"
      charset = ""
      meta-dir = ""

      [from]
      host = "10.1.1.1"
      user = "dm"
      password = "pa#ss'word="
      port = 3307 # the upstream's

      [purge]
      interval = 3600
      expires = 0
      remain-space = 15
      """;

  @Test
  void everyValueIsRead() {
    assertEquals(
        new WorkerToml(
            "10.1.1.1",
            3307,
            "dm",
            Secret.of("pa#ss'word="),
            true,
            "mysql-replica-01",
            101,
            "mysql",
            "mysql-bin.000003",
            "53ea0ed1-9bf8-11e6-8bea-64006a897c73:1-9"),
        WorkerToml.parse(GOOD));
  }

  @Test
  void whatIsMissingIsAsTheWorkerReadsIt() {
    WorkerToml toml =
        WorkerToml.parse("source-id = \"s\"\n[from]\nhost = \"h\"\nuser = \"u\"\nport = 3306\n");
    assertFalse(toml.enableGtid());
    assertEquals(0, toml.serverId());
    assertEquals("", toml.flavor());
    assertEquals(Secret.of(""), toml.storedPassword());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        // A quote or a backslash in the password.
        "pa#ss'word=;sec\"ret;password",
        "pa#ss'word=;sec\\xret;password",
        "pa#ss'word=;secret\\;password",
        "enable-gtid = true;enable-gtid = True;enable-gtid",
        "enable-gtid = true;enable-gtid = \"true\";enable-gtid",
        "enable-gtid = true;enable-gtid = yes;enable-gtid",
        "enable-gtid = true;enable-gtid =;enable-gtid",
        "port = 3307;port = \"3307\";port",
        "port = 3307;port = 70000;port",
        "port = 3307;port = 0;port",
        "port = 3307;port = 3307.0;port",
        // Newer TOML, which the parser of DM 1.0 does not know.
        "port = 3307;port = 0xCEB;port",
        "port = 3307;port = ;port",
        "server-id = 101;server-id = 4294967296;server-id",
        "server-id = 101;server-id = -1;server-id",
        "host = \"10.1.1.1\";host = \"\";host",
        "host = \"10.1.1.1\";host = 10;host",
        "flavor = \"mysql\";flavor = \"percona\";flavor",
        "source-id = \"mysql-replica-01\";source-id = \"\";source-id",
        "\"mysql-replica-01\";\"a23456789012345678901234567890123\";source-id",
        "charset = \"\";charsett = \"\";charsett",
        "user = \"dm\";usr = \"dm\";from.usr",
        "[from];[form];form",
      })
  void whatTheWorkerCannotReadIsNamedAndNotQuoted(String good, String bad, String key) {
    assertTrue(GOOD.contains(good), good);
    Problem problem = assertThrows(Problem.class, () -> WorkerToml.parse(GOOD.replace(good, bad)));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains(key), problem.found());
    assertFalse(problem.getMessage().contains("ret"), problem.getMessage());
  }

  @Test
  void aPasswordOverTwoLinesIsRefused() {
    Problem problem =
        assertThrows(
            Problem.class, () -> WorkerToml.parse(GOOD.replace("pa#ss'word=", "sec\nret")));
    assertTrue(problem.found().contains("password"), problem.found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a2345678901234567890123456789012", "s"})
  void aSourceIdOfUpTo32CharactersIsTaken(String sourceId) {
    assertEquals(sourceId, WorkerToml.parse(GOOD.replace("mysql-replica-01", sourceId)).sourceId());
  }

  /** Valid TOML, but another password than the inventory's: the caller compares. */
  @Test
  void anEscapeIsReadAsTheWorkerReadsIt() {
    assertEquals(
        Secret.of("sec\ret"),
        WorkerToml.parse(GOOD.replace("pa#ss'word=", "sec\\ret")).storedPassword());
  }

  @Test
  void itNeverPrintsThePassword() {
    assertFalse(WorkerToml.parse(GOOD).toString().contains("pa#ss"));
  }
}
