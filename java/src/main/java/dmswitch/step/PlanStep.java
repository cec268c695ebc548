package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Step;
import dmswitch.problem.ExitCode;
import dmswitch.request.Request;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code plan written}: runs the checks, then writes the plan; continues an unfinished switch
 * instead.
 */
final class PlanStep {
  /** How long one call waits for somebody else. */
  private static final Duration SLICE = Duration.ofSeconds(15);

  private PlanStep() {}

  static StepResult run(Request request) {
    if (request.run().checkMode()) {
      StepResult ended = PreflightStep.run(request);
      if (ended.problem().isEmpty() && !ended.answer().has(PlanReport.ALREADY_THERE)) {
        ended.answer().put("changed", true);
      }
      return ended;
    }
    Optional<StepResult> waiting = OrphanedStep.await(request, SLICE);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    boolean fresh = !Files.exists(request.journalDir());
    try (Journal journal = Journal.take(request.journalDir())) {
      boolean kept = false;
      try {
        StepResult ended = run(request, journal);
        kept = ended.exitCode() == ExitCode.DONE && !ended.answer().has(PlanReport.ALREADY_THERE);
        return ended;
      } finally {
        if (!kept) {
          journal.release();
          if (fresh) {
            journal.removeIfEmpty();
          }
        }
      }
    }
  }

  private static StepResult run(Request request, Journal journal) {
    UnfinishedSwitch.requireNoRepair(request);
    if (journal.plan().isPresent()) {
      UnfinishedSwitch.of(request, journal).requireSameWorker();
    }
    if (journal.intended(Step.TASKS_STOPPED)) {
      return SwitchContinuation.run(request, journal);
    }
    ClusterAccess access = Planning.accessOf(request, Optional.of(journal));
    Planner.Result result =
        Planning.plan(access, Optional.of(journal).filter(open -> open.plan().isPresent()));
    if (result.alreadyThere().isPresent()) {
      return PlanReport.alreadyThere(result);
    }
    ObjectNode answer = PlanReport.of(access.ansible(), result);
    if (result.plan().isEmpty()) {
      return StepResult.failed(Planning.refusal(result, Planning.wayBack(journal, result)), answer);
    }
    journal.begin(result.planOrThrow(), journal.relayPausedByUs() && !result.relayRuns());
    answer.put("changed", true);
    answer.put("run_id", journal.run());
    answer.put("msg", "every check passes, the plan is in " + journal.file("plan.json"));
    return StepResult.done(answer);
  }
}
