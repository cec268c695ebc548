package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.inventory.ReadBack.Difference;
import dmswitch.secret.Secret;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReadBackTest {
  private static final Changes CHANGES =
      new Changes("b", 3306, Optional.of("123"), Optional.of(Secret.of("sesame")));

  private static Map<String, Object> right() {
    return new HashMap<>(
        Map.of(
            "mysql_host",
            "b",
            "mysql_port",
            3306,
            "mysql_user",
            "123",
            "x",
            true,
            "mysql_password",
            "sesame"));
  }

  @ParameterizedTest
  @MethodSource
  void rightValues(String variable, Object value) {
    Map<String, Object> variables = right();
    variables.put(variable, value);
    assertEquals(List.of(), ReadBack.differences(CHANGES, variables));
  }

  static Stream<Arguments> rightValues() {
    return Stream.of(
        Arguments.of("x", 1),
        Arguments.of("mysql_port", 3306L),
        Arguments.of("mysql_port", BigInteger.valueOf(3306)),
        Arguments.of("mysql_port", "3306"),
        Arguments.of("mysql_user", 123),
        Arguments.of("mysql_password", "z8MJGZayajmQ2OPgHDGz3kAEj0ByVTQ="));
  }

  @ParameterizedTest
  @MethodSource
  void wrongValues(String variable, Object value, String found, String wanted) {
    Map<String, Object> variables = right();
    variables.put(variable, value);
    assertEquals(
        List.of(new Difference(variable, found, wanted)), ReadBack.differences(CHANGES, variables));
  }

  static Stream<Arguments> wrongValues() {
    return Stream.of(
        Arguments.of("mysql_host", "a", "a", "b"),
        Arguments.of("mysql_host", null, "not set", "b"),
        Arguments.of("mysql_host", true, "true", "b"),
        Arguments.of(
            "mysql_host", Map.of("__ansible_vault", "x"), "an encrypted or nested value", "b"),
        Arguments.of("mysql_host", "{{ b }}", "{{ b }}", "b"),
        Arguments.of("mysql_port", 3306.0, "3306.0", "3306"),
        Arguments.of("mysql_port", " 3306", " 3306", "3306"),
        Arguments.of("mysql_password", "other", "********", "********"),
        Arguments.of("mysql_password", null, "not set", "********"));
  }

  @Test
  void whatWasNotAskedForDoesNotCount() {
    Changes changes = new Changes("b", 3306, Optional.empty(), Optional.empty());
    assertEquals(
        List.of(), ReadBack.differences(changes, Map.of("mysql_host", "b", "mysql_port", 3306)));
  }

  @Test
  void unwantedDifferencesAreNamed() {
    Map<String, Object> before = right();
    Map<String, Object> after = right();
    before.put("mysql_host", "a");
    assertEquals(List.of(), ReadBack.unwanted(CHANGES, before, after));
    after.put("x", "true");
    after.put("new", 1);
    before.put("gone", null);
    assertEquals(List.of("gone", "new", "x"), ReadBack.unwanted(CHANGES, before, after));
  }
}
