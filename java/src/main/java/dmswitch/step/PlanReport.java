package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.WorkerAnsible;
import dmswitch.check.Report;
import dmswitch.inventory.InventoryEdit;
import dmswitch.journal.Plan;
import dmswitch.json.Json;
import java.util.stream.Collectors;

/** What checks and planning have found, as modules get it. */
final class PlanReport {
  /** In an answer: a switch would change nothing. */
  static final String ALREADY_THERE = "already_there";

  private PlanReport() {}

  static StepResult alreadyThere(Planner.Result result) {
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put(ALREADY_THERE, true);
    answer.put("msg", result.alreadyThere().orElseThrow() + "; nothing to do");
    return StepResult.done(answer);
  }

  static ObjectNode of(WorkerAnsible ansible, Planner.Result result) {
    ObjectNode answer = Json.object();
    answer.set("checks", checks(result.report()));
    result.plan().ifPresent(plan -> answer.set("plan", shown(plan)));
    if (result.plan().isPresent()) {
      if (!result.planOrThrow().modes().behindVip()) {
        InventoryEdit edit = ansible.inventoryEdit();
        answer.set(
            "diff", withSettings(Diffs.ofEdit(ansible.inventory(), edit), result.planOrThrow()));
      }
      answer.set("warnings", Json.tree(result.report().warnings()));
    }
    return answer;
  }

  /**
   * Returns the plan without the command by which ssh reaches the worker's host: a job's log would
   * have it, with a user and a host that may be vaulted.
   */
  static ObjectNode shown(Plan plan) {
    ObjectNode shown = (ObjectNode) Json.tree(plan);
    shown.remove("ssh");
    return shown.put("looks_by_ssh", !plan.dmWorker().ssh().command().isEmpty());
  }

  /** Settings are no difference that the switch makes, but one that it meets. */
  private static ObjectNode withSettings(ObjectNode diff, Plan plan) {
    if (!plan.tools().ansibleSettings().isEmpty()) {
      diff.put(
          "prepared",
          plan.tools().ansibleSettings().stream()
              .map(setting -> "  " + setting.described() + "\n")
              .collect(
                  Collectors.joining(
                      "", "ansible.cfg has settings that can change the rolling upgrade:\n", "")));
    }
    return diff;
  }

  private static JsonNode checks(Report report) {
    return Json.tree(
        report.findings().stream()
            .map(
                finding -> {
                  ObjectNode check = Json.object();
                  check.put("name", finding.check());
                  check.put("outcome", finding.outcome().word());
                  check.put("found", finding.found());
                  check.put("wanted", finding.wanted());
                  check.put("next", finding.next());
                  return check;
                })
            .toList());
  }
}
