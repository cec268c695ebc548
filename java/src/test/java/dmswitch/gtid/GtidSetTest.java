package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtidSetTest {
  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "f0c1d2e3-71ca-11e1-9e33-c80aa9429562";

  private static GtidSet set(String text) {
    return GtidSet.parse(text.replace("A", A).replace("B", B));
  }

  private static String text(GtidSet set) {
    return set.toString().replace(A, "A").replace(B, "B");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "A:1, A:1",
        "A:1-1, A:1",
        "A:1-5, A:1-5",
        "A:1-5:6, A:1-6",
        "A:1-5:7, A:1-5:7",
        "A:7:1-5, A:1-5:7",
        "A:9:7:5:3:1, A:1:3:5:7:9",
        "A:1-10:3-4, A:1-10",
        "A:3-4:1-10, A:1-10",
        "A:5-10:1-6, A:1-10",
        "A:5-10:1-4, A:1-10",
        "A:5-10:1-3, A:1-3:5-10",
        "\"B:1,A:2\", \"A:2,B:1\"",
        "\"A:1-3,A:4\", A:1-4",
        "\"A:1-3,B:1,A:7\", \"A:1-3:7,B:1\"",
        "A:9223372036854775806, A:9223372036854775806",
        "A:1-9223372036854775806:5, A:1-9223372036854775806",
        "A:9223372036854775806:1-9223372036854775805, A:1-9223372036854775806",
        "A:tag:1-5:tag2:3, A:tag:1-5:tag2:3",
        "A:1-5:tag:3, A:1-5:tag:3",
        "A:z:1:a:2, A:a:2:z:1",
        "\"A:tag:1,A:2\", A:2:tag:1",
        "A:TXG:1-2:Txg:3, A:txg:1-3",
        "A:_a9:1, A:_a9:1",
        "A:za0Z_X9:1, A:za0z_x9:1",
        "A:Zz:1, A:zz:1",
        "A: tag : 1 : 3, A:tag:1:3",
        "A:9007199254740993:2:4503599627370497:70000:300, A:2:300:70000:4503599627370497:9007199254740993",
        "A:9223372036854775806:4611686018427387904:1, A:1:4611686018427387904:9223372036854775806",
        "A:513:257:1:769:2:258, A:1-2:257-258:513:769",
        "A:4611686018427387904:9223372036854775806:1, A:1:4611686018427387904:9223372036854775806",
        "A:3:72057594037927937:1, A:1:3:72057594037927937",
        "A:20-30:10-25:5-12:1, A:1:5-30",
        "A:9-10:5:5-7:5-6:1-2, A:1-2:5-7:9-10",
        "A:9:7:5:3:4, A:3-5:7:9",
        "A:330:200:260, A:200:260:330",
        "A:72057594037927937:1, A:1:72057594037927937",
        "A:99999999-100000001:12345678:1234567-1234568, A:1234567-1234568:12345678:99999999-100000001",
        "A:999999999999999:1000000000000000, A:999999999999999-1000000000000000",
        "A:abcdefghijklmnopqrstuvwxyz012345:1, A:abcdefghijklmnopqrstuvwxyz012345:1",
      })
  void canonicalForm(String given, String wanted) {
    assertEquals(wanted, text(set(given)));
  }

  @Test
  void caseAndWhiteSpace() {
    assertEquals(set("A:1-5:7,B:2"), set(" \tA : 1 - 5\r\n: 7 ,\n B:\u000b2\f "));
    assertEquals(set("A:1"), GtidSet.parse("3E11FA47-71CA-11E1-9E33-C80AA9429562:1"));
    assertEquals(A + ":1", GtidSet.parse("3E11FA47-71ca-11E1-9e33-C80AA9429562:1").toString());
    assertEquals(A + ":aztag:1", GtidSet.parse(A + ":AZtag:1").toString());
  }

  /** As MySQL reads them, which {@link GtidMySqlIT} shows. */
  @ParameterizedTest
  @ValueSource(
      strings = {"A:1-5,B:2,", ",A:1-5,B:2", "A:1-5,,B:2", " , ,A:1-5 , ,\n,B:2, ", "A:1-5,B:2,,,"})
  void commasWithNothingBetweenThem(String given) {
    assertEquals(set("A:1-5,B:2"), set(given));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ",,", " , "})
  void commasAloneAreNoEmptySet(String given) {
    assertThrows(GtidSyntaxException.class, () -> set(given));
  }

  @Test
  void asMysqlAndDmPrintIt() {
    assertEquals(
        "53ea0ed1-9bf8-11e6-8bea-64006a897c73:1-4,c65525fa-c7a3-11e8-a878-0242ac130005:1-7:9",
        GtidSet.parse(
                "c65525fa-c7a3-11e8-a878-0242ac130005:1-7:9,\n53ea0ed1-9bf8-11e6-8bea-64006a897c73:1-4")
            .toString());
  }

  @Test
  void empty() {
    for (String blank : List.of("", " ", "\n", " \r\n\t")) {
      assertEquals(GtidSet.EMPTY, GtidSet.parse(blank));
      assertTrue(GtidSet.parse(blank).isEmpty());
    }
    assertEquals("", GtidSet.EMPTY.toString());
    assertEquals(BigInteger.ZERO, GtidSet.EMPTY.count());
    assertFalse(set("A:1").isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "A:0, 38",
        "A:0-5, 38",
        "A:1-0, 40",
        "A:5-3, 38",
        "A:1:5-3, 40",
        "A:1-, 40",
        "\"A:1-,B:1\", 40",
        "A:-5, 38",
        "A:-, 38",
        "A, 37",
        "\"A,B:1\", 37",
        "A:, 38",
        "A::1, 38",
        "A:1:, 40",
        "A:1::2, 40",
        "A:01, 38",
        "A:00, 38",
        "A:1-05, 40",
        "A:0x10, 38",
        "A:1-0x10, 40",
        "A:+1, 38",
        "A:1-+5, 40",
        "A:1--5, 40",
        "A:1-2-3, 41",
        "A:9223372036854775807, 38",
        "A:1-9223372036854775807, 40",
        "A:18446744073709551616, 38",
        "A:18446744073709551617, 38",
        "A:99999999999999999999999999, 38",
        "A:000000000000000000000000001, 38",
        "A:1 2, 40",
        "A:1.5, 39",
        "A:1;B:1, 39",
        "A:1 B:1, 40",
        "A:1e3, 39",
        "A:١, 38",
        "A:1١, 39",
        "A:１, 38",
        "A:²,38",
        "A:1\u00a0, 39",
        "A:\ud83d\ude00, 38",
        "\"A:1\u0000\", 39",
        "junk, 1",
        "NULL, 1",
        "(null), 1",
        "3e11fa47, 9",
        "3e11fa47-71ca-11e1-9e33-c80aa942956:1, 36",
        "3e11fa47-71ca-11e1-9e33-c80aa94295622:1, 37",
        "3e11fa4771ca11e19e33c80aa9429562:1, 9",
        "g, 1",
        "A:tag, 41",
        "A:tag:, 42",
        "A:tag:tag:1, 42",
        "A:1:tag, 43",
        "\"A:1:tag,B:1\", 43",
        "A:t-g:1, 39",
        "A:tég:1, 39",
        "A:9tag:1, 39",
        "A:abcdefghijklmnopqrstuvwxyz0123456:1, 38",
      })
  void refusals(String given, int position) {
    assertRefused(given, position);
    // Much after the fault, and an interval before it, take the fast way through the text.
    String more = ",B:1-2:4-5:7-8,B:1-2:4-5:7-8";
    assertRefused(given + more, position);
    if (given.startsWith("A:")) {
      assertRefused("A:3-4:" + given.substring(2) + more, position + 4);
    }
  }

  private static void assertRefused(String given, int position) {
    String text = given.replace("A", A).replace("B", B);
    GtidSyntaxException refusal =
        assertThrows(GtidSyntaxException.class, () -> GtidSet.parse(text), text);
    assertEquals(position, refusal.position(), refusal.getMessage());
    assertTrue(
        refusal.getMessage().startsWith("position " + position + ": "), refusal.getMessage());
  }

  @Test
  void aRefusalSaysWhatWasFound() {
    assertEquals(
        "position 37: wanted ':' and an interval after the server uuid, found the end",
        assertThrows(GtidSyntaxException.class, () -> set("A")).getMessage());
    assertEquals(
        "position 39: wanted ':', ',' or the end, found U+1F600",
        assertThrows(GtidSyntaxException.class, () -> set("A:1\ud83d\ude00")).getMessage());
    assertEquals(
        "position 39: wanted ':', ',' or the end, found '!'",
        assertThrows(GtidSyntaxException.class, () -> set("A:1!")).getMessage());
    assertEquals(
        "position 39: wanted ':', ',' or the end, found '~'",
        assertThrows(GtidSyntaxException.class, () -> set("A:1~")).getMessage());
    assertEquals(
        "position 39: wanted ':', ',' or the end, found U+007F",
        assertThrows(GtidSyntaxException.class, () -> set("A:1\u007f")).getMessage());
    assertEquals(
        "position 1: wanted a hexadecimal digit of a server uuid, found ','",
        assertThrows(GtidSyntaxException.class, () -> set(",")).getMessage());
    assertEquals(
        "position 39: wanted ':', ',' or the end, found ';'",
        assertThrows(GtidSyntaxException.class, () -> set("A:1;")).getMessage());
    assertEquals(
        "position 9: wanted '-' within a server uuid, found U+0020",
        assertThrows(GtidSyntaxException.class, () -> set("3e11fa47 ")).getMessage());
    assertEquals(
        "position 38: the highest allowed as a transaction number is 9223372036854775806",
        assertThrows(GtidSyntaxException.class, () -> set("A:9223372036854775807")).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "A:1-5, A:1-5, true",
        "A:1-5, A:2-4, true",
        "A:1-5, A:1-6, false",
        "A:2-5, A:1-5, false",
        "A:1-5, \"\", true",
        "\"\", \"\", true",
        "\"\", A:1, false",
        "A:1-5, B:1, false",
        "B:1-5, A:1, false",
        "\"A:1-5,B:1\", B:1, true",
        "A:1-5:7-9, A:1-9, false",
        "A:1-5:7-9, A:6, false",
        "A:1-5:7-9, A:10, false",
        "A:1-5:7-9, A:2:8, true",
        "A:1-9, A:1:3:5:9, true",
        "A:1-5, A:t:1, false",
        "A:t:1-5, A:1, false",
        "A:t:1-5, A:t:1, true",
        "A:t:1-5, A:u:1, false",
      })
  void contains(String a, String b, boolean wanted) {
    assertEquals(wanted, set(a).contains(set(b)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      nullValues = "none",
      value = {
        "A:1-5, A:6-9, A:1-9, A:1-5, \"\"",
        "A:1-5, A:3-9, A:1-9, A:1-2, A:3-5",
        "A:1-9, A:3:5-6, A:1-9, A:1-2:4:7-9, A:3:5-6",
        "A:3:5-6, A:1-9, A:1-9, \"\", A:3:5-6",
        "A:1-9, A:1-9, A:1-9, \"\", A:1-9",
        "A:1-3:6-9, A:2-7, A:1-9, A:1:8-9, A:2-3:6-7",
        "A:1-3:5-7:9-11, A:2-10, A:1-11, A:1:11, A:2-3:5-7:9-10",
        "A:5-9, A:1-2, A:1-2:5-9, A:5-9, \"\"",
        "A:5-9, A:1-5, A:1-9, A:6-9, A:5",
        "A:1:5-9:12, A:2-3:10:12-13, A:1-3:5-10:12-13, A:1:5-9, A:12",
        "A:1-2, \"\", A:1-2, A:1-2, \"\"",
        "\"\", A:1-2, A:1-2, \"\", \"\"",
        "A:1, B:1, \"A:1,B:1\", A:1, \"\"",
        "B:1, A:1, \"A:1,B:1\", B:1, \"\"",
        "\"A:1-2,B:1\", B:1, \"A:1-2,B:1\", A:1-2, B:1",
        "A:1-3, A:t:2, A:1-3:t:2, A:1-3, \"\"",
      })
  void operations(String a, String b, String union, String difference, String intersection) {
    assertEquals(union, text(set(a).union(set(b))));
    assertEquals(difference, text(set(a).subtract(set(b))));
    assertEquals(intersection, text(set(a).intersect(set(b))));
  }

  @Test
  void count() {
    assertEquals(BigInteger.valueOf(9), set("A:1-5:7,B:2-3:t:1").count());
    assertEquals(
        new BigInteger("18446744073709551612"),
        set("A:1-9223372036854775806,B:1-9223372036854775806").count());
  }

  @Test
  void equality() {
    assertEquals(set("A:1-5"), set("A:3-5:1-2"));
    assertEquals(set("A:1-5").hashCode(), set("A:3-5:1-2").hashCode());
    assertNotEquals(set("A:1-5"), set("A:1-6"));
    assertNotEquals(set("A:1-5"), set("B:1-5"));
    assertNotEquals(set("A:1-5"), set("A:t:1-5"));
    assertNotEquals(set("A:1-5"), GtidSet.EMPTY);
    assertEquals(set("A:t:1"), set("A:2:t:1").subtract(set("A:2")));
    assertNotEquals(set("A:1-5").hashCode(), set("A:1-6").hashCode());
    assertNotEquals(set("A:1-5").hashCode(), set("B:1-5").hashCode());
    assertNotEquals(set("A:1-5").hashCode(), set("A:t:1-5").hashCode());
  }

  @Test
  void parts() {
    assertEquals(List.of(A + ":1-5:t:7", B + ":4"), set("B:4,A:1-5:t:7").parts());
    assertEquals(List.of(), GtidSet.EMPTY.parts());
  }
}
