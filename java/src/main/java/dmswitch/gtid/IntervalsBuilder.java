package dmswitch.gtid;

import java.util.Arrays;

/** Collects intervals in any order, in linear time if they come in ascending order. */
final class IntervalsBuilder {
  private long[] bounds;
  private int length;
  private boolean ascending = true;

  /**
   * Starts without intervals.
   *
   * @param capacity the initial capacity in numbers, not intervals; even and above 0
   */
  IntervalsBuilder(int capacity) {
    bounds = new long[capacity];
  }

  /** Adds the numbers from {@code first}, at least 1, to {@code last}, at most 2^63-2. */
  void add(long first, long last) {
    if (ascending && length > 0 && first <= bounds[length - 1] + 1) {
      if (first >= bounds[length - 2]) {
        bounds[length - 1] = Math.max(bounds[length - 1], last);
        return;
      }
      ascending = false;
    }
    if (length == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * length);
    }
    bounds[length++] = first;
    bounds[length++] = last;
  }

  /**
   * Returns what was added, in the form of {@link Intervals} without unused room, and starts again.
   */
  long[] build() {
    int used = length;
    boolean wasAscending = ascending;
    length = 0;
    ascending = true;
    if (!wasAscending) {
      return Intervals.normalized(bounds, used);
    }
    return used == 0 ? Intervals.NONE : Arrays.copyOf(bounds, used);
  }
}
