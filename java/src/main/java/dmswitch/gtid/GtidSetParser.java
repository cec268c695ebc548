package dmswitch.gtid;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Parses a MySQL GTID set: {@code uuid[:tag]:first[-last]...}, separated by commas. Like MySQL, it
 * accepts additional commas with nothing between them, even at the beginning and end. It refuses a
 * text of only commas, which MySQL reads as the empty set.
 */
final class GtidSetParser {
  /** MySQL's highest transaction number, 2^63-2. */
  private static final long MAX_NUMBER = Long.MAX_VALUE - 1;

  /** MySQL's longest tag, in characters. */
  private static final int MAX_TAG = 32;

  private static final String NUMBER = "a transaction number";

  private final GtidText text;

  /** The intervals of each mention of each source. */
  private final Map<Tsid, List<long[]>> mentions = new HashMap<>();

  /** The intervals of the mention that is being parsed. */
  private final IntervalsBuilder intervals = new IntervalsBuilder(16);

  GtidSetParser(String text) {
    this.text = new GtidText(text);
  }

  GtidSet parse() {
    text.skipSpaces();
    int start = text.index();
    skipCommas();
    if (text.atEnd() && start < text.index()) {
      throw text.unexpected(start, "a hexadecimal digit of a server uuid");
    }
    while (!text.atEnd()) {
      server();
      if (!text.atEnd() && text.peek() != ',') {
        throw text.unexpected(text.index(), "':', ',' or the end");
      }
      skipCommas();
    }
    return GtidSet.of(mentions);
  }

  private void skipCommas() {
    do {
      text.skipSpaces();
    } while (text.skip(','));
  }

  /** Parses a uuid with its tags and intervals, and the white space after it. */
  private void server() {
    long high = text.hex(8);
    high = high << 16 | dashAndHex(4);
    high = high << 16 | dashAndHex(4);
    long low = dashAndHex(4);
    low = low << 48 | dashAndHex(12);
    text.skipSpaces();
    if (text.peek() != ':') {
      throw text.unexpected(text.index(), "':' and an interval after the server uuid");
    }
    Tsid source = new Tsid(high, low, "");
    while (text.skip(':')) {
      text.skipSpaces();
      if (isTagStart(text.peek())) {
        finish(source);
        source = new Tsid(high, low, tag());
      }
      interval();
      text.plainIntervals(intervals);
    }
    finish(source);
  }

  private void finish(Tsid source) {
    long[] mentioned = intervals.build();
    if (mentioned.length > 0) {
      mentions.computeIfAbsent(source, absent -> new ArrayList<>(1)).add(mentioned);
    }
  }

  private long dashAndHex(int digits) {
    if (!text.skip('-')) {
      throw text.unexpected(text.index(), "'-' within a server uuid");
    }
    return text.hex(digits);
  }

  private void interval() {
    int start = text.index();
    long first = number();
    text.skipSpaces();
    long last = first;
    if (text.skip('-')) {
      text.skipSpaces();
      last = number();
      text.skipSpaces();
    }
    if (last < first) {
      throw text.refusal(start, "the interval ends before it begins");
    }
    intervals.add(first, last);
  }

  private long number() {
    int start = text.index();
    long number = text.number(MAX_NUMBER, NUMBER);
    if (number == 0) {
      throw text.refusal(start, "the lowest transaction number is 1, found 0");
    }
    return number;
  }

  /** Parses a tag, the colon after it, and white space. Returns the tag. */
  private String tag() {
    int start = text.index();
    while (isTagStart(text.peek()) || (text.peek() >= '0' && text.peek() <= '9')) {
      text.advance();
    }
    String tag = text.since(start).toLowerCase(Locale.ROOT);
    if (tag.length() > MAX_TAG) {
      throw text.refusal(start, "a tag has at most " + MAX_TAG + " characters");
    }
    text.skipSpaces();
    if (!text.skip(':')) {
      throw text.unexpected(text.index(), "':' and an interval after the tag");
    }
    text.skipSpaces();
    return tag;
  }

  private static boolean isTagStart(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
}
