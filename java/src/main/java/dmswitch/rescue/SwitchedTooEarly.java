package dmswitch.rescue;

import dmswitch.dm.RelaySubDir;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * switch-relay-master was called before the VIP had moved, or a roll went to a server that gave
 * nothing: the last sub dir is empty, and it is of another server than answers now.
 */
final class SwitchedTooEarly implements State {
  @Override
  public String name() {
    return "switched_too_early";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    SubDirs.One last = signs.last();
    if (!last.isEmpty() || signs.upstream().get().uuid().isEmpty() || signs.isOnUpstream()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.healed(
            this,
            "relay's last sub dir "
                + last.name()
                + " is empty, and "
                + signs.address()
                + " shows the server "
                + signs.upstreamUuid()
                + ": resumed, relay would open one more sub dir, and no task would pass the empty one",
            () -> {
              Set<RelaySubDir> empty = new HashSet<>(Set.of(last.name()));
              signs.subDirs().get().emptyInTheMiddle().forEach(one -> empty.add(one.name()));
              return TakeAway.of(name(), signs, empty);
            }));
  }
}
