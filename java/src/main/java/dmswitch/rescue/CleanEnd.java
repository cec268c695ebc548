package dmswitch.rescue;

import dmswitch.check.Conditions;
import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.step.KeylessTables;
import java.util.List;
import java.util.Optional;

/**
 * Rule 7: what lies behind relay's position in a sub dir, tasks read once more, from the next sub
 * dir or when relay has pulled it again. Rows of a table without a key could double, and rows that
 * the server at the upstream's address never had would be in the target alone.
 */
final class CleanEnd {
  private CleanEnd() {}

  /**
   * @param one the sub dir
   * @param relayReadsOn whether relay goes on in it, and looks through its file first
   * @return what to tell where it goes well without a clean end
   * @throws Problem when rows could double, or the server lacks one of these transactions
   */
  static Optional<String> require(Signs signs, SubDirs.One one, boolean relayReadsOn) {
    if (one.equals(signs.last()) && signs.up().get() && signs.relayRuns()) {
      // Its file grows, so nothing is to be seen yet.
      return Optional.empty();
    }
    RelayTail tail;
    try {
      tail = signs.tails().apply(one);
    } catch (Problem unreadable) {
      // Two servers' events in one file, for one: not proven clean. W of a worker that is up counts
      // what is whole there; relay.meta of one that is down may lag behind it.
      if (!signs.up().get()) {
        throw unreadable;
      }
      return Optional.of(
          requireKeys(one, unreadable.found(), signs.keyless().get().known(), relayReadsOn));
    }
    if (tail.isClean()) {
      return Optional.empty();
    }
    Startable.requireExecuted(signs, Conditions.behind(tail));
    // A worker that was killed has pulled on since relay.meta was written: where relay goes on in
    // the file, it finds the whole transactions, and reads only the half again.
    boolean counted = relayReadsOn && !signs.up().get();
    if (counted && tail.half().isEmpty()) {
      return Optional.empty();
    }
    KeylessTables keyless = signs.keyless().get();
    return Optional.of(
        requireKeys(
            one,
            tail.description(),
            counted
                ? keyless.among(tail.halfChanges())
                : keyless.among(tail.uncounted().changes(), tail.halfChanges()),
            relayReadsOn));
  }

  private static String requireKeys(
      SubDirs.One one, String found, List<Table> endangered, boolean relayReadsOn) {
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(found, endangered, relayReadsOn).problem();
    }
    return "behind relay's position in "
        + one.name()
        + " lies what W does not count ("
        + found
        + "); the replicated tables whose rows lie there have keys, so these come out equal";
  }
}
