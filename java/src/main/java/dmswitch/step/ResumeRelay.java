package dmswitch.step;

import dmswitch.dm.Outcome;
import dmswitch.dmansible.RelayTail;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The way back: resume-relay, behind a VIP resume-task as well where tasks are Paused already, and
 * the journal closed. Where rule 8 forbids it, relay was Paused before, or the VIP no longer shows
 * the old server, all stays as it is and the answer says so.
 */
final class ResumeRelay implements StepAction {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Override
  public Step step() {
    return Step.RELAY_RUNNING;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (!open.canGoBack()) {
      open.journal().release();
      return Answer.unchanged(
          "nothing is undone, since "
              + (open.plan().behindVip() ? "relay was switched" : "tasks were touched")
              + " already ("
              + open.journal().whereItStands()
              + "): run the same playbook again, it goes on from there");
    }
    if (!open.journal().relayPausedByUs()) {
      return closed(open, false, "relay was not touched");
    }
    if (open.plan().relayPausedBefore() && !open.tasksTouched()) {
      return closed(open, false, "relay stays Paused, as it was before: its upstream is lost");
    }
    // Only the old server may have them back; who is silent is not asked.
    boolean asked = open.plan().behindVip() || open.plan().oldServer().alive();
    UpstreamAddress.Shown look =
        asked
            ? UpstreamAddress.look(open)
            : new UpstreamAddress.Shown(UpstreamAddress.Shows.NOBODY, "");
    if (open.plan().behindVip()
        ? look.shows() != UpstreamAddress.Shows.OLD
        : look.shows().isSomebodyElse()) {
      open.journal().release();
      return Answer.unchanged(stays(open, look));
    }
    if (!open.abortPossible()) {
      open.journal().release();
      return Answer.unchanged(
              "relay stays Paused: its current file begins with a hole, and DM could cut that file"
                  + " if relay were resumed on the old server")
          .withWarnings(
              List.of(
                  "do not resume relay or restart this worker; fix what stopped the switch and run"
                      + " the same playbook again, on to the new server"));
    }
    Optional<RelayTail> doubled;
    try {
      doubled = whatWouldDouble(open);
    } catch (Problem unknown) {
      open.journal().release();
      throw unknown
          .andNext(
              "relay of this worker is still Paused by this switch: do not resume it before this can be"
                  + " looked at, since resumed it could let DM read rows twice in tables without a key;"
                  + " then run the same playbook again")
          .namingRerun();
    }
    if (doubled.isPresent()) {
      open.journal().release();
      return Answer.unchanged(
          "relay stays Paused: behind W in its file lies "
              + doubled.get().description()
              + ", and resumed it could let DM read rows twice in tables without a key");
    }
    if (look.shows() != UpstreamAddress.Shows.OLD) {
      open.journal().release();
      return Answer.unchanged(
          "the old server is not seen to answer, so nothing is resumed: "
              + WayBack.ofPausedRelay(open.plan(), open.journal()));
    }
    try {
      return resume(open);
    } catch (Problem problem) {
      open.journal().release();
      throw problem.andNext(WayBack.ofPausedRelay(open.plan(), open.journal()));
    }
  }

  /** Another server is where the old one was. */
  private static String stays(OpenSwitch open, UpstreamAddress.Shown look) {
    return (open.tasksTouched() ? "relay and tasks stay Paused" : "relay stays Paused")
        + ", for "
        + look.detail()
        + ": resume nothing by hand; run the same playbook again, which goes on to the new server "
        + open.plan().newServer().address()
        + (open.plan().behindVip()
            ? " once the VIP shows it, and back while it shows the old one" + look.orStay()
            : ", without the old one");
  }

  /** Returns what lies behind W if relay, resumed, could let DM read rows of it twice (rule 7). */
  private static Optional<RelayTail> whatWouldDouble(OpenSwitch open) {
    RelayView relay = open.relay();
    RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
    return Optional.of(tail).filter(there -> !UncountedRows.endangered(open, there).isEmpty());
  }

  private Answer resume(OpenSwitch open) {
    open.journal().intent(step(), Json.object());
    boolean changed = !open.plan().relayPausedBefore() && !open.relay().isRunning();
    if (changed) {
      onOldServer(open);
    }
    boolean tasks = open.tasksTouched() && !StartTasks.bringBack(open).isEmpty();
    open.journal().done(step(), Json.object());
    return closed(
        open,
        changed || tasks,
        tasks
            ? "relay and tasks run again, all is as before"
            : changed ? "relay runs again, all is as before" : "relay runs");
  }

  /**
   * Resumes relay and sees it run; that this is safe, and that the old server answers, has been
   * seen before.
   */
  static void onOldServer(OpenSwitch open) {
    Outcome outcome = open.access().dm().resumeRelay(open.plan().workerAddress(), LIMIT);
    Duration limit = open.request().timeouts().relay();
    if (Waiting.until(limit, () -> running(open)).isEmpty()) {
      throw outcome.isDoneOrAlreadySo()
          ? Problem.cannotTell(
              "resume-relay answered well, but after "
                  + limit.toSeconds()
                  + " s relay does not run without errors",
              "relay Running on the old server again",
              "see query-status -w " + open.plan().workerAddress())
          : outcome.problem("relay Running on the old server again", "fix what DM reports");
    }
  }

  private static Optional<RelayView> running(OpenSwitch open) {
    try {
      return Optional.of(RelayView.ofStatus(open.access().dm(), open.plan().workerAddress()))
          .filter(relay -> relay.isRunning() && relay.errors().isEmpty());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  private static Answer closed(OpenSwitch open, boolean changed, String msg) {
    open.journal().giveUp();
    return new Answer(changed, msg, Json.object());
  }
}
