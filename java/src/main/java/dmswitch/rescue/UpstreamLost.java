package dmswitch.rescue;

import dmswitch.dm.Stage;
import dmswitch.dmansible.PortProbe;
import java.util.Optional;

/**
 * No MySQL server greets at the upstream's address, though a port may be open there. One that
 * greets and lets nobody in may live: that is for {@link Signs#upstreamUuid} to tell.
 */
final class UpstreamLost implements State {
  @Override
  public String name() {
    return "upstream_lost";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    PortProbe port = signs.upstreamPort().get();
    if (port.state() == PortProbe.State.OPEN || signs.upstream().get().uuid().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.left(
            this,
            "no MySQL server answers at the upstream's address "
                + signs.address()
                + " ("
                + port.told()
                + "), relay is "
                + signs.relay().stage(),
            "a server there",
            (signs.last().isEmpty()
                    ? "bring the server of "
                        + signs.last().name()
                        + " up: its sub dir is still empty, and only that server may answer there"
                    : Signs.TO_ANOTHER_SERVER + ". Otherwise bring it up")
                + (signs.relay().stage() == Stage.PAUSED ? ", then run rescue.yml again" : "")));
  }
}
