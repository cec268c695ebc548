package dmswitch.gtid;

import java.util.UUID;

/**
 * MySQL's transaction source identifier: the uuid of the server that numbered a transaction, and
 * the tag (MySQL 8.3 and later) under which it did.
 *
 * @param high the first 64 bits of the uuid
 * @param low the last 64 bits of the uuid
 * @param tag lower case, empty for none
 */
record Tsid(long high, long low, String tag) implements Comparable<Tsid> {
  /** Returns the uuid in lower case with dashes. */
  String uuid() {
    return new UUID(high, low).toString();
  }

  boolean sameServer(Tsid other) {
    return high == other.high && low == other.low;
  }

  /** Compares in MySQL's order: by uuid, byte by byte, then no tag before any tag. */
  @Override
  public int compareTo(Tsid other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(low, other.low);
    }
    return order == 0 ? tag.compareTo(other.tag) : order;
  }

  // The hash that a record generates on its own costs three times as much, and parsing calls it for
  // every uuid of the text.
  @Override
  public int hashCode() {
    return (Long.hashCode(high) * 31 + Long.hashCode(low)) * 31 + tag.hashCode();
  }
}
