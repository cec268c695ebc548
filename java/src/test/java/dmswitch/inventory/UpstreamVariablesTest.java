package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamVariablesTest {
  private static void refused(String host, int port, String user, String password) {
    Problem problem =
        assertThrows(
            Problem.class,
            () ->
                new UpstreamVariables(
                    host,
                    port,
                    Optional.ofNullable(user),
                    Optional.ofNullable(password).map(Secret::of)));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a\tb", "a\"b", "a'b", "a\\b", "{{ a }}", "a#b", "a=b", "a\n"})
  void hostsThatAreNone(String host) {
    refused(host, 3306, null, null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.1.12:3306", "db:3306", "[::1]:3306", "[db]", "::1]", "1:2", "['::1']"})
  void whatLooksLikeIpv6AndIsNone(String host) {
    refused(host, 3306, null, null);
  }

  @ParameterizedTest
  @CsvSource({"::1, [::1]", "[::1], [::1]", "fe80::1%eth0, [fe80::1%eth0]", "10.0.0.1, 10.0.0.1"})
  void ipv6IsKeptInBrackets(String given, String kept) {
    assertEquals(
        kept, new UpstreamVariables(given, 1, Optional.empty(), Optional.empty()).mysqlHost());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65536})
  void portsThatAreNone(int port) {
    refused("a", port, null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\"b", "a\\b", "a\u0000b", "a\nb", "{{ a }}", "{% a", "{#a"})
  void usersThatCannotGoThroughTheTemplate(String user) {
    refused("a", 3306, user, null);
  }

  @Test
  void anEmptyPassword() {
    refused("a", 3306, null, "");
  }

  @Test
  void whatWasGivenIsShownWithoutControlCharacters() {
    Problem problem =
        assertThrows(
            Problem.class,
            () -> new UpstreamVariables("a b\n", 1, Optional.empty(), Optional.empty()));
    assertEquals("the MySQL host 'a b?' is not valid", problem.found());
  }

  @Test
  void theBoundsOfAPortAreValid() {
    assertEquals(1, new UpstreamVariables("a", 1, Optional.empty(), Optional.empty()).mysqlPort());
    assertEquals(
        65535, new UpstreamVariables("a", 65535, Optional.empty(), Optional.empty()).mysqlPort());
  }
}
