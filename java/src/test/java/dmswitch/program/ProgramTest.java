package dmswitch.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
  /** More than a pipe takes. */
  private static final String LONG = "x".repeat(1 << 20);

  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration TEST_LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private Program shell(String script, String stdin, Duration limit) {
    return new Program(List.of("/bin/sh", "-c", script), folder, Map.of(), stdin, limit);
  }

  private static Program.Result run(Program program) {
    return assertTimeoutPreemptively(TEST_LIMIT, () -> program.run());
  }

  @Test
  void itsInputIsRead() {
    Program.Result result = run(shell("wc -c; echo no >&2; exit 3", LONG, TEST_LIMIT));
    assertEquals(new Program.Result(3, (1 << 20) + "\n", "no\n", false), result);
    assertEquals(0, run(shell("exit 0", LONG, TEST_LIMIT)).exitStatus());
  }

  /** Its limit holds too where it does not read its input. */
  @Test
  void oneThatDoesNotReadIsEnded() {
    Program.Result result = run(shell("echo begun; exec sleep 60", LONG, SHORT));
    assertEquals(new Program.Result(-1, "begun\n", "", true), result);
  }

  /** Such as what a connection leaves open, in its own session. */
  @Test
  void outputThatStaysOpenIsNotAwaited() {
    String leaves = "setsid sh -c 'echo $$ >pid; exec sleep 60' & echo done; ";
    String until = "while [ ! -s pid ]; do sleep 0.01; done; ";
    try {
      Program.Result result = run(shell(leaves + until + "exit 4", "", TEST_LIMIT));
      assertEquals(4, result.exitStatus());
      assertEquals("done\n", result.stdout());
      assertFalse(result.timedOut());
    } finally {
      run(shell("kill $(cat pid)", "", TEST_LIMIT));
    }
  }

  @Test
  void oneThatDoesNotBeginIsEndedSooner() {
    Program silent = shell("echo Welcome; exec sleep 60", "", TEST_LIMIT.multipliedBy(2));
    assertTrue(assertTimeoutPreemptively(TEST_LIMIT, () -> silent.run("begun", SHORT)).timedOut());
    Program slow = shell("echo begun; sleep 2; echo done", "", TEST_LIMIT);
    Program.Result result = slow.run("begun", SHORT);
    assertEquals(new Program.Result(0, "begun\ndone\n", "", false), result);
    Program endless = shell("echo begun; exec sleep 60", "", SHORT.multipliedBy(2));
    assertTrue(assertTimeoutPreemptively(TEST_LIMIT, () -> endless.run("begun", SHORT)).timedOut());
  }
}
