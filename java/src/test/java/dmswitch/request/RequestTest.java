package dmswitch.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Modes;
import dmswitch.json.Json;
import dmswitch.mysql.SslMode;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  private static final String PASSWORD = "hunter2-Zebra";

  @TempDir private Path dir;

  private ObjectNode least() {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    return json;
  }

  private static Request read(String text) {
    return RequestReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Request read(JsonNode json) {
    return read(json.toString());
  }

  /** Refused as wrong use, without mentioning the password. */
  private static Problem wrong(String text) {
    Problem problem = assertThrows(Problem.class, () -> read(text));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    for (Throwable told = problem; told != null; told = told.getCause()) {
      assertFalse(String.valueOf(told.getMessage()).contains("hunter2"), told.getMessage());
    }
    return problem;
  }

  private Problem wrong(String field, String json) throws IOException {
    ObjectNode request = least();
    if (!field.equals("new_mysql_password")) {
      request.put("new_mysql_password", PASSWORD);
    }
    request.set(field, Json.mapper().readTree(json));
    Problem problem = wrong(request.toString());
    assertTrue(
        problem.found().contains(field.replace("new_mysql_", ""))
            || problem.found().contains(field)
            || problem.found().contains("MySQL " + field.replace("new_mysql_", "")),
        problem.found());
    return problem;
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    Request request = read(least());

    assertEquals(dir, request.dmAnsible().dir());
    assertEquals(Optional.empty(), request.dmAnsible().inventory());
    assertEquals("dm_worker1", request.dmWorker());
    assertEquals("10.0.1.32", request.newServer().host());
    assertEquals(3306, request.newServer().port());
    assertEquals(Optional.empty(), request.newServer().user());
    assertEquals(Optional.empty(), request.newServer().password());
    assertEquals(SslMode.PREFERRED, request.newServer().sslMode());
    assertEquals(List.of(), request.dm().taskFiles());
    assertEquals("ansible-playbook", request.dmAnsible().playbook());
    assertEquals(dir.resolve("dmctl/dmctl"), request.dm().dmctl());
    assertEquals(Modes.TaskMode.STOP, request.modes().task());
    assertEquals(Modes.FlushBinaryLogs.AUTO, request.modes().flushBinaryLogs());
    // As the modules document them.
    assertEquals(Duration.ofMinutes(5), request.timeouts().catchUp());
    assertEquals(Duration.ofMinutes(2), request.timeouts().drain());
    assertEquals(Duration.ofMinutes(15), request.timeouts().upgrade());
    assertEquals(Duration.ofMinutes(2), request.timeouts().relay());
    assertEquals(Duration.ofMinutes(2), request.timeouts().start());
    assertEquals(Duration.ofMinutes(2), request.timeouts().verify());
    assertEquals(dir.resolve(".dm-switch/dm_worker1"), request.journalDir());
    assertEquals(Optional.empty(), request.run().id());
    assertFalse(request.run().checkMode());
  }

  @Test
  void whatIsGivenIsTaken() {
    ObjectNode json = least();
    json.put("new_mysql_port", "3307");
    json.put("new_mysql_user", "dm2");
    json.put("new_mysql_password", PASSWORD);
    json.put("new_mysql_ssl_mode", "verify_ca");
    json.put("new_mysql_ssl_ca", "ca.pem");
    json.putArray("task_files").add("more/tasks").add("/etc/dm/t.yaml");
    json.putArray("dm_ansible_args").add("--vault-password-file=x");
    json.put("dmctl", "/opt/dmctl");
    json.put("dm_master_addr", "10.0.1.11:8261");
    json.put("task_mode", "pause");
    json.put("flush_binary_logs", "never");
    json.put("catch_up_timeout", 1);
    json.put("drain_timeout", 86_400);
    json.put("journal_dir", "/var/lib/j");
    json.put("run_id", "r");
    json.put("check_mode", true);
    json.put("server", "new");

    Request request = read(json);

    assertEquals(3307, request.newServer().port());
    assertEquals(Optional.of("dm2"), request.newServer().user());
    assertEquals(Optional.of(Secret.of(PASSWORD)), request.newServer().password());
    assertEquals(SslMode.VERIFY_CA, request.newServer().sslMode());
    assertEquals(Optional.of(dir.resolve("ca.pem")), request.newServer().sslCa());
    assertEquals(
        List.of(dir.resolve("more/tasks"), Path.of("/etc/dm/t.yaml")), request.dm().taskFiles());
    assertEquals(List.of("--vault-password-file=x"), request.dmAnsible().args());
    assertEquals(Path.of("/opt/dmctl"), request.dm().dmctl());
    assertEquals(Optional.of("10.0.1.11:8261"), request.dm().masterAddr());
    assertEquals(Modes.TaskMode.PAUSE, request.modes().task());
    assertEquals(Modes.FlushBinaryLogs.NEVER, request.modes().flushBinaryLogs());
    assertEquals(Duration.ofSeconds(1), request.timeouts().catchUp());
    assertEquals(Duration.ofDays(1), request.timeouts().drain());
    assertEquals(Path.of("/var/lib/j"), request.journalDir());
    assertEquals(Optional.of("r"), request.run().id());
    assertTrue(request.run().checkMode());
    assertEquals(Optional.of("new"), request.run().server());
    assertFalse(request.toString().contains("hunter2"), request.toString());
  }

  @Test
  void emptyTextsAreNotGiven() {
    ObjectNode json = least();
    for (String name :
        List.of("new_mysql_user", "new_mysql_password", "dmctl", "task_mode", "journal_dir")) {
      json.put(name, "");
    }

    assertEquals(read(least()), read(json));
  }

  @ParameterizedTest
  @CsvSource({
    "task_mode, stop, pause",
    "roll_mode, staged, no roll_mode",
    "new_mysql_user, other, neither",
    "new_mysql_password, hunter2-Zebra, neither"
  })
  void behindAVipOnlyTheVipMoves(String field, String value, String wanted) {
    ObjectNode json = least();
    json.put("scenario", "vip");
    assertEquals(Modes.Scenario.VIP, read(json).modes().scenario());
    assertEquals(Modes.TaskMode.PAUSE, read(json).modes().task());

    Problem problem = wrong(json.put(field, value).toString());

    assertTrue(problem.found().contains(field), problem.found());
    assertTrue(problem.wanted().contains(wanted), problem.wanted());
  }

  @Test
  void aPasswordOfSpacesIsAPassword() {
    ObjectNode json = least();
    json.put("new_mysql_password", "  ");

    assertEquals(Optional.of(Secret.of("  ")), read(json).newServer().password());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "null",
        "[]",
        "5",
        "\"text\"",
        "{",
        "{\"new_mysql_password\":\"hunter2-Zebra",
        "{\"new_mysql_password\":\"hunter2-Zebra\"]",
        "{\"new_mysql_password\":hunter2-Zebra}",
        "{} {}",
        "{}",
      })
  void whatIsNoRequest(String text) {
    Problem problem = wrong(text);

    assertTrue(problem.found().contains("request"), problem.found());
    assertTrue(problem.wanted().contains("JSON object"), problem.wanted());
  }

  @Test
  void bytesThatAreNoText() {
    byte[] bytes = {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'};
    Problem problem =
        assertThrows(Problem.class, () -> RequestReader.read(new ByteArrayInputStream(bytes)));

    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains("not JSON"), problem.found());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dm_ansible_dir", "dm_worker", "new_mysql_host", "new_mysql_port"})
  void whatMustBeGiven(String field) {
    ObjectNode json = least();
    json.remove(field);

    assertTrue(wrong(json.toString()).found().contains(field));
  }

  @Test
  void anUnknownFieldIsNamed() throws IOException {
    Problem problem = wrong("new_mysql_hots", "\"10.0.1.32\"");

    assertTrue(problem.found().contains("new_mysql_hots"), problem.found());
  }

  @Test
  void aFieldGivenTwice() {
    assertTrue(wrong("{\"dm_worker\":\"a\",\"dm_worker\":\"b\"}").found().contains("not JSON"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "dm_ansible_dir | \"\"",
        "dm_ansible_dir | \"/does/not/exist\"",
        "dm_ansible_dir | \"a\\u0000b\"",
        "dm_ansible_dir | []",
        "dm_ansible_dir | null",
        "dm_worker | \"\"",
        "dm_worker | \" \"",
        "dm_worker | \"..\"",
        "dm_worker | \".\"",
        "dm_worker | \"a/b\"",
        "dm_worker | \"dm_worker1,dm_worker2\"",
        "dm_worker | \"all:!x\"",
        "dm_worker | \"-l\"",
        "dm_worker | {}",
        "dm_worker | null",
        "new_mysql_host | \"\"",
        "new_mysql_host | \"  \"",
        "new_mysql_host | \"a b\"",
        "new_mysql_host | \"a'b\"",
        "new_mysql_host | \"a\\nb\"",
        "new_mysql_port | 0",
        "new_mysql_port | -1",
        "new_mysql_port | 65536",
        "new_mysql_port | 3306.0",
        "new_mysql_port | 99999999999",
        "new_mysql_port | \"\"",
        "new_mysql_port | \"mysql\"",
        "new_mysql_port | \"33 06\"",
        "new_mysql_port | \"0x10\"",
        "new_mysql_port | true",
        "new_mysql_port | null",
        "new_mysql_port | []",
        "new_mysql_user | \"a\\\"b\"",
        "new_mysql_user | \"a\\nb\"",
        "new_mysql_user | []",
        "new_mysql_password | {\"hunter2\":\"hunter2\"}",
        "new_mysql_password | [\"hunter2\"]",
        "new_mysql_ssl_mode | \"tls\"",
        "new_mysql_ssl_ca | \"a\\u0000\"",
        "task_files | \"conf\"",
        "task_files | [null]",
        "task_files | [\"a\\u0000\"]",
        "task_files | [[]]",
        "dm_ansible_args | [null]",
        "dm_ansible_args | {}",
        "dmctl | \"a\\u0000\"",
        "journal_dir | \"a\\u0000\"",
        "task_mode | \"halt\"",
        "flush_binary_logs | \"always\"",
        "catch_up_timeout | 0",
        "catch_up_timeout | -5",
        "catch_up_timeout | 86401",
        "catch_up_timeout | 1.5",
        "catch_up_timeout | \"soon\"",
        "catch_up_timeout | 99999999999",
        "drain_timeout | 0",
        "upgrade_timeout | 0",
        "relay_timeout | 0",
        "start_timeout | 0",
        "verify_timeout | 0",
        "check_mode | \"perhaps\"",
      })
  void badValues(String field, String json) throws IOException {
    Problem problem = wrong(field, json);

    assertFalse(problem.found().isBlank());
    assertFalse(problem.wanted().isBlank());
    assertTrue(problem.next().contains("correct"), problem.next());
    assertFalse(problem.found().contains("\n"), problem.found());
  }

  @Test
  void wordsThatMayStandAreNamed() throws IOException {
    assertEquals("one of stop, pause", wrong("task_mode", "\"halt\"").wanted());
    assertEquals("one of auto, never", wrong("flush_binary_logs", "\"x\"").wanted());
    assertEquals("seconds, from 1 to 86400", wrong("drain_timeout", "0").wanted());
    assertEquals("a port, a number from 1 to 65535", wrong("new_mysql_port", "\"a\"").wanted());
  }

  @Test
  void aFileInPlaceOfTheDirectory() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    ObjectNode json = least();
    json.put("dm_ansible_dir", file.toString());

    assertTrue(wrong(json.toString()).found().contains(file + " is not a folder"));
  }
}
