package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.Optional;

/**
 * Before the VIP is moved: which server it shows, and the intent to move it (rule 2). A third
 * server behind it refuses.
 */
final class LookAtVip implements StepAction {
  @Override
  public Step step() {
    return Step.VIP_MOVED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_STOPPED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    UpstreamAddress.Shown look = UpstreamAddress.look(open);
    if (look.shows() == UpstreamAddress.Shows.THIRD) {
      throw Problem.refused(
          look.detail(),
          "the old server " + open.plan().oldServer().uuid() + ", the new one, or no server there",
          "find out who moved it there, and move it to the new server "
              + open.plan().newServer().address()
              + look.orStay());
    }
    ObjectNode data = Json.object().put("shows", look.shows().word());
    if (look.shows() != UpstreamAddress.Shows.NEW) {
      open.journal().intent(step(), data);
    }
    return Answer.unchanged(look.detail(), data);
  }
}
