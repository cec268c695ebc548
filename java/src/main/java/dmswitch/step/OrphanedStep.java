package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.time.Duration;
import java.util.Optional;

/** Waits for a step that is still running although its playbook has ended. */
final class OrphanedStep {
  private OrphanedStep() {}

  /**
   * Waits for the end of a step whose playbook has ended without it, most of all the rolling
   * upgrade; at most {@code slice}, so that people see how much time is left.
   *
   * @return the answer with which the action calls again; empty when nobody is waited for
   * @throws Problem (refused) when the step has not ended within upgrade_timeout
   */
  static Optional<StepResult> await(Request request, Duration slice) {
    Duration limit = request.timeouts().upgrade();
    Duration left = limit.minus(request.run().waited());
    Optional<String> stray =
        Journal.awaitStray(request.journalDir(), left.compareTo(slice) < 0 ? left : slice);
    if (stray.isEmpty()) {
      return Optional.empty();
    }
    String found =
        "a playbook that switched this worker has ended, but the step that it began is still"
            + " running ("
            + stray.get()
            + Journal.peek(request.journalDir())
                .map(journal -> "; " + journal.whereItStands())
                .orElse("")
            + ")";
    Duration waited = request.run().waited().plus(slice);
    if (waited.compareTo(limit) >= 0) {
      throw Problem.refused(
              "after " + limit.toSeconds() + " s (upgrade_timeout): " + found,
              "the end of that step: one run at a time",
              "look at what it waits for (journal "
                  + request.journalDir()
                  + "), then run the same playbook again: it continues from what it finds")
          .namingRerun();
    }
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put("waiting", true);
    answer.put("waited", waited.toSeconds());
    answer.put(
        "msg", found + "; waiting for its end, " + limit.minus(waited).toSeconds() + " s left");
    return Optional.of(StepResult.done(answer));
  }

  /**
   * Waits for the end of a step whose playbook has ended without it.
   *
   * @throws Problem (refused) when it has not ended within upgrade_timeout
   */
  static void requireEnded(Request request) {
    Optional<String> stray = Journal.awaitStray(request.journalDir(), request.timeouts().upgrade());
    if (stray.isPresent()) {
      throw Problem.refused(
          "after "
              + request.timeouts().upgrade().toSeconds()
              + " s (upgrade_timeout) the step of a playbook that has ended is still running ("
              + stray.get()
              + ")",
          "the end of that step: one run at a time",
          "look at what it waits for (journal "
              + request.journalDir()
              + "), then run rollback.yml again");
    }
  }
}
