package dmswitch.gtid;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Sets of transaction numbers as {@code long[]}: first and last number of each interval in turn,
 * ascending, with a gap of at least one between two intervals. Every operation is one merge over
 * both arrays; none changes its arguments, and a result may be one of them.
 */
final class Intervals {
  static final long[] NONE = {};

  private Intervals() {}

  /** Whether every number of {@code b} is in {@code a}. */
  static boolean contains(long[] a, long[] b) {
    int i = 0;
    for (int j = 0; j < b.length; j += 2) {
      while (i < a.length && a[i + 1] < b[j]) {
        i += 2;
      }
      if (i == a.length || a[i] > b[j] || a[i + 1] < b[j + 1]) {
        return false;
      }
    }
    return true;
  }

  /** Every number that is in {@code a} or in {@code b}. */
  static long[] union(long[] a, long[] b) {
    if (a.length == 0) {
      return b;
    }
    if (b.length == 0) {
      return a;
    }
    IntervalsBuilder result = new IntervalsBuilder(a.length + b.length);
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      if (j == b.length || (i < a.length && a[i] <= b[j])) {
        result.add(a[i], a[i + 1]);
        i += 2;
      } else {
        result.add(b[j], b[j + 1]);
        j += 2;
      }
    }
    return result.build();
  }

  /** Every number of {@code a} that is not in {@code b}. */
  static long[] subtract(long[] a, long[] b) {
    if (a.length == 0 || b.length == 0) {
      return a;
    }
    IntervalsBuilder result = new IntervalsBuilder(a.length);
    int j = 0;
    for (int i = 0; i < a.length; i += 2) {
      long first = a[i];
      long last = a[i + 1];
      while (j < b.length && b[j + 1] < first) {
        j += 2;
      }
      // The interval of b that ends this loop may reach into the next interval of a.
      while (first <= last && j < b.length && b[j] <= last) {
        if (first < b[j]) {
          result.add(first, b[j] - 1);
        }
        first = b[j + 1] + 1;
        if (first <= last) {
          j += 2;
        }
      }
      if (first <= last) {
        result.add(first, last);
      }
    }
    return result.build();
  }

  /** Every number that is in both. */
  static long[] intersect(long[] a, long[] b) {
    if (a.length == 0 || b.length == 0) {
      return NONE;
    }
    IntervalsBuilder result = new IntervalsBuilder(Math.min(a.length, b.length));
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      long first = Math.max(a[i], b[j]);
      long last = Math.min(a[i + 1], b[j + 1]);
      if (first <= last) {
        result.add(first, last);
      }
      if (a[i + 1] < b[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return result.build();
  }

  /** How many numbers there are. */
  static BigInteger count(long[] intervals) {
    // At most 2^63-2 in one set of disjoint intervals, so a long holds it.
    long count = 0;
    for (int i = 0; i < intervals.length; i += 2) {
      count += intervals[i + 1] - intervals[i] + 1;
    }
    return BigInteger.valueOf(count);
  }

  /**
   * Brings intervals in any order, overlapping or not, into the form of this class.
   *
   * @param bounds first and last number of each interval in turn
   * @param length how much of {@code bounds} is used
   */
  static long[] normalized(long[] bounds, int length) {
    int n = length / 2;
    long[] firsts = new long[n];
    long[] lasts = new long[n];
    for (int i = 0; i < n; i++) {
      firsts[i] = bounds[2 * i];
      lasts[i] = bounds[2 * i + 1];
    }
    Arrays.sort(firsts);
    Arrays.sort(lasts);
    // Sorted apart from each other they still give the union: it has a gap behind the i-th last
    // number exactly if all intervals but the i first ones begin behind that gap.
    long[] result = new long[length];
    int size = 0;
    long first = firsts[0];
    for (int i = 0; i < n; i++) {
      if (i == n - 1 || firsts[i + 1] > lasts[i] + 1) {
        result[size++] = first;
        result[size++] = lasts[i];
        if (i < n - 1) {
          first = firsts[i + 1];
        }
      }
    }
    return Arrays.copyOf(result, size);
  }
}
