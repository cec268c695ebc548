package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnsibleArgumentsTest {
  @Test
  void noWordsAreWell() {
    AnsibleArguments arguments = AnsibleArguments.of(List.of());
    assertEquals(List.of(), arguments.forInventory());
    assertEquals(List.of(), arguments.forHosts());
    assertEquals(List.of(), arguments.forRoll());
  }

  @Test
  void eachProgramGetsWhatItKnows() {
    AnsibleArguments arguments =
        AnsibleArguments.of(
            List.of(
                "--vault-password-file",
                ".vault",
                "--vault-id=prod@f",
                "-b",
                "-utidb",
                "--private-key=key",
                "-e",
                "@vars.yml",
                "-vv"));
    assertEquals(
        List.of("--vault-password-file", ".vault", "--vault-id=prod@f"), arguments.forInventory());
    assertEquals(
        List.of(
            "--vault-password-file",
            ".vault",
            "--vault-id=prod@f",
            "-b",
            "-utidb",
            "--private-key=key",
            "-e",
            "@vars.yml"),
        arguments.forHosts());
    assertEquals("-vv", arguments.forRoll().get(8));
    assertEquals(9, arguments.forRoll().size());
  }

  @Test
  void aValueIsNotTakenForAnOption() {
    AnsibleArguments arguments =
        AnsibleArguments.of(List.of("--ssh-common-args", "-o ProxyJump=a --diff"));
    assertEquals(List.of("--ssh-common-args", "-o ProxyJump=a --diff"), arguments.forHosts());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--diff;would print passwords",
        "-D;would print passwords",
        "-DC;would print passwords",
        "--check;would do nothing",
        "-C;would do nothing",
        "-l;dm_worker",
        "-ldm-worker2;dm_worker",
        "--limit=all;dm_worker",
        "-t;tag",
        "--tags=dm-master;tag",
        "--skip-tags=dm-worker;skipped",
        "--start-at-task=x;skipped",
        "--step;answer",
        "-i;dm_inventory",
        "--inventory=other;dm_inventory",
        "-k;key",
        "-K;vault",
        "--ask-become-pass;vault",
        "--ask-vault-pass;--vault-password-file",
        "-J;--vault-password-file",
        "--list-hosts;not an option",
        "--syntax-check;not an option",
        // An abbreviation that ansible would complete.
        "--dif;not an option",
        "--become=yes;not an option",
        "-bD;not an option",
        "--;not an option",
      })
  void otherOptionsAreRefusedWithTheReason(String word, String reason) {
    Problem problem = assertThrows(Problem.class, () -> AnsibleArguments.of(List.of(word, "x")));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains(reason), problem.found());
  }

  @Test
  void anotherPlaybookIsRefusedAndNotQuoted() {
    Problem problem =
        assertThrows(Problem.class, () -> AnsibleArguments.of(List.of("-b", "hunter2.yml")));
    assertFalse(problem.getMessage().contains("hunter2"), problem.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ansible_become_pass=hunter2",
        "ansible_password=hunter2",
        "mysql_password=hunter2",
        "{\"ansible_ssh_pass\": \"hunter2\"}",
        "API_TOKEN=hunter2",
      })
  void aPasswordOnTheCommandLineIsRefusedAndNotQuoted(String value) {
    for (List<String> words :
        List.of(List.of("-e", value), List.of("-e" + value), List.of("--extra-vars=" + value))) {
      Problem problem = assertThrows(Problem.class, () -> AnsibleArguments.of(words));
      assertEquals(ExitCode.WRONG_USE, problem.exitCode());
      assertFalse(problem.getMessage().contains("hunter2"), problem.getMessage());
      assertTrue(problem.next().contains("@FILE"), problem.next());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"@secrets.yml", "ansible_port=2222", "ansible_become_method=su"})
  void otherVariablesAreTaken(String value) {
    assertEquals(List.of("-e", value), AnsibleArguments.of(List.of("-e", value)).forHosts());
  }

  @Test
  void aVaultIdThatAsksIsRefused() {
    for (String id : List.of("prompt", "prod@prompt")) {
      assertThrows(Problem.class, () -> AnsibleArguments.of(List.of("--vault-id", id)));
    }
  }

  @Test
  void aMissingValueIsSaid() {
    Problem problem = assertThrows(Problem.class, () -> AnsibleArguments.of(List.of("--user")));
    assertTrue(problem.found().contains("--user has no value"), problem.found());
  }
}
