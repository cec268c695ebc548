package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.request.Request;
import java.util.Optional;

/** {@code preflight}: checks everything, changes nothing. */
final class PreflightStep {
  private PreflightStep() {}

  /** Checks everything, changes nothing. */
  static StepResult run(Request request) {
    UnfinishedSwitch.requireNoRepair(request);
    Optional<Journal> begun = Journal.peek(request.journalDir());
    if (begun.isPresent() && begun.get().intended(Step.TASKS_STOPPED)) {
      return preflightOfUnfinished(request, begun.get());
    }
    ClusterAccess access = Planning.accessOf(request, begun);
    Planner.Result result = Planning.plan(access, begun);
    ObjectNode answer = PlanReport.of(access.ansible(), result);
    if (result.alreadyThere().isPresent()) {
      return PlanReport.alreadyThere(result);
    }
    Optional<String> wayBack = begun.flatMap(journal -> Planning.wayBack(journal, result));
    if (result.plan().isEmpty()) {
      return StepResult.failed(Planning.refusal(result, wayBack), answer);
    }
    answer.put("changed", false);
    answer.put(
        "msg",
        "every check passes; "
            + wayBack
                .map(
                    text ->
                        "an unfinished switch is found, and switch-upstream.yml continues with it; "
                            + text)
                .orElse("the switch can be made"));
    return StepResult.done(answer);
  }

  private static StepResult preflightOfUnfinished(Request request, Journal journal) {
    UnfinishedSwitch unfinished = UnfinishedSwitch.of(request, journal);
    unfinished.requireSameWorker();
    OpenSwitch open = unfinished.open();
    if (!unfinished.isOfScenario() || !OtherNewServer.isAskedFor(open)) {
      throw unfinished.tasksStopped();
    }
    ClusterAccess access = open.access();
    Plan from = OtherNewServer.from(open);
    Planner.Result result = Planning.planOther(open, from);
    ObjectNode answer = PlanReport.of(access.ansible(), result);
    if (result.plan().isEmpty()) {
      return StepResult.failed(result.report().problem().orElseThrow(), answer);
    }
    answer.put("changed", false);
    answer.put(
        "msg", "an unfinished switch is found, and switch-upstream.yml " + Planning.onTo(result));
    return StepResult.done(answer);
  }
}
