package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.List;
import java.util.Optional;

/** {@code rollback}: takes back the switch in progress, if that is safe. */
final class RollbackStep {
  private RollbackStep() {}

  static StepResult run(Request request) {
    UnfinishedSwitch.requireNoRepair(request);
    if (!request.run().checkMode()) {
      OrphanedStep.requireEnded(request);
    }
    Optional<Journal> begun = Journal.peek(request.journalDir());
    if (begun.isEmpty()) {
      ObjectNode nothing = Json.object();
      nothing.set("will", Json.tree(List.of()));
      nothing.put("changed", false);
      nothing.put("msg", "no switch of " + request.dmWorker() + " is in progress");
      return StepResult.done(nothing);
    }
    if (request.run().checkMode()) {
      return StepResult.done(RollBack.of(UnfinishedSwitch.open(request, begun.get())).toJson());
    }
    try (Journal journal = Journal.take(request.journalDir())) {
      try {
        return run(UnfinishedSwitch.open(request, journal));
      } finally {
        journal.release();
      }
    }
  }

  /** Takes this switch back. */
  static StepResult run(OpenSwitch open) {
    RollBack back = RollBack.of(open);
    try {
      return StepResult.done(back.apply());
    } catch (Problem problem) {
      Problem told = open.journal().failed(Step.ROLLED_BACK, problem);
      return StepResult.failed(
          told.midway(
              told.next()
                  + "; then run rollback.yml again: it continues from there, or run "
                  + open.plan().playbook()
                  + ", which continues to the new server"),
          Json.object());
    }
  }
}
