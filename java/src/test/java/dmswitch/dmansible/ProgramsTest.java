package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  @TempDir Path folder;

  private Path bin(String name, String... programs) throws IOException {
    Path bin = Files.createDirectories(folder.resolve(name));
    for (String program : programs) {
      Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return bin;
  }

  private Path complete(String name) throws IOException {
    return bin(name, "ansible-playbook", "ansible", "ansible-inventory");
  }

  @Test
  void aNameIsLookedUpInPath() throws IOException {
    Path empty = bin("empty");
    Path first = complete("first");
    Path second = complete("second");
    Programs programs =
        Programs.find(
            "ansible-playbook", Map.of("PATH", empty + ":" + first + "::" + second + ":/none"));
    assertEquals(first.resolve("ansible-playbook"), programs.playbook());
    assertEquals(first.resolve("ansible"), programs.ansible());
    assertEquals(first.resolve("ansible-inventory"), programs.inventory());
  }

  @Test
  void ourOwnVirtualEnvironmentIsPassedOver() throws IOException {
    Path own = complete("venv/bin");
    Path operators = complete("usr/bin");
    Programs programs =
        Programs.find(
            "ansible-playbook",
            Map.of("PATH", own + ":" + operators, "VIRTUAL_ENV", own.getParent().toString()));
    assertEquals(operators.resolve("ansible-playbook"), programs.playbook());
  }

  @Test
  void anAbsolutePathIsTakenAsItIs() throws IOException {
    Path own = complete("venv/bin");
    assertEquals(
        own.resolve("ansible"),
        Programs.find(own.resolve("ansible-playbook").toString(), Map.of()).ansible());
  }

  @Test
  void aRelativePathIsWrongUse() {
    Problem problem =
        assertThrows(Problem.class, () -> Programs.find("bin/ansible-playbook", Map.of()));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
  }

  @Test
  void anAbsolutePathThatIsNotThereIsNamed() {
    String missing = folder.resolve("missing").toString();
    Problem problem = assertThrows(Problem.class, () -> Programs.find(missing, Map.of()));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(missing), problem.found());
    assertEquals("correct dm_ansible_playbook", problem.next());
  }

  @Test
  void aMissingProgramIsNamed() throws IOException {
    Path incomplete = bin("incomplete", "ansible-playbook", "ansible");
    Problem problem =
        assertThrows(
            Problem.class,
            () -> Programs.find("ansible-playbook", Map.of("PATH", incomplete.toString())));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("no ansible-inventory next to"), problem.found());
  }

  @Test
  void noneInPathIsSaid() {
    Problem problem =
        assertThrows(
            Problem.class,
            () -> Programs.find("ansible-playbook", Map.of("PATH", folder.toString())));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.next().contains("dm_ansible_playbook"), problem.next());
  }

  @Test
  void aFileThatCannotBeExecutedIsNoProgram() throws IOException {
    Path bin = complete("bin");
    Path playbook = bin.resolve("ansible-playbook");
    Files.setPosixFilePermissions(playbook, PosixFilePermissions.fromString("rw-r--r--"));
    assertThrows(Problem.class, () -> Programs.find(playbook.toString(), Map.of()));
  }
}
