package dmswitch.gtid;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads decimal digits eight at a time, as bytes of one long. Every number takes the same few
 * operations, whatever its length, without a branch to mispredict. Reading digit by digit would
 * take most of the time of parsing a big set.
 */
final class Digits {
  /** Means more digits than this class reads. */
  static final int TOO_MANY = 16;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long[] POWERS_OF_TEN = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000
  };

  private Digits() {}

  /**
   * Returns the number of digits from {@code index} on; {@link #TOO_MANY} for that many or more. At
   * least 16 bytes must follow.
   */
  static int count(byte[] bytes, int index) {
    int count = count(eight(bytes, index));
    return count < 8 ? count : 8 + count(eight(bytes, index + 8));
  }

  /**
   * Returns the number in the {@code count} digits from {@code index} on, at least 1 and at most
   * 15.
   */
  static long value(byte[] bytes, int index, int count) {
    if (count <= 8) {
      return value(eight(bytes, index), count);
    }
    return value(eight(bytes, index), 8) * POWERS_OF_TEN[count - 8]
        + value(eight(bytes, index + 8), count - 8);
  }

  /**
   * Returns eight bytes, the first one lowest. A digit becomes its value, anything else 10 or more.
   */
  private static long eight(byte[] bytes, int index) {
    return (long) EIGHT.get(bytes, index) ^ 0x3030303030303030L;
  }

  /** Returns the number of digits from the lowest byte on. */
  private static int count(long eight) {
    // Adding 6 carries 10 to 15 into the upper half of the byte, where higher values already are.
    // A carry out of a byte affects only bytes after the first one that is not a digit.
    long others = ((eight + 0x0606060606060606L) | eight) & 0xF0F0F0F0F0F0F0F0L;
    return Long.numberOfTrailingZeros(others) / 8;
  }

  private static long value(long eight, int count) {
    // Shifts out what follows the digits and puts zeros before them. Then joins neighbours into
    // four numbers below 100, two below 10,000, and one.
    long value = eight << ((8 - count) * 8);
    value = (value * 10 + (value >>> 8)) & 0x00FF00FF00FF00FFL;
    value = (value * 100 + (value >>> 16)) & 0x0000FFFF0000FFFFL;
    return (value * 10_000 + (value >>> 32)) & 0x00000000FFFFFFFFL;
  }
}
