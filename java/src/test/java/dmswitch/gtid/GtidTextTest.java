package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The short cut for plain intervals takes what is plain, to the last byte, and nothing else. */
class GtidTextTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\":1-2:4:6-7,\", 10, 1 2 4 4 6 7",
        ":1-2:4-5:6, 8, 1 2 4 5",
        "\":123456789012345-234567890123456,\", 32, 123456789012345 234567890123456",
        "\":9-9:1,\", 6, 1 1 9 9",
        ":1234567890123456:1, 0, \"\"",
        ":1-1234567890123456:1, 0, \"\"",
        ":5-4:1, 0, \"\"",
        ":1:0:1, 2, 1 1",
        ":1:01:1, 2, 1 1",
        ":1:3-05:1, 2, 1 1",
        ":1:3-0:1, 2, 1 1",
        ":1:3-:1, 2, 1 1",
        ":1::1, 2, 1 1",
        ":1:tag:1, 2, 1 1",
        ":1: 2:1, 2, 1 1",
        ":1:2 :1, 2, 1 1",
        ":1:2-3-4:1, 2, 1 1",
        ":1:2x:1, 2, 1 1",
        "1:2, 0, \"\"",
      })
  void plainIntervals(String given, int passed, String intervals) {
    GtidText text = new GtidText(given + ";".repeat(40));
    IntervalsBuilder builder = new IntervalsBuilder(2);
    text.plainIntervals(builder);
    assertEquals(passed, text.index());
    assertArrayEquals(
        Arrays.stream(intervals.split(" ", -1))
            .filter(number -> !number.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray(),
        builder.build());
  }
}
