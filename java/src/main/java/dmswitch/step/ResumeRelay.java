package dmswitch.step;

import dmswitch.dm.Outcome;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The way back from before the tasks are stopped: resume-relay alone, and the journal closed. Where
 * rule 8 forbids it, or relay was Paused before, it stays as it is and the answer says so.
 */
final class ResumeRelay implements StepAction {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Duration RUNS_AGAIN = Duration.ofSeconds(30);

  @Override
  public Step step() {
    return Step.RELAY_RUNNING;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.tasksTouched()) {
      open.journal().release();
      return Answer.unchanged(
          "nothing is undone, since tasks were touched already ("
              + open.journal().whereItStands()
              + "): run the same playbook again, it goes on from there");
    }
    if (!open.journal().intended(Step.RELAY_FENCED)) {
      return closed(open, false, "relay was not touched");
    }
    if (open.plan().relayPausedBefore()) {
      return closed(open, false, "relay stays Paused, as it was before: its upstream is lost");
    }
    if (!open.abortPossible()) {
      open.journal().release();
      return Answer.unchanged(
              "relay stays Paused: its current file begins with a hole, and DM could cut that file"
                  + " if relay were resumed on the old server")
          .withWarnings(
              List.of(
                  "do not resume relay or restart this worker; mend what stopped the switch and run"
                      + " the same playbook again, on to the new server"));
    }
    if (!open.plan().oldServer().alive()) {
      open.journal().release();
      return Answer.unchanged(
          "the old server does not answer, so nothing is resumed: "
              + WayBack.ofPausedRelay(open.plan(), open.journal()));
    }
    try {
      return resume(open);
    } catch (Problem problem) {
      open.journal().release();
      throw problem.andNext(WayBack.ofPausedRelay(open.plan(), open.journal()));
    }
  }

  private Answer resume(OpenSwitch open) {
    open.journal().intent(step(), Json.object());
    boolean changed = !open.relay().isRunning();
    if (changed) {
      Outcome outcome = open.site().dm().resumeRelay(open.plan().workerAddress(), LIMIT);
      Optional<RelayView> running =
          Waiting.until(
              RUNS_AGAIN,
              () ->
                  open.relayIfKnown()
                      .filter(relay -> relay.isRunning() && relay.errors().isEmpty()));
      if (running.isEmpty()) {
        throw outcome.isDoneOrAlreadySo()
            ? Problem.cannotTell(
                "resume-relay answered well, but after "
                    + RUNS_AGAIN.toSeconds()
                    + " s relay does not run without errors",
                "relay Running on the old server again",
                "see query-status -w " + open.plan().workerAddress())
            : outcome.problem("relay Running on the old server again", "mend what DM says");
      }
    }
    open.journal().done(step(), Json.object());
    return closed(open, changed, changed ? "relay runs again, all is as before" : "relay runs");
  }

  private static Answer closed(OpenSwitch open, boolean changed, String msg) {
    open.journal().giveUp();
    return new Answer(changed, msg, Json.object());
  }
}
