package dmswitch.sandbox.load;

import java.time.Duration;

/** The longest time in which no fresh row was seen, from looks at the greatest id of a table. */
final class LongestGap {
  private long greatest;
  private long lastFresh;
  private long longest;
  private boolean begun;

  /**
   * Takes a look into account.
   *
   * @param id the greatest id of the table now
   * @param nanos when, as {@link System#nanoTime} has it
   */
  void look(long id, long nanos) {
    if (!begun) {
      begun = true;
      greatest = id;
      lastFresh = nanos;
    }
    // A look without a fresh row counts as well: the gap may still be open.
    longest = Math.max(longest, nanos - lastFresh);
    if (id > greatest) {
      greatest = id;
      lastFresh = nanos;
    }
  }

  /** The greatest id seen so far. */
  long greatest() {
    return greatest;
  }

  /** The longest gap so far, the one that is open included. */
  Duration longest() {
    return Duration.ofNanos(longest);
  }
}
