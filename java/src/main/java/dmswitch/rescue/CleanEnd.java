package dmswitch.rescue;

import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Rule 7: what lies behind relay's position in a sub dir, tasks read once more, from the next sub
 * dir or when relay has pulled it again. Rows of a table without a key could double.
 */
final class CleanEnd {
  private CleanEnd() {}

  /**
   * @param one the sub dir
   * @param relayReadsOn whether relay goes on in it, and looks through its file first
   * @return what to tell where it goes well without a clean end
   * @throws Problem when rows could double
   */
  static Optional<String> require(Signs signs, SubDirs.One one, boolean relayReadsOn) {
    if (one.equals(signs.last()) && signs.up().get() && signs.relayRuns()) {
      // Its file grows, so nothing is to be seen yet.
      return Optional.empty();
    }
    String found;
    List<Table> endangered;
    try {
      Optional<RelayTail> tail = signs.tails().apply(one);
      if (tail.isEmpty() || tail.get().isClean() || isOfOldMeta(signs, tail.get(), relayReadsOn)) {
        return Optional.empty();
      }
      found = tail.get().state().toString();
      endangered = tail.get().among(signs.keyless().get().known());
    } catch (Problem unreadable) {
      // Two servers' events in one file, for one: not proven clean.
      found = unreadable.found();
      endangered = signs.keyless().get().known();
    }
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(endangered, relayReadsOn).problem();
    }
    return Optional.of(
        "behind relay's position in "
            + one.name()
            + " lies what W does not count ("
            + found
            + "); the replicated tables whose rows lie there have keys, so these come out equal");
  }

  /** A worker that was killed has pulled on since relay.meta was written; relay finds that out. */
  private static boolean isOfOldMeta(Signs signs, RelayTail tail, boolean relayReadsOn) {
    return relayReadsOn && !signs.up().get() && tail.state() == RelayTail.State.UNCOUNTED;
  }
}
