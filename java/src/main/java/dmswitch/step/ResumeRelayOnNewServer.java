package dmswitch.step;

import dmswitch.control.RelayControl.LostAnswer;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.Optional;

/**
 * resume-relay once the VIP shows the new server, looked at again right before: if it flipped back,
 * nothing is resumed, for relay would open a sub dir for whichever server answers (rule 9).
 */
final class ResumeRelayOnNewServer implements StepAction {
  @Override
  public Step step() {
    return Step.RELAY_RESUMED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.VIP_MOVED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    RelayView relay = open.relay();
    if (relay.isRunning() && relay.subDir().isOf(open.plan().newServer().uuid())) {
      return Answer.unchanged("relay runs on the new server already");
    }
    if (relay.isRunning()) {
      throw Problem.refused(
          "relay was resumed by someone else, in " + relay.subDir(),
          "relay Paused until it has a sub dir for the new server",
          "pause-relay -w " + open.plan().dmWorker().address());
    }
    resume(open, relay);
    return Answer.changed("relay resumed", Json.object());
  }

  /**
   * Resumes relay, which is Paused, where that opens no sub dir after one that may be empty.
   *
   * @throws Problem (refused) when it would, when relay is on a hole, or when the VIP does not show
   *     the new server
   */
  static void resume(OpenSwitch open, RelayView relay) {
    if (relay.subDir().isOf(open.plan().newServer().uuid())) {
      RelayOnNewServer.requireNoHole(open, relay);
    } else if (!relay.subDir().toString().equals(open.fence().subDir())) {
      throw Problem.refused(
          "relay has opened the sub dir "
              + relay.subDir()
              + " for another server, and it may be empty: if resumed on the new server, relay"
              + " would"
              + " open the next one, and no task gets past an empty one",
          "relay in "
              + open.fence().subDir()
              + " as it was fenced, or in a sub dir of the new server",
          "do not resume relay while the VIP shows the new server: move the VIP back to the server"
              + " of that sub dir, resume-relay -w "
              + open.plan().dmWorker().address()
              + ", and once relayBinlog names a file there");
    }
    UpstreamAddress.requireNew(open);
    open.journal().intent(Step.RELAY_RESUMED, Json.object());
    open.relayControl()
        .resume(
            LostAnswer.FAILS,
            "relay resumed on the new server",
            "fix the error that DM" + " reports");
    open.journal().done(Step.RELAY_RESUMED, Json.object());
  }
}
