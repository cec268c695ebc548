package dmswitch.step;

import static dmswitch.journal.Plans.task;
import static dmswitch.step.Endings.badly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishSwitchoverTest {
  private static final String NEW_DIR = Plans.NEW_UUID + ".000002";

  @TempDir private Path dir;

  /** A switch that came through, with these findings at its end. */
  private Bench done(Plan plan, JsonNode verified, long holeBytes) {
    Bench bench = new Bench(dir, plan).fenced().did(Step.TASKS_STOPPED);
    bench.journal.done(Step.RELAY_OBSERVED, Json.object().put("hole_bytes", holeBytes));
    bench.did(Step.TASKS_RUNNING);
    bench.journal.done(Step.SWITCHOVER_VERIFIED, verified);
    return bench;
  }

  private static ObjectNode verified(boolean followed) {
    ObjectNode verified = Json.object();
    verified.put("relay_sub_dir", NEW_DIR);
    verified.put("transaction_followed", followed);
    verified.putObject("tasks_proven");
    verified.putObject("tasks_left_paused");
    return verified;
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  /** Rows that tasks read twice, since relay pulled on after the fence. */
  @Test
  void whatRelayPulledOnItsWayIsSummedUp() {
    try (Bench bench = new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED)) {
      ObjectNode observed = Json.object().put("hole_bytes", 0);
      WayToNewServer.putJudged(observed, bench.open(), List.of("read twice"));
      bench.journal.done(Step.RELAY_OBSERVED, observed);
      bench.did(Step.TASKS_RUNNING);
      bench.journal.done(Step.SWITCHOVER_VERIFIED, verified(true));

      Endings.well(bench.run(new FinishSwitchover()), false, "mind        read twice");
    }
  }

  /** Nothing is rolled there. */
  @Test
  void behindAVipThereIsNoRollMode() {
    try (Bench bench = done(new Plans().vip().make(), verified(true), 0)) {
      JsonNode summary = bench.run(new FinishSwitchover()).answer().path("summary");

      assertEquals("vip", summary.path("scenario").asText());
      assertTrue(summary.path("roll_mode").isMissingNode(), summary::toString);
    }
  }

  @Test
  void allIsProven() throws IOException {
    ObjectNode verified = verified(true);
    verified.withObject("/tasks_proven").put("orders", true);
    try (Bench bench = done(Plans.ordinary(), verified, 0)) {
      StepResult ended = bench.run(new FinishSwitchover());

      Endings.well(ended, false, "switched dm_worker1");
      JsonNode summary = ended.answer().path("summary");
      assertEquals("dm_worker1", summary.path("dm_worker").asText());
      assertEquals("10.0.1.31:3306", summary.path("from").asText());
      assertEquals(Plans.OLD_UUID, summary.path("from_uuid").asText());
      assertEquals("10.0.1.32:3306", summary.path("to").asText());
      assertEquals(Plans.NEW_UUID, summary.path("to_uuid").asText());
      assertEquals("documented", summary.path("roll_mode").asText());
      assertEquals(Plans.OLD_UUID + ":1-100", summary.path("gtid_w_at_fence").asText());
      assertEquals(NEW_DIR, summary.path("relay_sub_dir").asText());
      assertEquals(List.of("orders"), texts(summary.path("tasks")));
      assertEquals(List.of(), texts(summary.path("tasks_left_paused")));
      assertEquals(
          List.of(
              "relay Running on the new server, W contains the W of the fence",
              "task orders Running without errors",
              "task orders has its checkpoint in the new sub dir"),
          texts(summary.path("proven")));
      assertEquals(List.of(), texts(summary.path("not_yet_proven")));
      assertEquals(List.of(), texts(summary.path("warnings")));
      double standstill = summary.path("standstill_seconds").asDouble();
      assertTrue(standstill >= 0 && standstill < 60, "seconds: " + standstill);
      double stopped = summary.path("tasks_stopped_seconds").asDouble();
      assertTrue(stopped >= 0 && stopped <= standstill, "seconds: " + stopped);

      Path finished = Path.of(summary.path("journal").asText());
      JsonNode stored = Json.mapper().readTree(Files.readString(finished.resolve("summary.json")));
      assertEquals(summary.path("proven"), stored.path("proven"));
      assertTrue(Files.exists(finished.resolve("steps.jsonl")));
      assertEquals(Optional.empty(), Journal.peek(finished.getParent().getParent()));

      List<String> lines = texts(ended.answer().path("summary_text"));
      assertEquals("worker      dm_worker1 (10.0.1.21:8262, mysql-replica-01)", lines.get(0));
      assertEquals("from        10.0.1.31:3306  " + Plans.OLD_UUID, lines.get(1));
      assertEquals("to          10.0.1.32:3306  " + Plans.NEW_UUID, lines.get(2));
      assertEquals("W at fence  " + Plans.OLD_UUID + ":1-100", lines.get(3));
      assertEquals("tasks       orders", lines.get(4));
      assertEquals(
          "standstill  " + standstill + " s, tasks stopped for " + stopped + " s of it",
          lines.get(5));
      assertEquals("journal     " + finished, lines.get(lines.size() - 1));
      assertTrue(lines.size() <= 12, "read in ten seconds: " + lines);
    }
  }

  @Test
  void anIdleServerHasNotProvenIt() {
    ObjectNode verified = verified(false);
    verified.withObject("/tasks_proven").put("orders", false);
    try (Bench bench = done(Plans.ordinary(), verified, 0)) {
      JsonNode answer = bench.run(new FinishSwitchover()).answer();

      assertEquals(
          List.of(
              "task orders has its checkpoint in the new sub dir",
              "the new server was idle: the first transaction will show it"),
          texts(answer.path("summary").path("not_yet_proven")));
      assertTrue(
          texts(answer.path("summary_text"))
              .contains("not yet     the new server was idle: the first transaction will show it"));
    }
  }

  @Test
  void aDumpThatWasNotSeenIsNotProven() {
    try (Bench bench = done(Plans.ordinary(), verified(true), 0)) {
      bench.journal.done(
          Step.RELAY_OBSERVED, Json.object().put("dump_unseen", "not seen: that it sends"));

      JsonNode summary = bench.run(new FinishSwitchover()).answer().path("summary");

      assertEquals(
          List.of("the new server itself sends its binlog to relay"),
          texts(summary.path("not_yet_proven")));
      assertEquals(List.of("not seen: that it sends"), texts(summary.path("warnings")));
    }
  }

  /** What was true of the old server, or before the switch, would mislead now. */
  @Test
  void onlyWarningsThatStillHoldAreRepeated() {
    Plan plan =
        new Plans()
            .warnings("do not restart this worker by hand before", "going back is not possible")
            .lastingWarnings("going back is not possible")
            .make();
    try (Bench bench = done(plan, verified(true), (16L << 20) + 1)) {
      List<String> warnings =
          texts(bench.run(new FinishSwitchover()).answer().path("summary").path("warnings"));

      assertEquals("going back is not possible", warnings.get(0));
      assertTrue(warnings.get(1).contains("hole of 16 MB"), warnings.get(1));
      assertEquals(2, warnings.size(), warnings.toString());
    }
  }

  @Test
  void aTaskThatAnOperatorHadPausedIsTheWayItIsNow() {
    Plan plan =
        new Plans()
            .tasks(
                task("still", Handling.LEAVE_PAUSED),
                task("gone", Handling.LEAVE_PAUSED),
                task("runs", Handling.LEAVE_PAUSED))
            .make();
    ObjectNode verified = verified(false);
    verified
        .withObject("/tasks_left_paused")
        .put("still", "Paused")
        .put("gone", "")
        .put("runs", "Running");
    try (Bench bench = done(plan, verified, 0)) {
      JsonNode answer = bench.run(new FinishSwitchover()).answer();

      assertEquals(List.of("still"), texts(answer.path("summary").path("tasks_left_paused")));
      assertEquals(
          List.of(
              "task gone, which an operator had paused, is now gone",
              "task runs, which an operator had paused, is now Running"),
          texts(answer.path("summary").path("warnings")));
      List<String> lines = texts(answer.path("summary_text"));
      assertTrue(lines.contains("tasks       none"), lines.toString());
      assertTrue(
          lines.contains("left paused still (an operator had paused them)"), lines.toString());
    }
  }

  @Test
  void notBeforeItIsVerified() {
    try (Bench bench =
        new Bench(dir, Plans.ordinary()).fenced().did(Step.TASKS_STOPPED).did(Step.TASKS_RUNNING)) {
      badly(
          bench.run(new FinishSwitchover()),
          ExitCode.STOPPED_MIDWAY,
          "switchover verified is not done");

      assertFalse(bench.journal.plan().isEmpty(), "the switch stays open");
    }
  }
}
