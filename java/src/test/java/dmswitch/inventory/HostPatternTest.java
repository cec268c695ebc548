package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worked examples; PythonReadingIT compares many more with Ansible itself. */
class HostPatternTest {
  @ParameterizedTest
  @CsvSource({
    "w1, w1",
    "w1:22, w1",
    "w-1.example:22, w-1.example",
    "10.0.0.1:22, 10.0.0.1",
    "[::1]:22, ::1",
    "[w1]:22, w1",
    "::1, ::1",
    "2001:db8::1:22, 2001:db8::1:22",
    "w_:22, w_:22",
    "w1:, w1:",
    "w1:ssh, w1:ssh",
    "w[1:3]:22, w[1:3]",
  })
  void takesAnSshPortOffWhereAnsibleDoes(String word, String text) {
    assertEquals(text, HostPattern.of(word).text());
  }

  @ParameterizedTest
  @CsvSource({
    "w[1:3], 3, w1, w3, w4",
    "w[8:11], 4, w8, w11, w08",
    "w[08:11], 4, w08, w11, w8",
    "w[008:011], 4, w008, w011, w08",
    "w[1:9:4], 3, w1, w9, w4",
    "w[:2], 3, w0, w2, w",
    "w[0:1], 2, w0, w1, w00",
    "w[0:10], 11, w0, w10, w00",
    "w[5:5], 1, w5, w5, w",
    "w[a:a], 1, wa, wa, wb",
    "w[a:c], 3, wa, wc, wd",
    "w[b:b], 1, wb, wb, wa",
    "w[a:e:2], 3, wa, we, wb",
    "w[y:B], 4, wy, wB, wx",
    "[1:2]-[a:b], 4, 1-a, 2-b, 1-c",
    "w[3:1], 0, none, none, w3",
  })
  void expandsRanges(String pattern, long count, String first, String last, String not) {
    HostPattern hosts = HostPattern.of(pattern);
    assertTrue(hosts.isRange());
    assertEquals(count, hosts.hosts("x").count());
    assertEquals(count > 0, hosts.hosts(first).named());
    assertEquals(count > 0, hosts.hosts(last).named());
    assertFalse(hosts.hosts(not).named());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w[1]",
        "w[1:2:3:4]",
        "w[1:]",
        "w[01:3]",
        "w[1:3:0]",
        "w[1:3:-1]",
        "w[c:a]",
        "w[a:3]",
        "w[1:x]",
        "w[1:3",
        "w|[1:3]",
        "|[1:3]",
        "w[1:3]|",
        "w[1:3]["
      })
  void refusesWhatAnsibleCannotExpand(String pattern) {
    HostPattern hosts = HostPattern.of(pattern);
    assertThrows(IllegalArgumentException.class, () -> hosts.hosts("w1"));
  }

  @ParameterizedTest
  @CsvSource({"w1, w1, true", "w1, w10, false", "w1, W1, false"})
  void aPlainAliasIsItselfAlone(String pattern, String alias, boolean named) {
    assertFalse(HostPattern.of(pattern).isRange());
    assertEquals(new HostPattern.Hosts(1, named), HostPattern.of(pattern).hosts(alias));
  }

  @ParameterizedTest
  @ValueSource(strings = {"@", "@:22", "a[1:2]@", "@.b", "[@]:22", "@$"})
  void wordsOfAnyLength(String form) {
    String word = form.replace("@", "ab".repeat(50_000));
    String text = word.replace("[a", "a").replaceFirst("]?:22$", "");
    assertEquals(text, HostPattern.of(word).text());
    String labels = "a.".repeat(50_000) + "b";
    assertEquals(labels, HostPattern.of(labels + ":22").text());
    assertEquals("[a]".repeat(50_000), HostPattern.of("[a]".repeat(50_000)).text());
  }
}
