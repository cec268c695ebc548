package dmswitch.sandbox.dm.task;

import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Set;

/** Writes a value from the binlog as SQL. */
final class Literal {
  private static final int TIMESTAMP = 7;
  private static final int DATE = 10;
  private static final int TIME = 11;
  private static final int DATETIME = 12;
  private static final int TIMESTAMP2 = 17;
  private static final int DATETIME2 = 18;
  private static final int TIME2 = 19;
  private static final int JSON = 245;
  private static final Set<Integer> MOMENTS = Set.of(DATETIME, DATETIME2, TIMESTAMP, TIMESTAMP2);

  private static final long MICROS = 1_000_000;
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private Literal() {}

  /**
   * The SQL of {@code value}; times are in UTC.
   *
   * @param type the column's type in the binlog
   * @param column the column in the target: only it tells whether a number has a sign
   */
  static String of(Serializable value, int type, TableInfo.Column column) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof Long micros) {
      boolean invalid = micros == Long.MIN_VALUE;
      if (type == DATE) {
        return invalid ? "'0000-00-00'" : "'" + moment(micros).toLocalDate() + "'";
      }
      if (MOMENTS.contains(type)) {
        return invalid
            ? "'0000-00-00 00:00:00'"
            : "'" + DATE_TIME.format(moment(micros)) + fraction(micros) + "'";
      }
      if (type == TIME || type == TIME2) {
        return "'" + time(micros) + "'";
      }
    }
    if (value instanceof Integer || value instanceof Long) {
      return number((Number) value, column);
    }
    if (value instanceof byte[] bytes) {
      return type == JSON ? json(bytes) : "X'" + HexFormat.of().formatHex(bytes) + "'";
    }
    if (value instanceof BitSet bits) {
      long number = bits.isEmpty() ? 0 : bits.toLongArray()[0];
      return Long.toUnsignedString(number);
    }
    if (value instanceof String text) {
      return "X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }
    return value.toString();
  }

  private static String number(Number value, TableInfo.Column column) {
    long number = value.longValue();
    if (number >= 0 || !column.unsigned()) {
      return Long.toString(number);
    }
    int bits = column.bits();
    return BigInteger.valueOf(number).add(BigInteger.ONE.shiftLeft(bits)).toString();
  }

  private static LocalDateTime moment(long micros) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * 1000, ZoneOffset.UTC);
  }

  private static String fraction(long micros) {
    return String.format(".%06d", Math.floorMod(micros, MICROS));
  }

  private static String time(long micros) {
    long absolute = Math.abs(micros);
    long seconds = absolute / MICROS;
    return String.format(
        "%s%02d:%02d:%02d.%06d",
        micros < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60, seconds % 60, absolute % MICROS);
  }

  private static String json(byte[] bytes) {
    try {
      String text = bytes.length == 0 ? "null" : JsonBinary.parseAsString(bytes);
      return "CONVERT(X'"
          + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))
          + "' USING utf8mb4)";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
