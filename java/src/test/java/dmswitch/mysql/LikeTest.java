package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikeTest {
  @ParameterizedTest
  @CsvSource({
    "audit%, audit_log, true",
    "audit%, Audit_log, false",
    "a_b, axb, true",
    "a\\_b, axb, false",
    "a\\_b, a_b, true",
    "a\\%, a%, true",
    "a\\%, ab, false",
    "%, anything, true",
    "a.b, axb, false",
  })
  void matches(String pattern, String text, boolean expected) {
    assertEquals(expected, Like.of(pattern).matches(text));
  }

  @Test
  void caseIsHeededOnlyWhereAsked() {
    assertTrue(Like.of("App%").matchesInAnyCase("appX"));
    assertTrue(Like.exactly("App").matchesInAnyCase("aPP"));
    assertFalse(Like.exactly("a%").matchesInAnyCase("ab"));
  }

  @Test
  void literal() {
    assertEquals(Optional.of("a_b"), Like.of("a\\_b").literal());
    assertEquals(Optional.empty(), Like.of("a_b").literal());
    assertEquals(Optional.of("a%"), Like.exactly("a%").literal());
  }

  @Test
  void matchesAll() {
    assertTrue(Like.of("%").matchesAll());
    assertTrue(Like.of("%%").matchesAll());
    assertFalse(Like.of("\\%").matchesAll());
    assertFalse(Like.of("a%").matchesAll());
    assertFalse(Like.of("").matchesAll());
    assertFalse(Like.exactly("%").matchesAll());
  }
}
