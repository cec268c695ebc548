package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.Stage;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Ends a switch: prints a short summary, returns it as JSON, and closes the journal. */
final class FinishSwitchover implements StepAction {
  @Override
  public Step step() {
    return Step.SWITCHOVER_FINISHED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    JsonNode verified =
        open.journal()
            .outcome(Step.SWITCHOVER_VERIFIED)
            .orElseThrow(() -> notDone("switchover verified"));
    ObjectNode summary = summary(open, verified);
    List<String> lines = lines(open.plan(), summary);
    open.journal().intent(step(), Json.object());
    open.journal().done(step(), Json.object());
    Path finished = open.journal().finish("summary.json", Json.pretty(summary));
    summary.put("journal", finished.toString());
    lines.add("journal     " + finished);
    ObjectNode data = Json.object();
    data.set("summary", summary);
    data.set("summary_text", Json.tree(lines));
    return Answer.unchanged("switched " + open.plan().dmWorker().alias(), data);
  }

  private static ObjectNode summary(OpenSwitch open, JsonNode verified) {
    Plan plan = open.plan();
    ObjectNode summary = Json.object();
    summary.put("scenario", plan.modes().scenario().word());
    summary.put("dm_worker", plan.dmWorker().alias());
    if (plan.modes().behindVip()) {
      summary.put("vip", plan.oldServer().address());
    } else {
      summary.put("from", plan.oldServer().address());
    }
    summary.put("from_uuid", plan.oldServer().uuid());
    summary.put("to", plan.newServer().address());
    summary.put("to_uuid", plan.newServer().uuid());
    summary.put("gtid_w_at_fence", open.fence().gtidW().toString());
    summary.put("relay_sub_dir", verified.path("relay_sub_dir").asText());
    summary.set("tasks", Json.tree(plan.handledTasks().stream().map(PlannedTask::name).toList()));
    ArrayNode leftPaused = summary.putArray("tasks_left_paused");
    verified
        .path("tasks_left_paused")
        .properties()
        .forEach(
            task -> {
              if (task.getValue().asText().equals(Stage.PAUSED.toString())) {
                leftPaused.add(task.getKey());
              }
            });
    summary.put("task_mode", plan.modes().task().word());
    if (!plan.modes().behindVip()) {
      summary.put("roll_mode", UpgradeWorker.rollMode(open.journal()));
    }
    putSeconds(summary, open);
    putProofs(summary, open, verified);
    summary.set("warnings", Json.tree(warnings(open, verified)));
    return summary;
  }

  private static void putSeconds(ObjectNode summary, OpenSwitch open) {
    Instant running =
        open.journal().firstDone(Step.TASKS_RUNNING).orElseThrow(() -> notDone("tasks running"));
    Instant fenced =
        open.journal().firstIntent(Step.RELAY_FENCED).orElseThrow(() -> notDone("relay fenced"));
    summary.put("standstill_seconds", seconds(fenced, running));
    Instant stopped =
        open.journal()
            .firstIntent(Step.TASKS_STOPPED)
            .filter(intent -> !open.plan().handledTasks().isEmpty())
            .orElse(running);
    summary.put("tasks_stopped_seconds", seconds(stopped, running));
  }

  private static void putProofs(ObjectNode summary, OpenSwitch open, JsonNode verified) {
    List<String> proven = new ArrayList<>();
    List<String> notYet = new ArrayList<>();
    proven.add("relay Running on the new server, W contains the W of the fence");
    verified
        .path("tasks_proven")
        .properties()
        .forEach(
            task -> {
              proven.add("task " + task.getKey() + " Running without errors");
              (task.getValue().asBoolean() ? proven : notYet)
                  .add("task " + task.getKey() + " has its checkpoint in the new sub dir");
            });
    if (!notYet.isEmpty() && !verified.path("transaction_followed").asBoolean()) {
      notYet.add("the new server was idle: the first transaction will show it");
    }
    if (!dumpUnseen(open).isEmpty()) {
      notYet.add("the new server itself sends its binlog to relay");
    }
    summary.set("proven", Json.tree(proven));
    summary.set("not_yet_proven", Json.tree(notYet));
  }

