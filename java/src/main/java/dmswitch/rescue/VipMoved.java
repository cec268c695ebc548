package dmswitch.rescue;

import java.util.Optional;

/** Another server answers at the upstream's address than relay's sub dir is of. */
final class VipMoved implements State {
  @Override
  public String name() {
    return "vip_moved";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    if (signs.upstream().get().uuid().isEmpty() || signs.isOnUpstream()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.healed(
            this,
            "the upstream's address "
                + signs.address()
                + " shows the server "
                + signs.upstreamUuid()
                + ", but relay ("
                + signs.relay().stage()
                + (signs.relay().errors().isEmpty() ? "" : ": " + signs.relay().errors().get(0))
                + ") writes to "
                + signs.currentSubDir(),
            () -> HealRelay.of(name(), signs)));
  }
}
