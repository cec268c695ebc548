package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayDirectoryChange;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.journal.FormerFence;
import dmswitch.problem.Problem;
import dmswitch.repair.SubDirs.SubDir;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Removes the last sub dir's files and sets its relay.meta to W at the fence. Relay then pulls
 * everything since the fence again, to the same positions, so that checkpoints there stay valid.
 */
final class RelayRefetch {
  private RelayRefetch() {}

  /**
   * Returns the repair of a file that DM has not cut yet.
   *
   * @throws Problem when it is not provably safe
   */
  static RelayDirectoryRepair of(String state, Observation seen) {
    SubDir last = seen.last();
    if (!seen.isOnUpstream()) {
      throw Problem.refused(
          "the server at "
              + seen.address()
              + " is "
              + seen.upstreamUuid()
              + ", not that of "
              + last.name(),
          "the server that relay's last sub dir belongs to",
          "make that server answer there, then run rescue.yml again");
    }
    GtidSet gtidW = gtidWAtFence(seen);
    // Tasks may have read the half transaction at the end, which is pulled again as a whole.
    StartConditions.requireCleanEnd(seen, last, true);
    return RelayDirectoryRepair.of(
        state,
        seen,
        new RelayDirectoryChange(
            seen.worker().deployment().relayDir(),
            RelayDirectoryRepair.freshName(),
            seen.subDirs().index(),
            seen.subDirs().index(),
            List.of(last.name() + "/relay.meta"),
            last.files().stream()
                .map(file -> new RelayDirectoryChange.Move(last.name() + "/" + file.name(), ""))
                .toList(),
            last.name().toString(),
            "binlog-name = \"\"\nbinlog-pos = 4\nbinlog-gtid = \"" + gtidW + "\"\n"));
  }

  /**
   * Returns the repair of a file that DM has cut.
   *
   * @throws Problem if it is not provably safe, or a task has read past the hole
   */
  static RelayDirectoryRepair ofCut(String state, Observation seen) {
    requireNotReadOn(seen);
    return of(state, seen);
  }

  private static void requireNotReadOn(Observation seen) {
    SubDir last = seen.last();
    RelayDirectory.File first = last.first().orElseThrow();
    Optional<RelayHead.Hole> hole =
        seen.relayLog().head(last).flatMap(head -> head.holes().stream().findFirst());
    if (hole.isEmpty() && last.files().size() == 1 && first.size() < 4) {
      // Relay has pulled nothing since.
      return;
    }
    if (!seen.isUp()) {
      throw Problem.cannotTell(
          "the worker is down, so it is not known whether its tasks have read past the cut",
          "the checkpoints of its tasks",
          "start the worker, then run rescue.yml again");
    }
    int suffix = last.name().suffix();
    long end = hole.map(one -> one.at() + one.size()).orElse(4L);
    BinlogPosition behind = new BinlogPosition(first.name(), OptionalInt.of(suffix), end);
    Predicate<BinlogPosition> readsOn =
        at ->
            at.subDirSuffix().stream().anyMatch(one -> one == suffix)
                && at.compareTo(behind) > 0
                // A position past the end of the file is from before the cut.
                && !isBehindEnd(last, at);
    List<String> readOn = new ArrayList<>();
    seen.checkpoints()
        .forEach(
            (task, checkpoint) ->
                checkpoint.filter(readsOn).ifPresent(at -> readOn.add(task + " at " + at)));
    if (!readOn.isEmpty()) {
      throw Problem.refused(
          "tasks may have read past the cut: " + String.join(", ", readOn),
          "every task's checkpoint before the cut, so that it reads what was lost",
          "rows may be missing in the target, and rescue.yml cannot bring them back: compare the"
              + " tables"
              + " (sync_diff_inspector) and correct them, or: "
              + seen.worker().newDeployment());
    }
  }

  private static boolean isBehindEnd(SubDir last, BinlogPosition at) {
    return last.files().stream()
        .anyMatch(file -> file.name().equals(at.file()) && file.size() < at.position());
  }

