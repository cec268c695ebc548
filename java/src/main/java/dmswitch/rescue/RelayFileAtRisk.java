package dmswitch.rescue;

import dmswitch.relay.Hole;
import java.util.Optional;

/**
 * The worker is down, or relay Paused, on a file that begins with a big hole: nothing is lost yet,
 * but on a start or a resume-relay DM could cut it.
 */
final class RelayFileAtRisk implements State {
  @Override
  public String name() {
    return "relay_file_at_risk";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    boolean goesOnElsewhere =
        signs.open().filter(plan -> !signs.last().name().isOf(plan.newServer().uuid())).isPresent();
    if (goesOnElsewhere
        || signs.upstream().get().uuid().isEmpty()
        || !signs.isOnUpstream()
        || (signs.up().get() && signs.relayRuns())) {
      return Optional.empty();
    }
    String file = signs.position().file();
    long hole = signs.hole(signs.last(), file);
    if (hole <= Hole.LIMIT_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.healed(
            this,
            (signs.up().get() ? "relay is Paused" : "the worker is down")
                + " on the file "
                + file
                + " of "
                + signs.last().name()
                + ", which begins with a hole of "
                + (hole >> 20)
                + " MB: started or resumed on it, DM could cut it",
            () -> FetchAnew.of(name(), signs)));
  }
}
