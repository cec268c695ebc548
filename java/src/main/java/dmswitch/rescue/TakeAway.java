package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.RelaySurgery;
import dmswitch.gtid.GtidSet;
import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Empty sub dirs taken away, the later ones renumbered without a gap. Safe while no checkpoint lies
 * in one of these, and nothing was pulled between the sub dirs that become neighbours.
 */
final class TakeAway {
  private TakeAway() {}

  /**
   * @throws Problem when it is not provably safe
   */
  static HealFiles of(String state, Signs signs, Set<RelaySubDir> taken) {
    SubDirs subDirs = signs.subDirs().get();
    Map<RelaySubDir, RelaySubDir> names = subDirs.renumbered(taken);
    if (subDirs.named().stream().allMatch(SubDirs.One::isEmpty)) {
      throw Problem.refused(
          "no sub dir of relay holds a binlog file",
          "a sub dir with what the tasks still need",
          NewDeployment.steps(signs.calls()));
    }
    List<RelaySurgery.Move> moves = new ArrayList<>();
    List<String> copies = new ArrayList<>();
    List<Integer> renumbered = new ArrayList<>();
    for (SubDirs.One one : subDirs.named()) {
      if (taken.contains(one.name())) {
        moves.add(new RelaySurgery.Move(one.name().toString(), ""));
        copies.add(one.name() + "/relay.meta");
        requireNothingBetween(signs, one);
        continue;
      }
      RelaySubDir newName = names.get(one.name());
      if (!newName.equals(one.name())) {
        moves.add(new RelaySurgery.Move(one.name().toString(), newName.toString()));
        copies.add(one.name() + "/relay.meta");
        renumbered.add(one.name().suffix());
      }
    }
    for (SubDirs.One one : subDirs.unnamed()) {
      if (taken.contains(one.name())) {
        moves.add(new RelaySurgery.Move(one.name().toString(), ""));
      }
    }
    if (!renumbered.isEmpty()) {
      requireNoCheckpoint(signs, renumbered);
    }
    requireStartable(signs, subDirs, names);
    return HealFiles.of(
        state,
        signs,
        new RelaySurgery(
            signs.deployment().relayDir(),
            HealFiles.freshName(),
            subDirs.index(),
            names.values().stream().map(RelaySubDir::toString).toList(),
            copies,
            moves,
            "",
            ""));
  }

  /** Relay kept its GTID set when it opened the empty one, and pulled nothing in it. */
  private static void requireNothingBetween(Signs signs, SubDirs.One empty) {
    SubDirs subDirs = signs.subDirs().get();
    int at = subDirs.named().indexOf(empty);
    if (at == 0) {
      return;
    }
    CleanEnd.require(signs, subDirs.named().get(at - 1), false);
    GtidSet before = subDirs.named().get(at - 1).gtidW();
    if (!empty.gtidW().equals(before)) {
      throw Problem.refused(
          "relay.meta of the empty "
              + empty.name()
              + " has the GTID set "
              + empty.gtidW()
              + ", that of "
              + subDirs.named().get(at - 1).name()
              + " before it "
              + before,
          "the same set in both: then nothing lies between the sub dirs around the empty one",
          NewDeployment.steps(signs.calls()));
    }
  }

  private static void requireNoCheckpoint(Signs signs, List<Integer> renumbered) {
    String wanted = "every task's checkpoint in a sub dir that keeps its number";
    if (!signs.up().get()) {
      throw Problem.cannotTell(
          "the worker is down, so the checkpoints of its tasks are not known",
          wanted,
          "start the worker (in dm_ansible_dir: "
              + signs.calls().of("start.yml")
              + "), then run rescue.yml again");
    }
    for (TaskAt task : signs.tasks()) {
      Optional<BinlogPosition> at =
          task.checkpoint().isPresent() ? task.checkpoint() : signs.written().apply(task.name());
      requireKept(signs, task.name(), at, renumbered, wanted);
    }
    for (String task : signs.stoppedTasks().get()) {
      requireKept(signs, task, signs.written().apply(task), renumbered, wanted);
    }
  }

  /** A checkpoint without a sub dir is read in the newest one, whatever its number. */
  private static void requireKept(
      Signs signs,
      String task,
      Optional<BinlogPosition> at,
      List<Integer> renumbered,
      String wanted) {
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
              + ", lies in a sub dir that would get another number",
          wanted,
          "it cannot be healed by renumbering. For the tasks before the empty sub dir: "
              + NewDeployment.steps(signs.calls()));
    }
  }

  private static void requireStartable(
      Signs signs, SubDirs subDirs, Map<RelaySubDir, RelaySubDir> names) {
    SubDirs.One last =
        subDirs.named().stream()
            .filter(one -> names.containsKey(one.name()))
            .reduce((earlier, later) -> later)
            .orElseThrow();
    Startable.require(signs, last);
  }
}
