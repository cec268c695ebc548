package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectoryChange;
import dmswitch.problem.Problem;
import dmswitch.repair.SubDirs.SubDir;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes empty sub dirs and renumbers the later ones without a gap. That is safe while no
 * checkpoint is in a renumbered one, and nothing was pulled between the sub dirs that become
 * neighbours.
 */
final class EmptySubDirs {
  private static final String CHECKPOINTS_KEPT =
      "every task's checkpoint in a sub dir that keeps its number";

  private EmptySubDirs() {}

  /**
   * Returns the repair that removes these sub dirs.
   *
   * @throws Problem when it is not provably safe
   */
  static RelayDirectoryRepair remove(String state, Observation seen, Set<RelaySubDir> removed) {
    SubDirs subDirs = seen.subDirs();
    Map<RelaySubDir, RelaySubDir> names = subDirs.renumbered(removed);
    if (subDirs.named().stream().allMatch(SubDir::isEmpty)) {
      throw Problem.refused(
          "no sub dir of relay holds a binlog file",
          "a sub dir with the relay log that the tasks still need",
          seen.worker().newDeployment());
    }
    List<RelayDirectoryChange.Move> moves = new ArrayList<>();
    List<String> copies = new ArrayList<>();
    List<Integer> renumbered = new ArrayList<>();
    for (SubDir subDir : subDirs.named()) {
      RelaySubDir name = subDir.name();
      RelaySubDir newName = names.get(name);
      if (removed.contains(name)) {
        moves.add(new RelayDirectoryChange.Move(name.toString(), ""));
        copies.add(name + "/relay.meta");
        requireNothingBetween(seen, subDir);
      } else if (!newName.equals(name)) {
        moves.add(new RelayDirectoryChange.Move(name.toString(), newName.toString()));
        copies.add(name + "/relay.meta");
        renumbered.add(name.suffix());
      }
    }
    for (SubDir subDir : subDirs.unnamed()) {
      if (removed.contains(subDir.name())) {
        moves.add(new RelayDirectoryChange.Move(subDir.name().toString(), ""));
      }
    }
    if (!renumbered.isEmpty()) {
      requireNoCheckpoint(seen, renumbered);
    }
    StartConditions.require(seen, lastOf(subDirs, names));
    return RelayDirectoryRepair.of(
        state,
        seen,
        new RelayDirectoryChange(
            seen.worker().deployment().relayDir(),
            RelayDirectoryRepair.freshName(),
            subDirs.index(),
            names.values().stream().map(RelaySubDir::toString).toList(),
            copies,
            moves,
            "",
            ""));
  }

  /** Returns the sub dir that will be the last one. */
  private static SubDir lastOf(SubDirs subDirs, Map<RelaySubDir, RelaySubDir> names) {
    return subDirs.named().stream()
        .filter(subDir -> names.containsKey(subDir.name()))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /**
   * Requires that relay kept its GTID set when it opened the empty sub dir, and pulled nothing
   * there.
   */
  private static void requireNothingBetween(Observation seen, SubDir empty) {
    List<SubDir> named = seen.subDirs().named();
    int at = named.indexOf(empty);
    if (at == 0) {
      return;
    }
    SubDir before = named.get(at - 1);
    StartConditions.requireCleanEnd(seen, before, false);
    GtidSet pulled = before.gtidW();
    if (!empty.gtidW().equals(pulled)) {
      throw Problem.refused(
          "relay.meta of the empty "
              + empty.name()
              + " has the GTID set "
              + empty.gtidW()
              + ", that of "
              + before.name()
              + " before it "
              + pulled,
          "the same set in both, which proves that nothing is missing between the sub dirs around"
              + " the"
              + " empty one",
          seen.worker().newDeployment());
    }
  }

  private static void requireNoCheckpoint(Observation seen, List<Integer> renumbered) {
    if (!seen.isUp()) {
      throw Problem.cannotTell(
          "the worker is down, so the checkpoints of its tasks are not known",
          CHECKPOINTS_KEPT,
          "start the worker (in dm_ansible_dir: "
              + seen.worker().calls().of("start.yml")
              + "), then run rescue.yml again");
    }
    seen.checkpoints()
        .forEach((task, checkpoint) -> requireKept(seen, task, checkpoint, renumbered));
  }

  /**
   * Requires checkpoints that stay valid. DM reads one without a sub dir in the newest, whatever
   * its number.
   */
  private static void requireKept(
      Observation seen, String task, Optional<BinlogPosition> at, List<Integer> renumbered) {
    boolean moves =
        at.filter(position -> position.subDirSuffix().isPresent())
            .filter(position -> renumbered.contains(position.subDirSuffix().getAsInt()))
            .isPresent();
    if (moves) {
      throw Problem.refused(
          "the checkpoint of task "
              + task
              + ", "
              + at.get()
              + ", is in a sub dir that would be renumbered",
          CHECKPOINTS_KEPT,
          "it cannot be repaired by renumbering. For the tasks before the empty sub dir: "
              + seen.worker().newDeployment());
    }
  }
}
