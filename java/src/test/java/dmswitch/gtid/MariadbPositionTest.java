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

class MariadbPositionTest {
  private static MariadbPosition position(String text) {
    return MariadbPosition.parse(text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "0-1-100, 0-1-100",
        "\"1-7-5,0-1-100\", \"0-1-100,1-7-5\"",
        "\"10-1-1,9-1-1\", \"9-1-1,10-1-1\"",
        "\" 0-1-100 ,\n1-7-5\t\", \"0-1-100,1-7-5\"",
        "0-0-1, 0-0-1",
        "4294967295-4294967295-18446744073709551615, 4294967295-4294967295-18446744073709551615",
        "\"\", \"\"",
        "\" \n\", \"\"",
      })
  void canonicalForm(String given, String wanted) {
    assertEquals(wanted, position(given).toString());
    assertEquals(position(wanted), position(given));
    assertEquals(wanted.isEmpty(), position(given).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "0-1-0, 5",
        "0-1, 4",
        "0-1-, 5",
        "0, 2",
        "-1-1, 1",
        "0-1-5-6, 6",
        "00-1-5, 1",
        "0-01-5, 3",
        "0-1-05, 5",
        "0-1-+5, 5",
        "0-1-0x5, 5",
        "4294967296-1-5, 1",
        "0-4294967296-5, 3",
        "0-1-18446744073709551616, 5",
        "\"0-1-5,0-1-5\", 7",
        "\"0-1-5,1-1-1, 0-2-8\", 14",
        "\"0-1-5,\", 7",
        "\",\", 1",
        "\"0-1-5,,1-1-5\", 7",
        "\"0-1-5 1-1-5\", 7",
        "0- 1-5, 3",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1, 2",
        "0-1-٣, 5",
      })
  void refusals(String given, int position) {
    assertEquals(
        position,
        assertThrows(GtidSyntaxException.class, () -> MariadbPosition.parse(given)).position());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "0-1-100, 0-1-100, true",
        "0-1-100, 0-1-99, true",
        "0-1-100, 0-1-101, false",
        "0-2-120, 0-1-100, true",
        "0-2-99, 0-1-100, false",
        "0-2-100, 0-1-100, false",
        "0-1-100, 1-1-1, false",
        "\"0-1-100,1-1-1\", 1-1-1, true",
        "0-1-100, \"0-1-100,1-1-1\", false",
        "0-1-100, \"\", true",
        "\"\", \"\", true",
        "\"\", 0-1-1, false",
        "0-1-18446744073709551615, 0-1-9223372036854775807, true",
        "0-1-9223372036854775807, 0-1-9223372036854775808, false",
      })
  void contains(String a, String b, boolean wanted) {
    assertEquals(wanted, position(a).contains(position(b)));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "0-1-100, 0-1-90, 0-1-100, 0-1-100, 0-1-90",
        "0-1-90, 0-2-100, 0-2-100, \"\", 0-1-90",
        "0-1-90, 0-1-90, 0-1-90, \"\", 0-1-90",
        "0-1-90, 1-1-7, \"0-1-90,1-1-7\", 0-1-90, \"\"",
        "\"0-1-90,1-1-7\", \"0-1-95,1-1-6\", \"0-1-95,1-1-7\", 1-1-7, \"0-1-90,1-1-6\"",
        "0-1-90, \"\", 0-1-90, 0-1-90, \"\"",
        "\"\", 0-1-90, 0-1-90, \"\", \"\"",
      })
  void operations(String a, String b, String union, String difference, String intersection) {
    assertEquals(union, position(a).union(position(b)).toString());
    assertEquals(difference, position(a).subtract(position(b)).toString());
    assertEquals(intersection, position(a).intersect(position(b)).toString());
  }

  @Test
  void divergedHistories() {
    MariadbPosition a = position("0-1-100,1-1-1");
    MariadbPosition b = position("0-2-100");
    assertFalse(a.contains(b));
    assertFalse(b.contains(a));
    assertNotEquals(position("0-1-100"), b);
    assertEquals(b, b.subtract(a));
    assertEquals(
        "0-1-100 and 0-2-100 are different transactions",
        assertThrows(DivergedException.class, () -> a.union(b)).getMessage());
    assertThrows(DivergedException.class, () -> a.intersect(b));
  }

  @Test
  void count() {
    assertEquals(BigInteger.valueOf(107), position("0-1-100,1-1-7").count());
    assertEquals(
        new BigInteger("18446744073709551615"), position("0-1-18446744073709551615").count());
    assertEquals(BigInteger.ZERO, position("").count());
  }

  @Test
  void parts() {
    assertEquals(List.of("0-1-100", "1-1-7"), position("1-1-7,0-1-100").parts());
    assertTrue(position("").parts().isEmpty());
  }

  @Test
  void equality() {
    assertEquals(position("1-1-7,0-1-100").hashCode(), position("0-1-100,1-1-7").hashCode());
    assertNotEquals(position("0-1-100"), position("0-1-101"));
    assertNotEquals(position("0-1-100").hashCode(), position("0-1-101").hashCode());
  }
}
