package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Plans;
import dmswitch.journal.RepairRecord;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which inventory a run uses: dm_inventory, that of the open switch, or that of ansible.cfg. */
class InventoryChoiceTest {
  private static final String INI = "[dm_worker_servers]\ndm_worker1 mysql_host=10.0.1.31\n";

  @TempDir private Path dir;

  private Request request(Consumer<ObjectNode> change) {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    json.put("new_mysql_user", "dm");
    change.accept(json);
    return RequestReader.read(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static Consumer<ObjectNode> named(String inventory) {
    return json -> json.put("dm_inventory", inventory);
  }

  private Request request() {
    return request(json -> {});
  }

  private void config(String inventory) throws IOException {
    Files.writeString(dir.resolve("ansible.cfg"), "[defaults]\ninventory = " + inventory + "\n");
  }

  /** A switch that has stopped its tasks. */
  private void begin(String inventory) {
    begin(inventory, Step.TASKS_STOPPED);
  }

  private void begin(String inventory, Step last) {
    try (Journal journal = Journal.take(request().journalDir())) {
      journal.begin(new Plans().inventory(inventory).make(), false);
      journal.intent(last, Json.object());
      journal.release();
    }
  }

  @Test
  void itIsTheGivenOneBelowDmAnsibleDirOrAnywhere() throws IOException {
    config("other.ini");
    assertEquals(
        dir.resolve("prod/hosts"),
        ClusterAccess.of(request(named("./prod/hosts"))).ansible().inventory());
    assertEquals(
        Path.of("/srv/hosts.ini"),
        ClusterAccess.of(request(named("/srv/hosts.ini"))).ansible().inventory());
  }

  /** Which a call without -i would take, and which is not edited. */
  @Test
  void whatAnsibleCfgNamesBesideItIsSeen() throws IOException {
    config("other.ini");
    Files.writeString(dir.resolve("other.ini"), INI);
    assertEquals(Optional.empty(), ClusterAccess.of(request()).ansible().otherInventory());
    assertEquals(
        Optional.empty(), ClusterAccess.of(request(named("other.ini"))).ansible().otherInventory());
    assertEquals(
        Optional.of(dir.resolve("other.ini")),
        ClusterAccess.of(request(named("hosts.ini")))
            .ansible()
            .otherInventory()
            .orElseThrow()
            .named());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void aBlankOneIsNotGiven(String blank) throws IOException {
    config("hosts.ini");
    Files.writeString(dir.resolve("hosts.ini"), INI);
    assertEquals(
        dir.resolve("hosts.ini"), ClusterAccess.of(request(named(blank))).ansible().inventory());
  }

  @Test
  void thatOfAnsibleCfgHasToBeThereAndIsNamedWithIt() throws IOException {
    config("hosts.ini");
    Problem problem =
        assertThrows(Problem.class, () -> ClusterAccess.of(request()).ansible().inventory());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(dir + "/hosts.ini: it does not exist"), problem.found());
    assertTrue(problem.found().contains(dir + "/ansible.cfg"), problem.found());
    assertTrue(problem.next().contains("dm_inventory"), problem.next());
  }

  @Test
  void anOpenSwitchGoesOnWithItsOwn() throws IOException {
    begin(dir + "/hosts.ini");
    // Changed since.
    config("other.ini");

    assertEquals(
        dir.resolve("hosts.ini"), ClusterAccess.ofAnyWorker(request()).ansible().inventory());
    assertEquals(
        dir.resolve("hosts.ini"),
        ClusterAccess.ofAnyWorker(request(named("hosts.ini"))).ansible().inventory());
    well(
        StepResult.guarded(() -> PlanStep.run(request())),
        false,
        "continues with an unfinished switch");
  }

  @Test
  void anotherOneIsNoWayOn() {
    begin(dir + "/hosts.ini");
    Request other = request(named("inventory.ini"));
    String[] texts = {
      "dm_inventory is " + dir + "/inventory.ini",
      "begun with " + dir + "/hosts.ini",
      "remove dm_inventory"
    };

    badly(StepResult.guarded(() -> PlanStep.run(other)), ExitCode.REFUSED, texts);
    badly(StepResult.guarded(() -> RollbackStep.run(other)), ExitCode.REFUSED, texts);
    badly(
        StepResult.guarded(
            () -> {
              ClusterAccess.ofAnyWorker(other).ansible().inventory();
              throw new AssertionError("a rescue takes another one");
            }),
        ExitCode.REFUSED,
        texts);
  }

  /**
   * Another inventory's worker of the same name would be taken for the one whose relay is Paused.
   */
  @Test
  void norIsItBeforeTheTasksAreStopped() throws IOException {
    begin(dir + "/hosts.ini", Step.RELAY_FENCED);
    Files.writeString(dir.resolve("inventory.ini"), INI);
    Request other = request(named("inventory.ini"));
    String[] texts = {
      "dm_inventory is " + dir + "/inventory.ini",
      "begun with " + dir + "/hosts.ini",
      "rollback.yml"
    };

    badly(StepResult.guarded(() -> PreflightStep.run(other)), ExitCode.REFUSED, texts);
    badly(StepResult.guarded(() -> PlanStep.run(other)), ExitCode.REFUSED, texts);
  }

  @Test
  void theSameFileByAnotherNameIsNoOther() throws IOException {
    Files.writeString(dir.resolve("hosts.ini"), INI);
    Files.createSymbolicLink(dir.resolve("link"), dir);
    begin(dir + "/link/hosts.ini");
    assertEquals(
        dir.resolve("link/hosts.ini"),
        ClusterAccess.ofAnyWorker(request(named("hosts.ini"))).ansible().inventory());
  }

  /** Until it has ended, nobody knows what is where on that worker's host. */
  @Test
  void aRescueThatWasCutOffGoesOnWithItsOwn() throws IOException {
    try (Journal journal = Journal.take(request().journalDir())) {
      RepairRecord.begin(
          journal,
          Json.object().put("dm_worker", "dm_worker1").put("inventory", dir + "/prod.ini"));
      journal.release();
    }
    config("staging.ini");

    assertEquals(
        dir.resolve("prod.ini"), ClusterAccess.ofAnyWorker(request()).ansible().inventory());
    Problem problem =
        assertThrows(
            Problem.class,
            () -> ClusterAccess.ofAnyWorker(request(named("staging.ini"))).ansible().inventory());
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("begun with " + dir + "/prod.ini"), problem.found());
  }

  /** Without an open switch a rescue takes what is given. */
  @Test
  void aRescueTakesItToo() {
    assertEquals(
        dir.resolve("hosts.ini"),
        ClusterAccess.ofAnyWorker(request(named("hosts.ini"))).ansible().inventory());
  }
}
