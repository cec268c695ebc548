package dmswitch.gtid;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Scans the text of a GTID set from left to right, in ASCII only. */
final class GtidText {
  /** The number of bytes that {@link #plainIntervals} may read after a colon. */
  private static final int PLAIN_INTERVAL = 2 * Digits.TOO_MANY + 2;

  private final String text;

  // A character outside Latin-1 becomes '?', which no part of a GTID set may contain. So everything
  // before the first refusal has the same index here as in the text.
  private final byte[] bytes;

  private int index;

  GtidText(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
  }

  int index() {
    return index;
  }

  boolean atEnd() {
    return index >= bytes.length;
  }

  /** Returns the current character; 0 at the end. */
  byte peek() {
    return index < bytes.length ? bytes[index] : 0;
  }

  /** Skips {@code wanted} if it comes next. */
  boolean skip(char wanted) {
    if (index < bytes.length && bytes[index] == wanted) {
      index++;
      return true;
    }
    return false;
  }

  /** Skips what MySQL treats as white space between two parts. */
  void skipSpaces() {
    while (index < bytes.length
        && (bytes[index] == ' ' || (bytes[index] >= '\t' && bytes[index] <= '\r'))) {
      index++;
    }
  }

  /** Reads a hexadecimal number of exactly {@code digits} digits, at most 16. */
  long hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++, index++) {
      byte c = peek();
      int digit;
      if (c >= '0' && c <= '9') {
        digit = c - '0';
      } else if (c >= 'a' && c <= 'f') {
        digit = c - 'a' + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = c - 'A' + 10;
      } else {
        throw unexpected(index, "a hexadecimal digit of a server uuid");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /**
   * Reads a decimal number without sign or leading zeros.
   *
   * @param max the highest allowed, unsigned
   * @param what the name of the number, for an error message
   */
  long number(long max, String what) {
    int start = index;
    // 18 digits always fit; from there on each one is checked.
    int end = Math.min(bytes.length, start + 18);
    long value = 0;
    int i = start;
    for (; i < end && isDigit(bytes[i]); i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    index = i;
    if (i < bytes.length && isDigit(bytes[i])) {
      return longNumber(start, max, what);
    }
    if (index == start) {
      throw unexpected(start, what);
    }
    checkLeadingZero(start, what);
    if (Long.compareUnsigned(value, max) > 0) {
      throw tooHigh(start, max, what);
    }
    return value;
  }

  private long longNumber(int start, long max, String what) {
    checkLeadingZero(start, what);
    while (index < bytes.length && isDigit(bytes[index])) {
      index++;
    }
    long value;
    try {
      value = Long.parseUnsignedLong(text, start, index, 10);
    } catch (NumberFormatException aboveAllLongs) {
      throw tooHigh(start, max, what);
    }
    if (Long.compareUnsigned(value, max) > 0) {
      throw tooHigh(start, max, what);
    }
    return value;
  }

  /**
   * Reads as many intervals of {@code :first-last:first-last...} as possible in their plainest
   * form. It refuses nothing, but stops at the colon before anything that needs a closer look.
   */
  void plainIntervals(IntervalsBuilder intervals) {
    // Local variables, so that the loop need not reload them after each interval.
    byte[] ascii = bytes;
    int end = ascii.length - PLAIN_INTERVAL;
    int i = index;
    // Neighbours usually have the same number of digits. A processor that assumes the last count,
    // and only compares, can read ahead before the new count is known: twice as fast.
    int firstDigits = 1;
    int lastDigits = 1;
    while (i < end && ascii[i] == ':') {
      int at = i + 1;
      int digits = Digits.count(ascii, at);
      if (digits != firstDigits) {
        if (digits == 0 || digits == Digits.TOO_MANY) {
          break;
        }
        firstDigits = digits;
      }
      if (ascii[at] == '0') {
        break;
      }
      long first = Digits.value(ascii, at, firstDigits);
      long last = first;
      at += firstDigits;
      if (ascii[at] == '-') {
        at++;
        digits = Digits.count(ascii, at);
        if (digits != lastDigits) {
          if (digits == 0 || digits == Digits.TOO_MANY) {
            break;
          }
          lastDigits = digits;
        }
        if (ascii[at] == '0') {
          break;
        }
        last = Digits.value(ascii, at, lastDigits);
        at += lastDigits;
      }
      if (last < first || (ascii[at] != ':' && ascii[at] != ',')) {
        break;
      }
      intervals.add(first, last);
      i = at;
    }
    index = i;
  }

  private GtidSyntaxException tooHigh(int start, long max, String what) {
    return refusal(start, "the highest allowed as " + what + " is " + Long.toUnsignedString(max));
  }

  private void checkLeadingZero(int start, String what) {
    if (bytes[start] == '0' && index > start + 1) {
      throw refusal(start, what + " begins with a zero");
    }
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** Returns the text from {@code start} to the current position. */
  String since(int start) {
    return text.substring(start, index);
  }

  void advance() {
    index++;
  }

  /** Returns the error that something other than {@code wanted} is at {@code at}. */
  GtidSyntaxException unexpected(int at, String wanted) {
    return refusal(at, "wanted " + wanted + ", found " + found(at));
  }

  GtidSyntaxException refusal(int at, String why) {
    return new GtidSyntaxException(at + 1, why);
  }

  private String found(int at) {
    if (at >= text.length()) {
      return "the end";
    }
    int c = text.codePointAt(at);
    return c > ' ' && c < 0x7f ? "'" + (char) c + "'" : String.format(Locale.ROOT, "U+%04X", c);
  }
}
