package dmswitch.rescue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A sub dir without a binlog file that is not the last one: no task passes it. */
final class Wall implements State {
  @Override
  public String name() {
    return "wall";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    List<SubDirs.One> empty = signs.subDirs().get().emptyInTheMiddle();
    if (empty.isEmpty() || isBehindAll(signs, empty.get(empty.size() - 1))) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.healed(
            this,
            "relay's sub dir "
                + empty.stream().map(one -> one.name().toString()).collect(Collectors.joining(", "))
                + " is empty and not the last one: no task passes it",
            () ->
                TakeAway.of(
                    name(),
                    signs,
                    empty.stream().map(SubDirs.One::name).collect(Collectors.toSet()))));
  }

  /** Whether every task has begun behind it, so that it hinders none. */
  private static boolean isBehindAll(Signs signs, SubDirs.One empty) {
    return signs.up().get()
        && !signs.tasks().isEmpty()
        && signs.tasks().stream().allMatch(task -> task.suffix() > empty.name().suffix());
  }
}
