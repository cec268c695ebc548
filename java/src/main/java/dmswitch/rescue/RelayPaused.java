package dmswitch.rescue;

import dmswitch.dm.Stage;
import java.util.Optional;

/** Relay is Paused on the server that answers, by a command or by an error that may have passed. */
final class RelayPaused implements State {
  @Override
  public String name() {
    return "relay_paused";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    if (signs.relay().stage() != Stage.PAUSED) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.healed(
            this,
            "relay is Paused "
                + (signs.relay().errors().isEmpty()
                    ? "by a command"
                    : "by an error: " + signs.relay().errors().get(0)),
            () -> HealRelay.of(name(), signs)));
  }
}
