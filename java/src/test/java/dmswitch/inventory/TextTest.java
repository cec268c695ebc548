package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes as text, and lines as Python has them; PythonReadingIT compares more with Python. */
class TextTest {
  @Test
  void everyByteComesBackWhateverItIs() {
    byte[] all = new byte[256 * 256 * 2];
    for (int i = 0; i < 256 * 256; i++) {
      all[2 * i] = (byte) (i >> 8);
      all[2 * i + 1] = (byte) i;
    }
    assertArrayEquals(all, ByteText.encode(ByteText.decode(all)));
  }

  @Test
  void bytesThatAreNoUtf8AreEscapedAsPythonDoes() {
    byte[] bytes = {'a', (byte) 0x80, (byte) 0xFF, (byte) 0xC3, (byte) 0xBC, (byte) 0xC3};
    assertEquals("a\udc80\udcff\u00fc\udcc3", ByteText.decode(bytes));
  }

  @Test
  void textBeyondTheBasicPlaneStays() {
    byte[] bytes = "\ud83d\ude00 \ud800\udc00".getBytes(StandardCharsets.UTF_8);
    assertEquals("\ud83d\ude00 \ud800\udc00", ByteText.decode(bytes));
    assertArrayEquals(bytes, ByteText.encode(ByteText.decode(bytes)));
  }

  private static List<String> lines(String text) {
    return PythonText.lines(text).stream().map(line -> line.number() + line.of(text)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n", "\r", "\r\n", "\u000b", "\f", "\u001c", "\u001d", "\u001e", "\u0085", "\u2028",
        "\u2029"
      })
  void lineEnds(String end) {
    assertEquals(List.of("1a", "2", "3b"), lines("a" + end + end + "b"));
    assertEquals(List.of("1a"), lines("a" + end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\t", "\u001b", "\u001f", "\u0084", "\u0086", "\u00a0", "\u2027", "\u202a"})
  void whatEndsNoLine(String no) {
    assertEquals(List.of("1a" + no + "b"), lines("a" + no + "b"));
  }

  @Test
  void aTextWithoutLinesHasNone() {
    assertEquals(List.of(), lines(""));
  }

  @Test
  void stripsWhatPythonTakesForSpace() {
    String spaces =
        " \t\u001f\u0085\u00a0\u1680\u2000\u2005\u200a\u2028\u2029\u202f\u205f\u3000\u001c\n\r";
    assertEquals("a \u3000b", PythonText.strip(spaces + "a \u3000b" + spaces));
    assertEquals("", PythonText.strip(spaces));
    for (String no : List.of("\u200b", "\u1fff", "\u180e", "\ufeff", "\b", "\u001b")) {
      assertEquals(no, PythonText.strip(no));
    }
  }
}
