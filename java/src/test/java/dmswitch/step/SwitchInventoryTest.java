package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwitchInventoryTest {
  private static final String INVENTORY =
      """
      # ours
      [dm_worker_servers]
      dm_worker1 ansible_host=10.0.1.21 mysql_host=10.0.1.31 mysql_user=dm mysql_password='s3cret' mysql_port=3306
      dm_worker2 ansible_host=10.0.1.22 mysql_host=10.0.1.31 mysql_password='other' mysql_port=3306
      """;

  @TempDir private Path dir;

  @BeforeEach
  void inventory() throws IOException {
    Files.writeString(dir.resolve("inventory.ini"), INVENTORY);
  }

  private Bench stopped() {
    return new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED);
  }

  @Test
  void onlyTheAddressChanges() throws IOException {
    try (Bench bench = stopped()) {
      StepResult ended = bench.run(new SwitchInventory());

      well(ended, true, "changed mysql_host");
      assertEquals(
          INVENTORY.replaceFirst("mysql_host=10.0.1.31", "mysql_host=10.0.1.32"),
          Files.readString(dir.resolve("inventory.ini")));
      Path backup = bench.journal.file("inventory.before");
      assertEquals(INVENTORY, Files.readString(backup));
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
      String diff = ended.answer().path("diff").toString();
      assertTrue(diff.contains("mysql_host=10.0.1.32"), diff);
      assertFalse(ended.answer().toString().contains("s3cret"), diff);
      assertFalse(diff.contains("dm_worker2"), diff);
      assertFalse(Files.readString(bench.journal.file("steps.jsonl")).contains("s3cret"));
      assertFalse(Files.readString(bench.journal.file("plan.json")).contains("s3cret"));

      well(bench.run(new SwitchInventory()), false, "already");
      assertEquals(INVENTORY, Files.readString(backup), "the backup stays the first one");
    }
  }

  @Test
  void theDiffHasItsTwoSidesInAnsiblesForm() {
    try (Bench bench = stopped()) {
      JsonNode diff = bench.run(new SwitchInventory()).answer().path("diff");

      assertEquals(dir.resolve("inventory.ini").toString(), diff.path("before_header").asText());
      assertEquals(dir.resolve("inventory.ini").toString(), diff.path("after_header").asText());
      assertEquals(
          "dm_worker1 ansible_host=10.0.1.21 mysql_host=10.0.1.31 mysql_user=dm"
              + " mysql_password=******** mysql_port=3306\n",
          diff.path("before").asText());
      assertEquals(
          diff.path("before").asText().replace("10.0.1.31", "10.0.1.32"),
          diff.path("after").asText());
    }
  }

  /** The first new server was lost before the roll. */
  @Test
  void theBackupIsOfBeforeTheFirstNewServer() throws IOException {
    Path backup;
    try (Bench bench = stopped()) {
      bench.journal.intent(Step.INVENTORY_SWITCHED, Json.object());
      backup = bench.journal.file("inventory.before");
      Files.writeString(backup, INVENTORY);
      Files.writeString(
          dir.resolve("inventory.ini"), INVENTORY.replaceFirst("10.0.1.31", "10.0.1.39"));

      well(bench.run(new SwitchInventory()), true, "changed mysql_host");

      assertEquals(
          INVENTORY.replaceFirst("mysql_host=10.0.1.31", "mysql_host=10.0.1.32"),
          Files.readString(dir.resolve("inventory.ini")));
      assertEquals(INVENTORY, Files.readString(backup));
    }
  }

  @Test
  void notBeforeTheTasksAreStopped() throws IOException {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced()) {
      badly(bench.run(new SwitchInventory()), ExitCode.WRONG_USE, "tasks_stopped is not done");

      assertEquals(INVENTORY, Files.readString(dir.resolve("inventory.ini")));
    }
  }
}
