package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.check.TaskCheckpoint;
import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import dmswitch.journal.Plans;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import dmswitch.step.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(InstantTime.class)
class CheckpointsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String LOOSE = "(mysql-bin.000003, 5000)";

  @TempDir private Path dir;
  private Bench bench;

  @BeforeEach
  void bench() {
    bench = new Bench(dir, Plans.ordinary());
  }

  private static String shown(List<TaskCheckpoint> checkpoints) {
    assertEquals(1, checkpoints.size());
    assertEquals("orders", checkpoints.get(0).task());
    return checkpoints.get(0).position().map(Object::toString).orElse("none");
  }

  @Test
  void queryStatusTells() {
    assertEquals("(mysql-bin|000001.000003, 5000)", shown(bench.checkpoints(false).ask()));
    bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    bench.dm.syncer = LOOSE;
    List<TaskCheckpoint> paused = bench.checkpoints(false).ask();
    assertEquals(LOOSE, shown(paused));
    assertTrue(paused.get(0).paused());
  }

  /** A task that a restart has brought back Paused has read no checkpoint yet. */
  @Test
  void theTargetTellsOfATaskWithoutUnit() {
    bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);
    bench.dm.unit = Unit.INVALID;
    assertEquals("(mysql-bin|000001.000003, 4000)", shown(bench.checkpoints(false).ask()));
    bench.inTarget = Optional.empty();
    assertEquals("none", shown(bench.checkpoints(false).ask()));
  }

  @Test
  void theTargetTellsWhileTheOldServerIsSilent() {
    assertEquals("(mysql-bin|000001.000003, 4000)", shown(bench.checkpoints(true).ask()));
    assertEquals(0, bench.dm.askedUpstream, "query-status would hang");
  }

  @Test
  void whatIsNotWrittenYetIsAwaited() {
    bench.dm.syncer = LOOSE;
    int[] asked = {0};
    bench.dm.onQuestion =
        () -> {
          if (++asked[0] == 3) {
            bench.dm.syncer = "(mysql-bin|000001.000003, 6000)";
          }
        };

    assertEquals("(mysql-bin|000001.000003, 6000)", shown(bench.checkpoints(false).await(LONG)));
  }

  @Test
  void theWaitHasAnEnd() {
    bench.dm.syncer = LOOSE;

    assertEquals(LOOSE, shown(bench.checkpoints(false).await(Duration.ofMillis(10))));
  }

  /** Nothing is written while a task is Paused. */
  @Test
  void aPausedTaskIsNotAwaited() {
    bench.dm.syncer = LOOSE;
    bench.dm.subtasks.get(Plans.WORKER).put("orders", Stage.PAUSED);

    assertEquals(LOOSE, shown(bench.checkpoints(false).await(LONG)));

    assertEquals(1, bench.dm.askedUpstream);
  }

  /** Without a task file nobody knows where the target is: neither yes nor no. */
  @Test
  void aTargetThatIsNotKnown() throws IOException {
    Files.createDirectory(dir.resolve("conf"));
    ClusterAccess access = ClusterAccess.of(Bench.request(dir, Plans.ordinary()));

    Problem problem =
        assertThrows(
            Problem.class, () -> access.mysql().targetCheckpoint("orders", "mysql-replica-01"));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("no task file has the name: orders"), problem.found());
    assertTrue(problem.next().contains("set task_files"), problem.next());
    assertTrue(!problem.next().contains("task_mode"), problem.next());
  }
}
