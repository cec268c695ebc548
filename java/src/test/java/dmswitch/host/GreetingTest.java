package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Sighting;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreetingTest {
  private static final String VERSION = "5.7.22-log";

  private static Sighting login(long connectionId) {
    return new Sighting("h:3306", "u", VERSION, connectionId);
  }

  private static Optional<String> differs(String version, long id, long before, long after) {
    return new Greeting("10.0.0.9", version, id, "", 0).differsFrom(login(before), login(after));
  }

  /** Between two logins of ours, however many others connected; 32 bits of it are greeted. */
  @ParameterizedTest
  @CsvSource({
    "11, 10, 12",
    "11, 10, 5000",
    "4999, 10, 5000",
    // The numbers start over.
    "2, 4294967290, 5",
    "4294967295, 4294967290, 5",
    // A server that counts on (5.6).
    "3, 4294967297, 4294967300",
  })
  void theSameServer(long id, long before, long after) {
    assertEquals(Optional.empty(), differs(VERSION, id, before, after));
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 12", "12, 10, 12", "9, 10, 12", "700, 10, 12", "11, 4294967290, 5"})
  void anotherServer(long id, long before, long after) {
    String text = differs(VERSION, id, before, after).orElseThrow();
    assertTrue(text.contains("number " + id), text);
  }

  @Test
  void anotherVersion() {
    String text = differs("8.0.15", 11, 10, 12).orElseThrow();
    assertTrue(text.contains("8.0.15") && text.contains(VERSION), text);
  }
}
