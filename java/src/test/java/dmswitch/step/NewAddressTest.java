package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A new address that leads to the planned server first, and then to another one. */
@ExtendWith(InstantTime.class)
class NewAddressTest {
  private static final String OTHER = "99999999-71ca-11e1-9e33-c80aa9429562";

  @TempDir private Path dir;

  /** Each fresh connection to the new address reaches the next of two servers. */
  private Bench inTurns() {
    Bench bench = new Bench(dir, Plans.ordinary());
    bench.newAddress.clear();
    bench.newAddress.addAll(List.of(Plans.NEW_UUID, OTHER, Plans.NEW_UUID, OTHER));
    return bench;
  }

  @Test
  void noFence() {
    try (Bench bench = inTurns()) {
      badly(bench.run(new FenceRelay()), ExitCode.REFUSED, OTHER, "and no other, answer there");

      assertEquals(List.of(), bench.dm.told, "relay runs on");
    }
  }

  @Test
  void noStoppedTask() {
    try (Bench bench = inTurns().fenced()) {
      badly(bench.run(new StopTasks()), ExitCode.REFUSED, OTHER);

      assertFalse(bench.open().tasksTouched());
    }
  }

  @Test
  void noRoll() throws IOException {
    Files.writeString(
        dir.resolve("inventory.ini"),
        "[dm_worker_servers]\ndm_worker1 ansible_host=10.0.1.21 mysql_host=10.0.1.32"
            + " mysql_user=dm mysql_password=s3cret mysql_port=3306\n");
    try (Bench bench = inTurns().fenced().did(Step.TASKS_STOPPED)) {
      badly(bench.run(new UpgradeWorker()), ExitCode.STOPPED_MIDWAY, OTHER);

      assertFalse(bench.open().upgradeBegun());
    }
  }
}
