package dmswitch.step;

import static dmswitch.step.Endings.badly;
import static dmswitch.step.Endings.well;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Plans;
import dmswitch.journal.RepairRecord;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run is told that meets a switch which has stopped its tasks already. */
class UnfinishedSwitchTest {
  @TempDir private Path dir;

  private static Request request(Path dir, Consumer<ObjectNode> change) {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dir.toString());
    // One in PATH would be asked.
    json.put("dm_ansible_playbook", dir.resolve("none").toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    json.put("new_mysql_user", "dm");
    change.accept(json);
    return RequestReader.read(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private Request request(Consumer<ObjectNode> change) {
    return request(dir, change);
  }

  private Path journal() {
    return request(json -> {}).journalDir();
  }

  /** Guarded, as the command line does. */
  private StepResult plan(Consumer<ObjectNode> change) {
    return StepResult.guarded(() -> PlanStep.run(request(change)));
  }

  @BeforeEach
  void begin() {
    try (Journal journal = Journal.take(journal())) {
      journal.begin(Plans.ordinary(), false);
      journal.intent(Step.TASKS_STOPPED, Json.object());
      journal.release();
    }
  }

  private void requireGoesOn() {
    StepResult ended = plan(json -> {});
    well(ended, false, "continues with an unfinished switch", "tasks_stopped was begun");
    assertFalse(ended.answer().path("run_id").asText().isEmpty());
  }

  @Test
  void theSamePlaybookGoesOn() {
    requireGoesOn();
  }

  /** There is no DM-Ansible here that could answer for it. */
  @Test
  void anotherServerHasToPassTheChecks() {
    StepResult ended = plan(json -> json.put("new_mysql_host", "10.0.1.33"));

    badly(
        ended,
        ExitCode.CANNOT_TELL,
        "the tasks of the unfinished switch to 10.0.1.32:3306 stay stopped until one is found");
    assertEquals("inventory_reads", ended.answer().at("/checks/0/name").asText());
    try (Journal left = Journal.peek(journal()).orElseThrow()) {
      assertEquals("10.0.1.32", left.plan().orElseThrow().newServer().host());
      assertFalse(left.intended(Step.NEW_SERVER_CHANGED));
    }
    assertFalse(Files.exists(journal().resolve("owner.json")), "the journal is free again");
    requireGoesOn();
  }

  @Test
  void anotherPortIsAnotherServer() {
    badly(
        plan(json -> json.put("new_mysql_port", 3307)),
        ExitCode.CANNOT_TELL,
        "stay stopped until one is found");
  }

  /** Relay may be there by now, and nobody here can tell. */
  @Test
  void onceTheWorkerMayBeOnTheNewServerItHasToBeSeen() {
    try (Journal journal = Journal.take(journal())) {
      journal.done(Step.WORKER_UPGRADED, Json.object());
      journal.release();
    }
    StepResult ended = plan(json -> json.put("new_mysql_host", "10.0.1.33"));

    badly(
        ended,
        ExitCode.CANNOT_TELL,
        "the tasks of the unfinished switch to 10.0.1.32:3306 stay stopped until one is found");
  }

  @Test
  void thePreflightJudgesAnotherServerToo() {
    badly(
        StepResult.guarded(() -> PreflightStep.run(request(json -> {}))),
        ExitCode.STOPPED_MIDWAY,
        "with the same new server",
        "if the new server is lost, run it with another one as new_mysql_host");
    StepResult ended =
        StepResult.guarded(
            () -> PreflightStep.run(request(json -> json.put("new_mysql_host", "10.0.1.33"))));
    badly(ended, ExitCode.CANNOT_TELL);
    assertEquals("inventory_reads", ended.answer().at("/checks/0/name").asText());
  }

  @Test
  void anotherUserIsNoWayOn() {
    badly(
        plan(json -> json.put("new_mysql_user", "other")),
        ExitCode.REFUSED,
        "is for MySQL user dm, not other",
        "run the playbook with new_mysql_user=dm");
    requireGoesOn();
  }

  @Test
  void anotherWorkerNeedsAJournalOfItsOwn() {
    badly(
        plan(json -> json.put("dm_worker", "dm_worker2").put("journal_dir", journal().toString())),
        ExitCode.REFUSED,
        "holds an unfinished switch of dm_worker1, not of dm_worker2",
        "remove journal_dir, or name another folder");
    requireGoesOn();
  }

  @Test
  void aRepairThatHasNotEndedIsEndedFirst() {
    RepairRecord repair;
    try (Journal journal = Journal.take(journal())) {
      repair = RepairRecord.begin(journal, Json.object());
      repair.intent("worker_stopped");
      journal.release();
    }
    badly(plan(json -> {}), ExitCode.REFUSED, "a repair of this worker was begun", "rescue.yml");
    badly(
        StepResult.guarded(() -> PreflightStep.run(request(json -> {}))),
        ExitCode.REFUSED,
        "a repair of this worker was begun");
    repair.close();
    requireGoesOn();
  }

  /** As {@link #request}, of a run that waits at most so long for the step of another. */
  private Request waiting(int limit, int waited) {
    return request(json -> json.put("upgrade_timeout", limit).put("waited", waited));
  }

  /** The journal, held by a step whose playbook has ended. */
  private Journal stray() throws IOException {
    Journal held = Journal.take(journal());
    Path owner = journal().resolve("owner.json");
    String ended = Files.readString(owner).replaceFirst("\"pid\" : \\d+", "\"pid\" : 999999999");
    held.release();
    Files.writeString(owner, ended);
    return held;
  }

  @Test
  void aStepThatHasLostItsPlaybookIsWaitedFor() throws IOException {
    try (Journal held = stray()) {
      StepResult ended = OrphanedStep.await(waiting(60, 15), Duration.ofMillis(300)).orElseThrow();

      well(
          ended,
          false,
          "the step that it began is still running",
          "tasks_stopped was begun",
          "waiting for its end, 44 s left");
      assertTrue(ended.answer().path("waiting").asBoolean());
      assertEquals(15, ended.answer().path("waited").asInt());
      assertEquals(journal(), held.folder());
    }
  }

  @Test
  void thenTheSwitchGoesOn() throws Exception {
    Journal held = stray();
    Thread waits = Thread.currentThread();
    Thread ending =
        new Thread(
            () -> {
              while (waits.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
              held.close();
            });
    ending.start();

    StepResult ended = plan(json -> {});

    ending.join();
    well(ended, false, "continues with an unfinished switch");
    assertFalse(ended.answer().has("waiting"), ended.answer().toString());
  }

  @Test
  void notForEver() throws IOException {
    try (Journal held = stray()) {
      badly(
          StepResult.guarded(() -> PlanStep.run(waiting(901, 900))),
          ExitCode.REFUSED,
          "after 901 s (upgrade_timeout)",
          "still running",
          held.folder().toString());
    }
  }

  /** The two would work side by side. */
  @Test
  void aLivingPlaybookIsNotWaitedFor() throws IOException {
    try (Journal held = Journal.take(journal())) {
      badly(plan(json -> {}), ExitCode.REFUSED, "another run is switching this worker");
      held.release();
    }
  }

  @Test
  void aRollingUpgradeThatGoesOnIsAnnounced() throws IOException {
    Files.createDirectory(dir.resolve("other"));
    try (Bench bench = new Bench(dir.resolve("other"), Plans.ordinary())) {
      bench.did(Step.TASKS_STOPPED).rollUnderWay();
      bench.journal.intent(
          Step.WORKER_UPGRADED,
          Json.object().put("folder", bench.journal.file("roll-1").toString()));
      bench.journal.release();
    }

    StepResult ended =
        StepResult.guarded(
            () ->
                PlanStep.run(
                    request(dir.resolve("other"), json -> json.put("upgrade_timeout", 17))));

    well(ended, false, "roll-1/roll.log", "step 7 waits for its end, 17 s at most");
  }

  /** Step 7 would take its end for that of one to the new server. */
  @Test
  void aRollingUpgradeOfTheWayBackIsNotWaitedForAsOneOnward() throws IOException {
    Files.createDirectory(dir.resolve("other"));
    try (Bench bench = new Bench(dir.resolve("other"), Plans.ordinary())) {
      bench.did(Step.TASKS_STOPPED).rollUnderWay();
      bench.open().rolls().intendBack(bench.journal.file("roll-1"));
      bench.journal.release();
    }

    StepResult ended =
        StepResult.guarded(() -> PlanStep.run(request(dir.resolve("other"), json -> {})));

    badly(
        ended, ExitCode.REFUSED, "which rollback.yml began, is still running", "run rollback.yml");
  }

  @Test
  void thePreflightSaysWhatToRun() {
    StepResult ended = StepResult.guarded(() -> PreflightStep.run(request(json -> {})));

    badly(
        ended,
        ExitCode.STOPPED_MIDWAY,
        "has stopped tasks already: tasks_stopped was begun",
        journal().toString(),
        "run switch-upstream.yml with the same new server");
  }

  @Test
  void soDoesCheckMode() {
    badly(
        plan(json -> json.put("check_mode", true)),
        ExitCode.STOPPED_MIDWAY,
        "run switch-upstream.yml with the same new server");
  }
}