  // ---- W at the fence --------------------------------------------------------------------------

  /**
   * Returns W at the fence from which relay opened its last sub dir, from the journal or as the
   * operator gives it. Too small a set would double rows, too large a set would lose some. So it is
   * compared with what the previous sub dir proves.
   *
   * @throws Problem when it is not known, or not plausible
   */
  private static GtidSet gtidWAtFence(Observation seen) {
    Optional<FormerFence> fence = seen.fence();
    Optional<GtidSet> given = seen.history().gtidWGiven();
    if (fence.isPresent()) {
      if (!given.orElse(fence.get().gtidW()).equals(fence.get().gtidW())) {
        throw Problem.refused(
            "rescue_gtid_w is not W at the fence that the journal "
                + fence.get().folder()
                + " has: "
                + fence.get().gtidW(),
            "the same W, or no rescue_gtid_w",
            "remove rescue_gtid_w");
      }
      StartConditions.requireConditions(seen, fence.get().gtidW());
      return fence.get().gtidW();
    }
    SubDir before =
        seen.subDirs()
            .beforeLast()
            .filter(one -> !one.isEmpty())
            .orElseThrow(() -> notComparable(seen));
    GtidSet gtidW = given.orElseThrow(() -> notKnown(seen, before));
    StartConditions.requireConditions(seen, gtidW);
    GtidSet proven = before.gtidW();
    if (!gtidW.contains(proven)) {
      throw Problem.refused(
          "rescue_gtid_w lacks transactions that relay has pulled into "
              + before.name()
              + ": "
              + proven.subtract(gtidW),
          "W at the fence, which contains them; without them their rows would double",
          "correct rescue_gtid_w; relay.meta of " + before.name() + " says " + proven);
    }
    requireNoMore(seen, before, gtidW.subtract(proven));
    return gtidW;
  }

  /** Requires that the surplus holds only statements that tasks ignore, such as GRANT. */
  private static void requireNoMore(Observation seen, SubDir before, GtidSet more) {
    if (more.isEmpty()) {
      return;
    }
    RelayTail tail = seen.relayLog().tail(before);
    int harmless = tail.isClean() ? tail.otherStatements().size() : 0;
    if (more.count().compareTo(BigInteger.valueOf(harmless)) > 0) {
      throw Problem.refused(
          "rescue_gtid_w has transactions that " + before.name() + " does not hold: " + more,
          "W as it was at the fence: relay would not pull these transactions, and their rows"
              + " would be"
              + " lost",
          "correct rescue_gtid_w; relay.meta of " + before.name() + " says " + before.gtidW());
    }
  }

  /** Returns the problem of a given W that cannot be compared, as there is no previous sub dir. */
  private static Problem notComparable(Observation seen) {
    return Problem.cannotTell(
        "the W from which relay opened "
            + seen.last().name()
            + " is not known and cannot be checked"
            + passedOver(seen),
        "a journal that has it, or the previous sub dir to compare rescue_gtid_w with",
        "it cannot be repaired in place; do not start or resume relay on that file: "
            + seen.worker().newDeployment());
  }

  private static Problem notKnown(Observation seen, SubDir before) {
    return Problem.cannotTell(
        "no journal has W at the fence from which relay opened "
            + seen.last().name()
            + passedOver(seen),
        "W at the fence, so that relay can pull everything since then again",
        "set rescue_gtid_w: relayBinlogGtid of query-status after the last pause-relay"
            + " before the worker was switched to this server (relay.meta of the previous sub dir"
            + " says "
            + before.gtidW()
            + "). If it is unknown: "
            + seen.worker().newDeployment());
  }

  /** Names closed journals that may have it but could not be read. */
  private static String passedOver(Observation seen) {
    return seen.history().fences().passedOver().stream()
        .map(journal -> "; passed over: " + journal)
        .collect(Collectors.joining());
  }
}
