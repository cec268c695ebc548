package dmswitch.step;

import dmswitch.host.RelayTail;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/**
 * The way back: resume-relay, behind a VIP also resume-task for tasks that are Paused already, then
 * the journal is closed. If rule 8 forbids it, relay was Paused before, or the VIP no longer shows
 * the old server, everything stays as it is and the answer says so.
 */
final class ResumeRelay implements StepAction {
  @Override
  public Step step() {
    return Step.RELAY_RUNNING;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (!open.canGoBack()) {
      return left(
          open,
          "nothing is undone, since "
              + (open.plan().modes().behindVip() ? "relay was switched" : "tasks were touched")
              + " already ("
              + open.journal().whereItStands()
              + "): run the same playbook again, it continues from there");
    }
    if (!open.journal().relayPausedByUs()) {
      return closed(open, false, "relay was not touched");
    }
    if (open.plan().relay().pausedBefore() && !open.tasksTouched()) {
      return closed(
          open, false, "relay stays Paused, as it was before the switch: its upstream is lost");
    }
    return backToOldServer(open);
  }

  private Answer backToOldServer(OpenSwitch open) {
    UpstreamAddress.Shown look = whoAnswers(open);
    if (open.plan().modes().behindVip()
        ? look.shows() != UpstreamAddress.Shows.OLD
        : look.shows().isSomebodyElse()) {
      return left(open, stays(open, look));
    }
    if (!open.abortPossible()) {
      return left(
              open,
              "relay stays Paused: its current file begins with a hole, and DM could cut that file"
                  + " if relay were resumed on the old server")
          .withWarnings(
              List.of(
                  "do not resume relay or restart this worker; fix what stopped the switch and run"
                      + " the same playbook again, which continues to the new server"));
    }
    Optional<RelayTail> doubled = whatWouldDouble(open);
    if (doubled.isPresent()) {
      return left(
          open,
          "relay stays Paused: its file holds, after W: "
              + doubled.get().description()
              + "; if it were resumed, DM could apply rows of tables without a key twice");
    }
    if (look.shows() != UpstreamAddress.Shows.OLD) {
      return left(
          open,
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

  /** Only the old server may have relay and tasks back; who is silent is not asked. */
  private static UpstreamAddress.Shown whoAnswers(OpenSwitch open) {
    return open.plan().modes().behindVip() || open.plan().oldServer().state().isAlive()
        ? UpstreamAddress.look(open)
        : new UpstreamAddress.Shown(UpstreamAddress.Shows.NOBODY, "");
  }

  /** Nothing is undone, and the switch stays open. */
  private static Answer left(OpenSwitch open, String why) {
    open.journal().release();
    return Answer.unchanged(why);
  }

  /** Another server is where the old one was. */
  private static String stays(OpenSwitch open, UpstreamAddress.Shown look) {
    return (open.tasksTouched() ? "relay and tasks stay Paused" : "relay stays Paused")
        + ", for "
        + look.detail()
        + ": resume nothing by hand; run the same playbook again, which continues to the new"
        + " server "
        + open.plan().newServer().address()
        + (open.plan().modes().behindVip()
            ? " once the VIP shows it, and back while it shows the old one" + look.orStay()
            : ", without the old one");
  }

  /** Returns what follows W if relay, resumed, could let DM read rows of it twice (rule 7). */
  private static Optional<RelayTail> whatWouldDouble(OpenSwitch open) {
    try {
      RelayView relay = open.relay();
      RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
      return Optional.of(tail).filter(there -> !UncountedRows.endangered(open, there).isEmpty());
    } catch (Problem unknown) {
      open.journal().release();
      throw unknown
          .andNext(
              "relay of this worker is still Paused by this switch: do not resume it before this can be"
                  + " checked, as DM could then apply rows of tables without a key twice;"
                  + " then run the same playbook again")
          .namingRerun();
    }
  }

  private Answer resume(OpenSwitch open) {
    open.journal().intent(step(), Json.object());
    boolean changed = !open.plan().relay().pausedBefore() && !open.relay().isRunning();
    if (changed) {
      onOldServer(open);
    }
    boolean tasks = open.tasksTouched() && !StartTasks.bringBack(open).isEmpty();
    open.journal().done(step(), Json.object());
    return closed(
        open,
        changed || tasks,
        tasks
            ? "relay and tasks run again, everything is as before"
            : changed ? "relay runs again, everything is as before" : "relay runs");
  }

  /**
   * Resumes relay and sees it run; that this is safe, and that the old server answers, has been
   * seen before.
   */
  static void onOldServer(OpenSwitch open) {
    open.answeringRelayControl()
        .resumeAndAwait(open.request().timeouts().relay(), "relay Running on the old server again");
  }

  private static Answer closed(OpenSwitch open, boolean changed, String msg) {
    open.journal().giveUp();
    return new Answer(changed, msg, Json.object());
  }
}
