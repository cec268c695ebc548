package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy may answer NULL where MySQL itself never does. */
class NullVariablesTest {
  private static FakeSession mysql57() {
    return new FakeSession()
        .answer("SELECT VERSION()", "5.7.22-log")
        .variable("server_uuid", "00000001-0000-0000-0000-000000000001")
        .variable("server_id", "7")
        .variable("gtid_mode", "ON")
        .variable("log_bin", "1")
        .variable("log_slave_updates", "1")
        .variable("binlog_format", "ROW")
        .variable("binlog_row_image", "FULL")
        .variable("log_bin_basename", "/data/mysql-bin")
        .variable("require_secure_transport", "0")
        .variable("gtid_executed", "")
        .variable("gtid_purged", "");
  }

  private static void cannotTell(Executable question, String variable) {
    Problem problem = assertThrows(Problem.class, question);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("h:3306"), problem.found());
    assertTrue(problem.found().contains(variable), problem.found());
    assertTrue(problem.found().contains("NULL"), problem.found());
    assertTrue(problem.next().contains("proxy"), problem.next());
    assertFalse(problem.wanted().isBlank());
  }

  @Test
  void withoutNull() {
    MySqlServer server = mysql57().server();
    assertEquals(Optional.of("mysql-bin"), server.facts().binlogBaseName());
    assertTrue(server.gtidExecuted().isEmpty());
    assertTrue(server.gtidPurged().isEmpty());
  }

  @Test
  void gtidSets() {
    cannotTell(
        () -> mysql57().variable("gtid_executed", null).server().gtidExecuted(), "gtid_executed");
    cannotTell(() -> mysql57().variable("gtid_purged", null).server().gtidPurged(), "gtid_purged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server_uuid",
        "server_id",
        "gtid_mode",
        "log_bin",
        "log_slave_updates",
        "binlog_format",
        "binlog_row_image",
        "log_bin_basename",
      })
  void facts(String variable) {
    cannotTell(() -> mysql57().variable(variable, null).server().facts(), variable);
  }

  /** As MySQL itself has it. */
  @Test
  void noBaseNameWithoutBinlog() {
    assertEquals(
        Optional.empty(),
        mysql57()
            .variable("log_bin", "0")
            .variable("log_bin_basename", null)
            .server()
            .facts()
            .binlogBaseName());
  }

  /** MySQL 5.5 has no log_bin_basename: another thing than NULL. */
  @Test
  void aVariableThatIsNotThere() {
    FakeSession odd = new FakeSession().answer("SELECT VERSION()", "5.5.62");
    Problem problem = assertThrows(Problem.class, () -> odd.server().facts());
    assertTrue(problem.found().contains("has no variable"), problem.found());
  }
}
