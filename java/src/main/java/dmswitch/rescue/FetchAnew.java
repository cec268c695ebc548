package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelaySurgery;
import dmswitch.gtid.GtidSet;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The last sub dir's files taken away, and its relay.meta set to W at the fence: relay then pulls
 * everything since the fence anew, to the same positions, so that checkpoints there stay valid.
 */
final class FetchAnew {
  private FetchAnew() {}

  /**
   * Of a file that is whole, before DM cuts it.
   *
   * @throws Problem when it is not provably safe
   */
  static HealFiles of(String state, Signs signs) {
    SubDirs.One last = signs.last();
    if (!signs.isOnUpstream()) {
      throw Problem.refused(
          "the server at "
              + signs.address()
              + " is "
              + signs.upstreamUuid()
              + ", not that of "
              + last.name(),
          "the server that relay's last sub dir is of",
          "let that server answer there, then run rescue.yml again");
    }
    GtidSet gtidW = FenceW.of(signs);
    // Tasks may have read the half at the end of a file that is pulled as a whole.
    CleanEnd.require(signs, last, true);
    return HealFiles.of(
        state,
        signs,
        new RelaySurgery(
            signs.deployment().relayDir(),
            HealFiles.freshName(),
            signs.subDirs().get().index(),
            signs.subDirs().get().index(),
            List.of(last.name() + "/relay.meta"),
            last.files().stream()
                .map(file -> new RelaySurgery.Move(last.name() + "/" + file.name(), ""))
                .toList(),
            last.name().toString(),
            "binlog-name = \"\"\nbinlog-pos = 4\nbinlog-gtid = \"" + gtidW + "\"\n"));
  }

  /**
   * Of a file that DM has cut.
   *
   * @throws Problem when it is not provably safe, or when a task has read on behind the hole
   */
  static HealFiles ofCut(String state, Signs signs) {
    requireNotReadOn(signs);
    return of(state, signs);
  }

  private static void requireNotReadOn(Signs signs) {
    RelayDirectory.File first = signs.last().first().orElseThrow();
    Optional<RelayHead.Hole> hole =
        signs.heads().apply(signs.last()).flatMap(head -> head.holes().stream().findFirst());
    if (hole.isEmpty() && signs.last().files().size() == 1 && first.size() < 4) {
      // Relay has pulled nothing since.
      return;
    }
    if (!signs.up().get()) {
      throw Problem.cannotTell(
          "the worker is down, so it is not known whether its tasks have read on behind the cut",
          "their checkpoints",
          "start the worker, then run rescue.yml again");
    }
    long end = hole.map(one -> one.at() + one.size()).orElse(4L);
    BinlogPosition behind =
        new BinlogPosition(first.name(), OptionalInt.of(signs.last().name().suffix()), end);
    List<TaskAt> readOn =
        signs.tasks().stream()
            .filter(task -> task.suffix() == signs.last().name().suffix())
            .filter(task -> task.checkpoint().orElseThrow().compareTo(behind) > 0)
            // Behind the end of the file is where it stood before the cut.
            .filter(task -> !isBehindEnd(signs, task.checkpoint().orElseThrow()))
            .toList();
    if (!readOn.isEmpty()) {
      throw Problem.refused(
          "may have read on behind the cut: "
              + readOn.stream().map(TaskAt::at).collect(Collectors.joining(", ")),
          "every task's checkpoint before the cut, so that it reads what was lost",
          "rows may be missing in the target, which nothing here brings back: compare the tables"
              + " (sync_diff_inspector) and mend them, or: "
              + NewDeployment.steps(signs.calls()));
    }
  }

  private static boolean isBehindEnd(Signs signs, BinlogPosition at) {
    return signs.last().files().stream()
        .anyMatch(file -> file.name().equals(at.file()) && file.size() < at.position());
  }
}
