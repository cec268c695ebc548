package dmswitch.rescue;

import dmswitch.dmansible.RelayTail;
import dmswitch.gtid.GtidSet;
import dmswitch.journal.FormerFence;
import dmswitch.problem.Problem;
import java.math.BigInteger;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * W at the fence from which relay opened its last sub dir: from the journal, or as the operator
 * gives it. Too little of it would double rows, too much would lose some, so it is held against
 * what the sub dir before proves.
 */
final class FenceW {
  private FenceW() {}

  /**
   * @throws Problem when it is not known, or not plausible
   */
  static GtidSet of(Signs signs) {
    Optional<FormerFence> fence = signs.fence();
    Optional<GtidSet> given = signs.gtidWGiven();
    if (fence.isPresent()) {
      if (!given.orElse(fence.get().gtidW()).equals(fence.get().gtidW())) {
        throw Problem.refused(
            "rescue_gtid_w is not W at the fence that the journal "
                + fence.get().folder()
                + " has: "
                + fence.get().gtidW(),
            "the same W, or none given",
            "leave rescue_gtid_w out");
      }
      Startable.requireConditions(signs, fence.get().gtidW());
      return fence.get().gtidW();
    }
    SubDirs.One before =
        signs
            .subDirs()
            .get()
            .beforeLast()
            .filter(one -> !one.isEmpty())
            .orElseThrow(() -> notToBeChecked(signs));
    GtidSet gtidW = given.orElseThrow(() -> notKnown(signs, before));
    Startable.requireConditions(signs, gtidW);
    GtidSet proven = before.gtidW();
    if (!gtidW.contains(proven)) {
      throw Problem.refused(
          "rescue_gtid_w lacks what relay has pulled into "
              + before.name()
              + ": "
              + proven.subtract(gtidW),
          "W at the fence contains it; these rows would be doubled",
          "correct rescue_gtid_w; relay.meta of " + before.name() + " says " + proven);
    }
    requireNoMore(signs, before, gtidW.subtract(proven));
    return gtidW;
  }

  /** Nothing but statements that tasks make nothing of, such as GRANT, may lie beyond. */
  private static void requireNoMore(Signs signs, SubDirs.One before, GtidSet more) {
    if (more.isEmpty()) {
      return;
    }
    RelayTail tail = signs.tails().apply(before);
    int harmless = tail.isClean() ? tail.otherStatements().size() : 0;
    if (more.count().compareTo(BigInteger.valueOf(harmless)) > 0) {
      throw Problem.refused(
          "rescue_gtid_w has transactions that " + before.name() + " does not hold: " + more,
          "W at the fence as it was: relay would not pull these, and their rows would be lost",
          "correct rescue_gtid_w; relay.meta of " + before.name() + " says " + before.gtidW());
    }
  }

  /** Without a sub dir before, what is given cannot be held against anything. */
  private static Problem notToBeChecked(Signs signs) {
    return Problem.cannotTell(
        "W with which relay began "
            + signs.last().name()
            + " is not known and cannot be checked"
            + passedOver(signs),
        "a journal that knows it, or the sub dir before to hold rescue_gtid_w against",
        "nothing heals it in place; do not start or resume relay on that file: "
            + NewDeployment.steps(signs.calls()));
  }

  private static Problem notKnown(Signs signs, SubDirs.One before) {
    return Problem.cannotTell(
        "no journal knows W at the fence from which relay opened "
            + signs.last().name()
            + passedOver(signs),
        "W at the fence, to pull everything since then anew",
        "give rescue_gtid_w: relayBinlogGtid of query-status as it was after the last pause-relay"
            + " before the worker went to this server (relay.meta of the sub dir before says "
            + before.gtidW()
            + "). Where nobody knows it: "
            + NewDeployment.steps(signs.calls()));
  }

  /** Closed journals that may know it too. */
  private static String passedOver(Signs signs) {
    return signs.fences().passedOver().stream()
        .map(journal -> "; passed over: " + journal)
        .collect(Collectors.joining());
  }
}
