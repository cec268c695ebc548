package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs one step of the switch that the journal holds. */
final class StepRunner {
  private static final String AGAIN = "; then run the same playbook again: it continues from there";

  /** Steps that only look. */
  private static final Set<Step> LOOKING =
      EnumSet.of(
          Step.TASKS_DRAINED,
          Step.RELAY_OBSERVED,
          Step.SWITCHOVER_VERIFIED,
          Step.SWITCHOVER_FINISHED);

  private StepRunner() {}

  /**
   * Runs a step of the open switch.
   *
   * @throws Problem when there is none, or it is another one than the request names
   */
  static StepResult run(Request request, StepAction action) {
    if (request.run().checkMode()) {
      return notRun(request, action);
    }
    String run =
        request
            .run()
            .id()
            .orElseThrow(
                () ->
                    Problem.wrongUse(
                        "run_id is missing",
                        "the run_id that 'plan written' answered with",
                        "use the playbook, or pass its run_id"));
    try (Journal journal = Journal.of(request.journalDir(), run)) {
      Plan plan =
          journal
              .plan()
              .orElseThrow(
                  () ->
                      Problem.wrongUse(
                          "the journal " + journal.folder() + " has no plan",
                          "'plan written' before any other step",
                          "run the playbook from its beginning"));
      UnfinishedSwitch unfinished = new UnfinishedSwitch(request, plan, journal);
      unfinished.requireSameWorker();
      unfinished.requireSameServer();
      return run(unfinished.open(), action);
    }
  }

  /** Runs a step of this switch. */
  static StepResult run(OpenSwitch open, StepAction action) {
    try {
      action.after().ifPresent(before -> requireDone(open, before, action.step()));
      return StepResult.done(action.run(open).toJson());
    } catch (Problem problem) {
      return failed(open, action, problem);
    }
  }

  private static void requireDone(OpenSwitch open, Step before, Step step) {
    if (open.journal().outcome(before).isEmpty()) {
      throw Problem.wrongUse(
          before.journalName() + " is not done, so " + step.journalName() + " cannot run",
          "the steps in their order",
          "use the playbook, or run its steps in order");
    }
  }

  private static StepResult notRun(Request request, StepAction action) {
    boolean isNext =
        Journal.peek(request.journalDir())
            .filter(journal -> journal.plan().isPresent())
            .filter(journal -> journal.outcome(action.step()).isEmpty())
            .isPresent();
    String msg = "check mode: not run; 'plan written' has checked its preconditions";
    return StepResult.done(
        new Answer(isNext && !LOOKING.contains(action.step()), msg, Json.object()).toJson());
  }

  private static StepResult failed(OpenSwitch open, StepAction action, Problem met) {
    Journal journal = open.journal();
    Problem problem = journal.failed(action.step(), met);
    if (open.canGoBack()) {
      return StepResult.failed(problem, Json.object());
    }
    journal.release();
    String next = problem.has(Problem.Hint.NAMES_RERUN) ? problem.next() : problem.next() + AGAIN;
    Problem midway = problem.midway(next + UnfinishedSwitch.otherWays(open.plan(), journal));
    ObjectNode answer = Json.object();
    answer.put("journal", journal.folder().toString());
    if (journal.outcome(Step.TASKS_RUNNING).isEmpty() && !open.plan().handledTasks().isEmpty()) {
      answer.set(
          "warnings",
          Json.tree(
              List.of(
                  "the tasks "
                      + open.plan().handledTasks().stream()
                          .map(Plan.PlannedTask::name)
                          .collect(Collectors.joining(", "))
                      + " may be "
                      + (open.plan().modes().pausesTasks() ? "Paused" : "stopped")
                      + " now, and relay purge does not spare what they still need")));
    }
    return StepResult.failed(midway, answer);
  }
}
