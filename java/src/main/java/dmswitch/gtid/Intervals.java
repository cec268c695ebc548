package dmswitch.gtid;

import java.math.BigInteger;
import java.util.List;

/**
 * Operations on sets of transaction numbers as {@code long[]}: the first and last number of each
 * interval in turn, ascending, with a gap of at least one between two intervals. Every operation is
 * one merge over both arrays. None changes its arguments, and a result may be one of them.
 */
final class Intervals {
  static final long[] NONE = {};

  private Intervals() {}

  /** Returns whether every number of {@code b} is in {@code a}. */
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

  /** Returns every number that is in {@code a} or in {@code b}. */
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

  /**
   * Returns every number that is in any of {@code all}, in at most n log n time for any number of
   * arrays.
   */
  static long[] union(List<long[]> all) {
    if (all.size() == 1) {
      return all.get(0);
    }
    IntervalsBuilder result = new IntervalsBuilder(2 * all.size());
    for (long[] one : all) {
      for (int i = 0; i < one.length; i += 2) {
        result.add(one[i], one[i + 1]);
      }
    }
    return result.build();
  }

  /** Returns every number of {@code a} that is not in {@code b}. */
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

  /** Returns every number that is in both. */
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

  /** Returns how many numbers there are. */
  static BigInteger count(long[] intervals) {
    // At most 2^63-2 in one set of disjoint intervals, so a long holds it.
    long count = 0;
    for (int i = 0; i < intervals.length; i += 2) {
      count += intervals[i + 1] - intervals[i] + 1;
    }
    return BigInteger.valueOf(count);
  }

  /**
   * Converts intervals in any order, overlapping or not, to the form of this class.
   *
   * @param bounds the first and last number of each interval in turn; its contents are lost
   * @param length how much of {@code bounds} is used
   */
  static long[] normalized(long[] bounds, int length) {
    long[] sorted = sortedByFirst(bounds, length);
    IntervalsBuilder result = new IntervalsBuilder(length);
    for (int i = 0; i < length; i += 2) {
      result.add(sorted[i], sorted[i + 1]);
    }
    return result.build();
  }

  /**
   * Sorts by the first numbers, by reversing or with a byte-wise radix sort: linear in any case.
   */
  private static long[] sortedByFirst(long[] bounds, int length) {
    long min = Long.MAX_VALUE;
    long max = 0;
    boolean descending = true;
    for (int i = 0; i < length; i += 2) {
      descending &= bounds[i] <= min;
      min = Math.min(min, bounds[i]);
      max = Math.max(max, bounds[i]);
    }
    if (descending) {
      reverse(bounds, length);
      return bounds;
    }
    long[] from = bounds;
    long[] to = new long[length];
    for (int shift = 0; shift < Long.SIZE && (max - min) >>> shift != 0; shift += Byte.SIZE) {
      int[] next = new int[257];
      for (int i = 0; i < length; i += 2) {
        next[digit(from[i] - min, shift) + 1] += 2;
      }
      for (int digit = 1; digit < next.length; digit++) {
        next[digit] += next[digit - 1];
      }
      for (int i = 0; i < length; i += 2) {
        int digit = digit(from[i] - min, shift);
        int at = next[digit];
        next[digit] = at + 2;
        to[at] = from[i];
        to[at + 1] = from[i + 1];
      }
      long[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void reverse(long[] bounds, int length) {
    for (int i = 0, j = length - 2; i < j; i += 2, j -= 2) {
      long first = bounds[i];
      long last = bounds[i + 1];
      bounds[i] = bounds[j];
      bounds[i + 1] = bounds[j + 1];
      bounds[j] = first;
      bounds[j + 1] = last;
    }
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & 0xff;
  }
}
