package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * switch-relay-master, at most once in a switch, judged by the journalled intent (rule 3): every
 * call opens one more relay sub dir, and an empty one in the middle stops the tasks for good. Where
 * its outcome is not known it is not called again, since resume-relay does the same step.
 */
final class SwitchRelayMaster implements StepAction {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Duration settle;

  SwitchRelayMaster() {
    this(Duration.ofSeconds(10));
  }

  /**
   * @param settle how long its effect may take to be seen
   */
  SwitchRelayMaster(Duration settle) {
    this.settle = settle;
  }

  @Override
  public Step step() {
    return Step.RELAY_SWITCHED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.VIP_MOVED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    RelayView relay = open.relay();
    String newUuid = open.plan().newServer().uuid();
    if (relay.subDir().isOf(newUuid)) {
      return Answer.unchanged("relay already has its sub dir for the new server");
    }
    if (open.journal().intended(step())) {
      return Answer.unchanged(
          "switch-relay-master was called once, with an unknown outcome; resume-relay"
              + " opens the sub dir too");
    }
    if (!relay.isPaused() || !relay.gtidW().equals(open.fence().gtidW())) {
      throw Problem.refused(
          "relay is "
              + relay.stage().map(Object::toString).orElse("?")
              + " with W "
              + relay.gtidW()
              + ", which differs from the fence",
          "relay Paused since the fence, W " + open.fence().gtidW(),
          "find out who resumed it or restarted the worker");
    }
    UpstreamAddress.requireNew(open);
    open.journal().intent(step(), Json.object());
    Outcome outcome = open.access().dm().switchRelayMaster(open.plan().dmWorker().address(), LIMIT);
    Optional<RelayView> switched =
        Waiting.until(
            settle, () -> open.relayIfKnown().filter(seen -> seen.subDir().isOf(newUuid)));
    ObjectNode data = Json.object().put("seen", switched.isPresent());
    open.journal().done(step(), data);
    return switched
        .map(seen -> Answer.changed("relay has the sub dir " + seen.subDir(), data))
        .orElseGet(
            () ->
                Answer.changed("relay has no sub dir for the new server yet", data)
                    .withWarnings(
                        List.of(
                            "switch-relay-master had no visible effect"
                                + (outcome.isDone() ? "" : " (" + outcome.message() + ")")
                                + "; it is not called again, as resume-relay opens the sub dir"
                                + " too")));
  }
}
