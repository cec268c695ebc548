package dmswitch.rescue;

import dmswitch.dm.Stage;
import java.util.Optional;

/** Nobody answers at the upstream's address. */
final class UpstreamLost implements State {
  @Override
  public String name() {
    return "upstream_lost";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    if (signs.upstream().get().answers()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.left(
            this,
            "nobody answers at the upstream's address "
                + signs.address()
                + ", relay is "
                + signs.relay().stage(),
            "a server there",
            (signs.last().isEmpty()
                    ? "bring the server of "
                        + signs.last().name()
                        + " up: its sub dir is still empty, and only that server may answer there"
                    : "to go over to another server of its replication cluster: switch-upstream.yml,"
                        + " or switch-vip.yml behind a VIP. Otherwise bring it up")
                + (signs.relay().stage() == Stage.PAUSED ? ", then run rescue.yml again" : "")));
  }
}