  private static String dumpUnseen(OpenSwitch open) {
    return open.journal()
        .outcome(Step.RELAY_OBSERVED)
        .map(data -> data.path("dump_unseen").asText())
        .orElse("");
  }

  private static Problem notDone(String step) {
    return Problem.wrongUse(
        step + " is not done",
        "the steps in their order",
        "use the playbook, or run its steps in order");
  }

  private static double seconds(Instant from, Instant until) {
    return Math.round(Duration.between(from, until).toMillis() / 100.0) / 10.0;
  }

  private static List<String> warnings(OpenSwitch open, JsonNode verified) {
    List<String> warnings = new ArrayList<>(open.plan().cautions().lastingWarnings());
    if (!open.fence().gtidBehind().isEmpty() && !open.fence().halfTransaction()) {
      warnings.add(
          "W did not count the last transactions in the old relay file: tasks read them there, and"
              + " again from the new server (every replicated table has a key, so that does no"
              + " harm)");
    }
    if (open.fence().halfTransaction()) {
      warnings.add(
          "the old server died in the middle of a transaction: tasks read its first half from the"
              + " old"
              + " relay file, and all of it again from the new server (every replicated table has a"
              + " key, so that does no harm)");
    }
    warnings.addAll(WayToNewServer.warnings(open));
    warnings.addAll(DrainTasks.warnings(open));
    verified
        .path("tasks_left_paused")
        .properties()
        .forEach(
            task -> {
              String stage = task.getValue().asText();
              if (!stage.equals(Stage.PAUSED.toString())) {
                warnings.add(
                    "task "
                        + task.getKey()
                        + ", which an operator had paused, is now "
                        + (stage.isEmpty() ? "gone" : stage));
              }
            });
    if (!dumpUnseen(open).isEmpty()) {
      warnings.add(dumpUnseen(open));
    }
    open.journal()
        .outcome(Step.RELAY_OBSERVED)
        .map(data -> data.path("hole_bytes").asLong())
        .filter(bytes -> bytes > Hole.LIMIT_BYTES)
        .ifPresent(bytes -> warnings.add(Hole.warning(bytes)));
    return warnings;
  }

  private static List<String> lines(Plan plan, ObjectNode summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "worker      "
            + plan.dmWorker().alias()
            + " ("
            + plan.dmWorker().address()
            + ", "
            + plan.dmWorker().sourceId()
            + ")");
    if (plan.modes().behindVip()) {
      lines.add("vip         " + plan.oldServer().address());
    }
    lines.add(
        "from        "
            + (plan.modes().behindVip() ? "" : plan.oldServer().address() + "  ")
            + plan.oldServer().uuid());
    lines.add("to          " + plan.newServer().address() + "  " + plan.newServer().uuid());
    lines.add("W at fence  " + summary.path("gtid_w_at_fence").asText());
    lines.add("tasks       " + joined(summary.path("tasks")));
    if (!summary.path("tasks_left_paused").isEmpty()) {
      lines.add(
          "left paused "
              + joined(summary.path("tasks_left_paused"))
              + " (an operator had paused"
              + " them)");
    }
    lines.add(
        "standstill  "
            + summary.path("standstill_seconds").asText()
            + " s"
            + (plan.handledTasks().isEmpty()
                ? ""
                : ", tasks "
                    + (plan.modes().pausesTasks() ? "paused" : "stopped")
                    + " for "
                    + summary.path("tasks_stopped_seconds").asText()
                    + " s of it"));
    summary.path("proven").forEach(text -> lines.add("proven      " + text.asText()));
    summary.path("not_yet_proven").forEach(text -> lines.add("not yet     " + text.asText()));
    summary.path("warnings").forEach(text -> lines.add("mind        " + text.asText()));
    return lines;
  }

  private static String joined(JsonNode list) {
    if (list.isEmpty()) {
      return "none";
    }
    return list.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
  }
}
