package dmswitch.gtid;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * A set of MySQL transactions, as in {@code @@GLOBAL.gtid_executed}: the intervals of their numbers
 * by server uuid and tag. Immutable; sets are equal if they contain the same transactions.
 *
 * <p>Format: MySQL Reference Manual, "GTID Sets". Operations are linear in the number of intervals.
 */
public final class GtidSet implements TransactionSet<GtidSet> {
  /** The empty set. */
  public static final GtidSet EMPTY = new GtidSet(new Tsid[0], new long[0][]);

  private final Tsid[] sources;
  private final long[][] intervals;

  /** The sources in ascending order, each with at least one interval. */
  private GtidSet(Tsid[] sources, long[][] intervals) {
    this.sources = sources;
    this.intervals = intervals;
  }

  /**
   * Parses the output of MySQL and DM. Accepts white space between the parts, any case, repeated
   * uuids, and unsorted and overlapping intervals. A blank text is the empty set.
   *
   * @throws GtidSyntaxException for anything else, such as numbers that are 0, above 2^63-2, signed
   *     or with leading zeros, reversed or half intervals, a uuid or tag without interval, an empty
   *     part between commas
   */
  public static GtidSet parse(String text) {
    return new GtidSetParser(text).parse();
  }

  /**
   * Creates a set from non-empty intervals in the form of {@link Intervals}, with at least one
   * array for each source.
   */
  static GtidSet of(Map<Tsid, List<long[]>> parts) {
    Tsid[] sources = parts.keySet().toArray(new Tsid[0]);
    Arrays.sort(sources);
    long[][] intervals = new long[sources.length][];
    for (int i = 0; i < sources.length; i++) {
      intervals[i] = Intervals.union(parts.get(sources[i]));
    }
    return new GtidSet(sources, intervals);
  }

  @Override
  public boolean contains(GtidSet other) {
    int i = 0;
    for (int j = 0; j < other.sources.length; j++) {
      while (i < sources.length && sources[i].compareTo(other.sources[j]) < 0) {
        i++;
      }
      if (i == sources.length
          || !sources[i].equals(other.sources[j])
          || !Intervals.contains(intervals[i], other.intervals[j])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public GtidSet union(GtidSet other) {
    return merge(other, Intervals::union);
  }

  @Override
  public GtidSet subtract(GtidSet other) {
    return merge(other, Intervals::subtract);
  }

  @Override
  public GtidSet intersect(GtidSet other) {
    return merge(other, Intervals::intersect);
  }

  private GtidSet merge(GtidSet other, BinaryOperator<long[]> operation) {
    Tsid[] newSources = new Tsid[sources.length + other.sources.length];
    long[][] newIntervals = new long[newSources.length][];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < sources.length || j < other.sources.length) {
      int order;
      if (i == sources.length) {
        order = 1;
      } else if (j == other.sources.length) {
        order = -1;
      } else {
        order = sources[i].compareTo(other.sources[j]);
      }
      newSources[size] = order <= 0 ? sources[i] : other.sources[j];
      long[] mine = order <= 0 ? intervals[i++] : Intervals.NONE;
      long[] theirs = order >= 0 ? other.intervals[j++] : Intervals.NONE;
      newIntervals[size] = operation.apply(mine, theirs);
      if (newIntervals[size].length > 0) {
        size++;
      }
    }
    return new GtidSet(Arrays.copyOf(newSources, size), Arrays.copyOf(newIntervals, size));
  }

  @Override
  public boolean isEmpty() {
    return sources.length == 0;
  }

  /** Returns whether any source has a tag (MySQL 8.3 and later). */
  public boolean hasTags() {
    return Arrays.stream(sources).anyMatch(source -> !source.tag().isEmpty());
  }

  @Override
  public BigInteger count() {
    BigInteger count = BigInteger.ZERO;
    for (long[] one : intervals) {
      count = count.add(Intervals.count(one));
    }
    return count;
  }

  @Override
  public List<String> parts() {
    return isEmpty() ? List.of() : List.of(toString().split(",", -1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GtidSet set
        && Arrays.equals(sources, set.sources)
        && Arrays.deepEquals(intervals, set.intervals);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sources) + Arrays.deepHashCode(intervals);
  }

  /**
   * Returns the canonical form, on one line: uuids in lower case, uuids and tags ascending, each
   * uuid once, intervals ascending and not touching, no white space. Empty for the empty set.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sources.length; i++) {
      if (i == 0 || !sources[i].sameServer(sources[i - 1])) {
        text.append(i == 0 ? "" : ",").append(sources[i].uuid());
      }
      if (!sources[i].tag().isEmpty()) {
        text.append(':').append(sources[i].tag());
      }
      for (int j = 0; j < intervals[i].length; j += 2) {
        text.append(':').append(intervals[i][j]);
        if (intervals[i][j + 1] > intervals[i][j]) {
          text.append('-').append(intervals[i][j + 1]);
        }
      }
    }
    return text.toString();
  }
}
