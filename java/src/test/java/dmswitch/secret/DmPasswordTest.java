package dmswitch.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DmPasswordTest {
  // Made by dmctl --encrypt of DM v1.0.7.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "123456|cp6KSFGaByrLKYsh0ay/6UB08hWpAto=",
        "pässword|pifEdGs3nMjDqMMVijxZ+UCDnBi0m/2RSik=",
        "sixteen bytes !!|BkjwvuoOUvx/csRoQJir7EBo3rNd/XJZQdJ8QZyvA2UV",
        "0123456789abcdef0123456789abcdef"
            + "|CTbTU1YycW6CafWAobUEVEBjCQj5SbgR7ofTL6KxohKjqd8GSlfe6O+tL7QMKpFa0Q==",
        "`q\"uo=te#@ '`|4H6zJ3vCkzR4XACbI4oqq0BK+rq8qY5Z4ETM9A==",
      })
  void opensAndSealsAsDmctlDoes(String plain, String sealed) {
    assertEquals(Secret.of(plain), DmPassword.open(sealed));
    assertTrue(DmPassword.opensTo(sealed, Secret.of(plain)));
    assertFalse(DmPassword.opensTo(sealed, Secret.of(plain + " ")));
    assertFalse(DmPassword.opensTo(sealed, Secret.of(sealed)));
    byte[] iv = Arrays.copyOf(Base64.getDecoder().decode(sealed), 16);
    assertEquals(sealed, DmPassword.seal(Secret.of(plain), iv));
  }

  // Each answer as dmctl --decrypt of DM v1.0.7 gave it: an error, so DM takes the value as it is.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "YWJj",
        "AAAAAAAAAAAAAAAAAAAAAEA",
        "AAAAAAAAAAAAAAAAAAAAAEE=",
        " AAAAAAAAAAAAAAAAAAAAAEA=",
        "AAAAAAAAAAAAAAAAAAAAAEBhYg=",
        "AAAAAAAAAAAAAAAAAAAAAEBhYg==AAAA",
        "AAAAAAAAAAAAAAAAAAAAAEBh_g==",
        "AAAAAAAAAAAAAAAAAAAAAA@@",
      })
  void takesWhatDoesNotOpenAsPlain(String stored) {
    assertEquals(Secret.of(stored), DmPassword.open(stored));
    assertTrue(DmPassword.opensTo(stored, Secret.of(stored)));
  }

  @ParameterizedTest
  @CsvSource({
    "AAAAAAAAAAAAAAAAAAAAAEA=, ''",
    "AAAAAAAAAAAAAAAAAAAAAEB=, ''",
    "AAAAAAAAAAAAAAAAAAAAAEAA, o",
  })
  void opensWhatGoOpens(String stored, String plain) {
    assertEquals(Secret.of(plain), DmPassword.open(stored));
    assertTrue(DmPassword.opensTo(stored, Secret.of(plain)));
  }

  @Test
  void lineEndsInsideDoNotMatterAsInGo() {
    assertEquals(Secret.of(""), DmPassword.open("AAAAAAAAAAAA\r\nAAAAAAAAAEA=\n"));
  }

  @Test
  void plainPasswordInSealedFormIsRefusedWhenItOpensToNoText() {
    String stored = "AAAAAAAAAAAAAAAAAAAAAEBhYmM=";
    Problem problem = assertThrows(Problem.class, () -> DmPassword.open(stored));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertFalse(problem.getMessage().contains(stored));
    assertFalse(DmPassword.opensTo(stored, Secret.of(stored)));
  }

  @Test
  void sealsDifferentlyEachTimeAndOpensAgain() {
    Secret plain = Secret.of("p\"a'ss #1 ü");
    String first = DmPassword.seal(plain);
    String second = DmPassword.seal(plain);
    assertNotEquals(first, second);
    assertEquals(plain, DmPassword.open(first));
    assertEquals(plain, DmPassword.open(second));
    assertTrue(first.matches("[A-Za-z0-9+/]+={0,2}"), "goes into INI and TOML without escaping");
  }

  @Test
  void sealsTheEmptyPassword() {
    assertEquals(Secret.of(""), DmPassword.open(DmPassword.seal(Secret.of(""))));
  }
}
