package dmswitch.sandbox.dm.binlog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A GTID set as DM keeps it. Not safe for use by several threads. */
public final class Gtids {
  /** Interval of transaction numbers, both ends included. */
  private record Interval(long first, long last) {}

  private final Map<String, List<Interval>> sets = new TreeMap<>();

  /** The empty set. */
  public Gtids() {}

  /** A copy of {@code other}. */
  public Gtids(Gtids other) {
    other.sets.forEach((uuid, intervals) -> sets.put(uuid, new ArrayList<>(intervals)));
  }

  /**
   * Reads a set, line breaks and spaces allowed.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Gtids parse(String text) {
    Gtids result = new Gtids();
    for (String part : text.replaceAll("\\s", "").split(",", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      String[] fields = part.split(":", -1);
      String uuid = UUID.fromString(fields[0]).toString();
      for (int i = 1; i < fields.length; i++) {
        String[] ends = fields[i].split("-", -1);
        long first = Long.parseLong(ends[0]);
        result.add(uuid, first, ends.length > 1 ? Long.parseLong(ends[1]) : first);
      }
    }
    return result;
  }

  /** The set in a Previous_gtids event's body. */
  static Gtids decode(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    Gtids result = new Gtids();
    long uuids = in.getLong();
    for (long i = 0; i < uuids; i++) {
      String uuid = uuid(in);
      long intervals = in.getLong();
      for (long j = 0; j < intervals; j++) {
        long first = in.getLong();
        result.add(uuid, first, in.getLong() - 1);
      }
    }
    return result;
  }

  /** The uuid that the next 16 bytes are. */
  static String uuid(ByteBuffer in) {
    ByteOrder order = in.order();
    in.order(ByteOrder.BIG_ENDIAN);
    String uuid = new UUID(in.getLong(), in.getLong()).toString().toLowerCase(Locale.ROOT);
    in.order(order);
    return uuid;
  }

  /** The set as COM_BINLOG_DUMP_GTID takes it. */
  public byte[] encode() {
    int length = 8;
    for (List<Interval> intervals : sets.values()) {
      length += 16 + 8 + 16 * intervals.size();
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(sets.size());
    sets.forEach(
        (text, intervals) -> {
          UUID uuid = UUID.fromString(text);
          out.order(ByteOrder.BIG_ENDIAN);
          out.putLong(uuid.getMostSignificantBits());
          out.putLong(uuid.getLeastSignificantBits());
          out.order(ByteOrder.LITTLE_ENDIAN);
          out.putLong(intervals.size());
          for (Interval interval : intervals) {
            out.putLong(interval.first);
            out.putLong(interval.last + 1);
          }
        });
    return out.array();
  }

  /** Adds the transactions from {@code first} to {@code last}, both included. */
  public void add(String uuid, long first, long last) {
    List<Interval> merged = new ArrayList<>();
    long low = first;
    long high = last;
    for (Interval old : sets.getOrDefault(uuid, List.of())) {
      if (old.last + 1 < low || old.first > high + 1) {
        merged.add(old);
      } else {
        low = Math.min(low, old.first);
        high = Math.max(high, old.last);
      }
    }
    merged.add(new Interval(low, high));
    merged.sort((a, b) -> Long.compare(a.first, b.first));
    sets.put(uuid, merged);
  }

  /** Whether every transaction of {@code other} is in this set. */
  public boolean contains(Gtids other) {
    return other.sets.entrySet().stream()
        .allMatch(
            entry ->
                entry.getValue().stream()
                    .allMatch(
                        wanted ->
                            sets.getOrDefault(entry.getKey(), List.of()).stream()
                                .anyMatch(
                                    own -> own.first <= wanted.first && own.last >= wanted.last)));
  }

  /** DM's Truncate: each interval that holds one of {@code end} ends where that one ends. */
  public void truncate(Gtids end) {
    sets.forEach(
        (uuid, intervals) -> {
          for (int i = 0; i < intervals.size(); i++) {
            for (Interval limit : end.sets.getOrDefault(uuid, List.of())) {
              Interval own = intervals.get(i);
              if (own.first <= limit.first && own.last >= limit.last) {
                intervals.set(i, new Interval(own.first, limit.last));
              }
            }
          }
        });
  }

  public boolean isEmpty() {
    return sets.isEmpty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Gtids that && that.sets.equals(sets);
  }

  @Override
  public int hashCode() {
    return sets.hashCode();
  }

  /** The set as text, its servers in any order: DM prints them in the order of a Go map. */
  @Override
  public String toString() {
    List<String> uuids = new ArrayList<>(sets.keySet());
    Collections.shuffle(uuids);
    List<String> parts = new ArrayList<>();
    for (String uuid : uuids) {
      StringBuilder part = new StringBuilder(uuid);
      for (Interval interval : sets.get(uuid)) {
        part.append(':').append(interval.first);
        if (interval.last > interval.first) {
          part.append('-').append(interval.last);
        }
      }
      parts.add(part.toString());
    }
    return String.join(",", parts);
  }
}
