package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.upgrade.PlaybookState;
import java.util.List;
import java.util.Optional;

/** Continues a switch that has begun to stop tasks, to the same new server or to another one. */
final class SwitchContinuation {
  private SwitchContinuation() {}

  static StepResult run(Request request, Journal journal) {
    Plan plan = journal.plan().orElseThrow();
    UnfinishedSwitch unfinished = UnfinishedSwitch.of(request, journal);
    unfinished.requireSameWorker();
    OpenSwitch open = unfinished.open();
    if (unfinished.isOfScenario() && OtherNewServer.isAskedFor(open)) {
      return runToOther(open);
    }
    unfinished.requireSameServer();
    requireSameUser(open);
    requireNoRollBack(open);
    // Behind a VIP that has moved, the new server answers there.
    Plan now =
        plan.modes().behindVip() && open.switchBegun()
            ? plan
            : OldServerNow.look(open.access(), plan, journal);
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put("run_id", journal.run());
    answer.set("plan", PlanReport.shown(now));
    answer.put("msg", "continues with an unfinished switch: " + journal.whereItStands());
    rollUnderWay(open).ifPresent(warning -> answer.set("warnings", Json.tree(List.of(warning))));
    return StepResult.done(answer);
  }

  private static void requireSameUser(OpenSwitch open) {
    Plan plan = open.plan();
    String user = open.access().mysql().newUser();
    if (!user.equals(plan.newServer().user())) {
      throw Problem.refused(
          "the unfinished switch of "
              + plan.dmWorker().alias()
              + " is for MySQL user "
              + plan.newServer().user()
              + ", not "
              + user,
          "the same user on the new server, to finish it",
          "run the playbook with new_mysql_user="
              + plan.newServer().user()
              + " (and its new_mysql_password)");
    }
  }

  private static void requireNoRollBack(OpenSwitch open) {
    if (open.rolls().back().filter(roll -> roll.state() == PlaybookState.RUNNING).isPresent()) {
      throw Problem.refused(
              "the rolling upgrade on the old server, which rollback.yml began, is still running",
              "its end, before the worker continues",
              "run rollback.yml again, which waits for it; or wait, then run the same playbook again")
          .namingRerun();
    }
  }

  private static Optional<String> rollUnderWay(OpenSwitch open) {
    return open.rolls()
        .running()
        .map(
            roll ->
                "the rolling upgrade that an earlier run began is still running (output in "
                    + roll.log()
                    + "); step 7 waits for its end, "
                    + open.request().timeouts().upgrade().toSeconds()
                    + " s at most");
  }

  private static StepResult runToOther(OpenSwitch open) {
    ClusterAccess access = open.access();
    Plan plan = open.plan();
    Journal journal = open.journal();
    // One that was begun and not launched may be launched while we look.
    open.rolls().revoke();
    Plan from = OtherNewServer.from(open);
    Planner.Result result = Planning.planOther(open, from);
    ObjectNode answer = PlanReport.of(access.ansible(), result);
    if (result.plan().isEmpty()) {
      return StepResult.failed(
          result
              .report()
              .problem()
              .orElseThrow()
              .andNext(
                  "the tasks of the unfinished switch to "
                      + plan.newServer().address()
                      + " stay stopped until one is found"),
          answer);
    }
    ObjectNode data = Json.object();
    data.put("from", plan.newServer().address());
    data.put("to", result.planOrThrow().newServer().address());
    LeftBehind.first(open, from).ifPresent(first -> data.put(LeftBehind.FROM, first));
    if (Planning.isMoved(open, from)) {
      SwitchInventory.backUpAnew(open);
    }
    journal.change(Step.NEW_SERVER_CHANGED, data, result.planOrThrow());
    answer.put("changed", true);
    answer.put("run_id", journal.run());
    answer.put(
        "msg",
        "an unfinished switch to " + plan.newServer().address() + " " + Planning.onTo(result));
    return StepResult.done(answer);
  }
}
