package dmswitch.dm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome.Kind;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dmctl as a program, played by a script that prints recordings. */
class DmctlIT {
  private static final String W1 = "127.0.0.1:8262";
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
  private static final Limits SHORT =
      new Limits(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(300));

  @TempDir Path folder;
  private Path dmctl;

  @BeforeEach
  void copyRecordings() throws IOException {
    dmctl = folder.resolve("dmctl");
    for (String name :
        List.of(
            "query-status.worker.running",
            "query-status.dm-master-down",
            "stop-task.ok",
            "start-task.two-workers",
            "usage.bad-command")) {
      try (InputStream in =
          DmctlIT.class.getResourceAsStream("/transcripts/dm-1.0.7/" + name + ".stdout")) {
        Files.copy(in, folder.resolve(name));
      }
    }
  }

  @Test
  void runsInADirectoryOfItsOwnAndLeavesNothing() throws IOException {
    script("query-status.worker.running", 0);
    assertEquals(Stage.RUNNING, dm(LIMITS).queryStatus(W1).relay().stage());
    assertEquals(List.of("--master-addr", "10.0.0.9:8261", "query-status", "-w", W1), arguments());
    Path directory = Path.of(Files.readString(folder.resolve("pwd")).strip());
    assertFalse(directory.equals(Path.of("").toAbsolutePath()), directory.toString());
    assertFalse(Files.exists(directory), "left behind, with its dmctl.log: " + directory);
  }

  @Test
  void startTaskNamesTheFileByItsAbsolutePath() throws IOException {
    script("start-task.two-workers", 0);
    Outcome outcome =
        dm(LIMITS).startTask(Path.of("conf/app.yaml"), Scope.whole(Set.of(W1, "127.0.0.1:8263")));
    assertEquals(Kind.DONE, outcome.kind(), outcome::message);
    assertEquals(
        List.of("start-task", Path.of("conf/app.yaml").toAbsolutePath().toString()),
        arguments().subList(2, 4));
  }

  @Test
  void aRelativePathIsTakenFromOurOwnDirectory() throws IOException {
    script("stop-task.ok", 0);
    Path relative = Path.of("").toAbsolutePath().relativize(dmctl);
    Outcome outcome = new Dmctl(relative, "10.0.0.9:8261", LIMITS).stopTask("app", Scope.only(W1));
    assertEquals(Kind.DONE, outcome.kind(), outcome::message);
    assertEquals(List.of("stop-task", "-w", W1, "app"), arguments().subList(2, 6));
  }

  @Test
  void aDeadMasterIsNamed() throws IOException {
    script("query-status.dm-master-down", 0);
    Problem problem = assertThrows(Problem.class, () -> dm(LIMITS).tasks());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("10.0.0.9:8261"), problem.found());
    assertTrue(problem.next().contains("start dm-master"), problem.next());
    assertEquals(Kind.NOT_YET, dm(LIMITS).stopTask("app", Scope.only(W1)).kind());
  }

  @Test
  void anExitStatusIsNoAnswer() throws IOException {
    script("usage.bad-command", 2);
    Problem problem = assertThrows(Problem.class, () -> dm(LIMITS).stopTask("app", Scope.only(W1)));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("exit status 2"), problem.found());
    assertTrue(problem.found().contains("'nosuch-command' is an invalid flag"), problem.found());
  }

  @Test
  void everyCallIsBounded() throws IOException {
    write("#!/bin/sh\nexec sleep 600\n", "rwx------");
    long start = System.nanoTime();
    Problem problem = assertThrows(Problem.class, () -> dm(SHORT).queryStatus(W1));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("gave no answer within 0.3 s"), problem.found());
    assertEquals(Kind.NO_ANSWER, dm(SHORT).stopTask("app", Scope.only(W1)).kind());
    assertEquals(Kind.NO_ANSWER, dm(LIMITS).pauseRelay(W1, Duration.ofMillis(300)).kind());
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(60).toNanos());
  }

  @Test
  void aMissingProgramIsNamed() {
    Problem problem = assertThrows(Problem.class, () -> dm(LIMITS).tasks());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertEquals("dmctl does not exist: " + dmctl, problem.found());
    assertTrue(problem.next().contains("set dmctl"), problem.next());
  }

  @Test
  void aProgramThatMayNotBeExecutedIsNamed() throws IOException {
    write("#!/bin/sh\n", "rw-------");
    Problem problem = assertThrows(Problem.class, () -> dm(LIMITS).tasks());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertEquals("dmctl is not executable: " + dmctl, problem.found());
    assertTrue(problem.next().contains("chmod +x"), problem.next());
  }

  @Test
  void aFileThatIsNoProgramIsNamed() throws IOException {
    write("\0\1\2", "rwx------");
    Problem problem = assertThrows(Problem.class, () -> dm(LIMITS).tasks());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(dmctl.toString()), problem.found());
  }

  private Dm dm(Limits limits) {
    return new Dmctl(dmctl, "10.0.0.9:8261", limits);
  }

  private void script(String recording, int exitStatus) throws IOException {
    write(
        String.join(
            "\n",
            "#!/bin/sh",
            "printf '%s\\n' \"$@\" > " + folder + "/arguments",
            "pwd > " + folder + "/pwd",
            "echo log > dmctl.log",
            "cat " + folder + "/" + recording,
            "exit " + exitStatus,
            ""),
        "rwx------");
  }

  private void write(String content, String mode) throws IOException {
    Files.writeString(dmctl, content);
    Files.setPosixFilePermissions(dmctl, PosixFilePermissions.fromString(mode));
  }

  private List<String> arguments() throws IOException {
    return Files.readAllLines(folder.resolve("arguments"));
  }
}
