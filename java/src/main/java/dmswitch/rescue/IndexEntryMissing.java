package dmswitch.rescue;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The worker was killed between making a sub dir and its entry in server-uuid.index: it cannot make
 * that sub dir again.
 */
final class IndexEntryMissing implements State {
  @Override
  public String name() {
    return "index_entry_missing";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    SubDirs subDirs = signs.subDirs().get();
    List<SubDirs.One> behind =
        subDirs.unnamed().stream()
            .filter(one -> one.name().suffix() > subDirs.last().name().suffix())
            .toList();
    if (behind.isEmpty() || (signs.up().get() && signs.relayRuns())) {
      return Optional.empty();
    }
    String found =
        "server-uuid.index does not name "
            + behind.stream().map(one -> one.name().toString()).toList()
            + " (the worker was killed while it made it), so relay cannot open its next sub dir";
    if (behind.size() > 1 || !behind.get(0).isEmpty()) {
      return Optional.of(
          Diagnosis.left(
              this,
              found + ", and there are binlog files in what it does not name",
              "one sub dir without a binlog file behind the last that is named",
              "find out who changed the relay directory on the worker's host; put it back as it was,"
                  + " or: "
                  + NewDeployment.steps(signs.calls())));
    }
    return Optional.of(
        Diagnosis.healed(
            this, found, () -> TakeAway.of(name(), signs, Set.of(behind.get(0).name()))));
  }
}
