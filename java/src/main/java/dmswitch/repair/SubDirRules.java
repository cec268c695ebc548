package dmswitch.repair;

import dmswitch.dm.RelaySubDir;
import dmswitch.repair.Rules.Match;
import dmswitch.repair.SubDirs.SubDir;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** States of relay's sub dirs and their index (rule 9). */
final class SubDirRules {
  private SubDirRules() {}

  /**
   * Matches if the worker was killed after it made a sub dir and before it added the entry to
   * server-uuid.index. The worker cannot make that sub dir again.
   */
  static Optional<Match> indexEntryMissing(Observation seen) {
    SubDirs subDirs = seen.subDirs();
    List<SubDir> behind =
        subDirs.unnamed().stream()
            .filter(subDir -> subDir.name().suffix() > subDirs.last().name().suffix())
            .toList();
    if (behind.isEmpty() || (seen.isUp() && seen.relayRuns())) {
      return Optional.empty();
    }
    String found =
        "server-uuid.index does not name "
            + behind.stream().map(subDir -> subDir.name().toString()).toList()
            + " (the worker was killed while it made it), so relay cannot open its next sub dir";
    if (behind.size() > 1 || !behind.get(0).isEmpty()) {
      return Match.refused(
          found + ", and there are binlog files in sub dirs that it does not name",
          "one sub dir without a binlog file after the last that is named",
          "find out who changed the relay directory on the worker's host; put it back as it was,"
              + " or: "
              + seen.worker().newDeployment());
    }
    return Match.repairable(
        found, state -> EmptySubDirs.remove(state, seen, Set.of(behind.get(0).name())));
  }

  /**
   * Matches if the last sub dir is empty and belongs to another server than the one that answers
   * now. Either switch-relay-master was called before the VIP moved, or the worker was rolled to a
   * server that sent nothing.
   */
  static Optional<Match> switchedTooEarly(Observation seen) {
    SubDir last = seen.last();
    if (!last.isEmpty() || !seen.isOnAnotherServer()) {
      return Optional.empty();
    }
    return Match.repairable(
        "relay's last sub dir "
            + last.name()
            + " is empty, and "
            + seen.address()
            + " shows the server "
            + seen.upstreamUuid()
            + ": if resumed, relay would open one more sub dir, and no task would get past the"
            + " empty one",
        state -> {
          Set<RelaySubDir> empty = new HashSet<>(Set.of(last.name()));
          seen.subDirs().emptyInTheMiddle().forEach(subDir -> empty.add(subDir.name()));
          return EmptySubDirs.remove(state, seen, empty);
        });
  }

  /** Matches if a sub dir without a binlog file is not the last one. No task gets past it. */
  static Optional<Match> wall(Observation seen) {
    List<SubDir> empty = seen.subDirs().emptyInTheMiddle();
    if (empty.isEmpty() || isPassedByAll(seen, empty.get(empty.size() - 1))) {
      return Optional.empty();
    }
    return Match.repairable(
        "relay's sub dir "
            + empty.stream()
                .map(subDir -> subDir.name().toString())
                .collect(Collectors.joining(", "))
            + " is empty and not the last one: no task gets past it",
        state ->
            EmptySubDirs.remove(
                state, seen, empty.stream().map(SubDir::name).collect(Collectors.toSet())));
  }

  /** Returns whether every task already reads in a later sub dir, so that this one stops none. */
  private static boolean isPassedByAll(Observation seen, SubDir empty) {
    return seen.isUp()
        && !seen.tasks().isEmpty()
        && seen.tasks().stream().allMatch(task -> task.suffix() > empty.name().suffix());
  }
}
