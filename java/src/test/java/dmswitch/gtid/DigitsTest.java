package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigitsTest {
  private static byte[] bytes(String text) {
    return (text + ":".repeat(16)).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void anyNumberOfUpToFifteenDigits() {
    Random random = new Random(15);
    for (int length = 1; length <= 15; length++) {
      for (int round = 0; round < 1_000; round++) {
        StringBuilder digits = new StringBuilder();
        while (digits.length() < length) {
          digits.append(random.nextInt(10));
        }
        byte[] bytes = bytes("x" + digits);
        assertEquals(length, Digits.count(bytes, 1), digits::toString);
        assertEquals(
            Long.parseLong(digits.toString()), Digits.value(bytes, 1, length), digits::toString);
      }
    }
  }

  @Test
  void anyByteBehindAnyNumberOfDigitsEndsThem() {
    for (int length = 0; length <= 15; length++) {
      for (int c = 0; c < 256; c++) {
        if (c < '0' || c > '9') {
          byte[] bytes = bytes("9".repeat(length) + (char) c + "1234");
          assertEquals(length, Digits.count(bytes, 0), length + " digits and byte " + c);
        }
      }
    }
  }

  @Test
  void tooMany() {
    assertEquals(Digits.TOO_MANY, Digits.count(bytes("1".repeat(16)), 0));
    assertEquals(Digits.TOO_MANY, Digits.count(bytes("1".repeat(20)), 0));
  }
}
