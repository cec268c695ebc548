package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worked examples; PythonReadingIT compares many more with Python itself. */
class PythonLiteralTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "db-1.example",
        "1.db.example",
        "10.0.0.1",
        "1.2.3",
        "::1",
        "[::1]",
        "[fe80::1]",
        "1:2",
        "a#1",
        "#",
        "#1",
        " # 1",
        "it's",
        "it's me",
        "\"",
        "'#",
        "f(x)",
        "1a",
        "0x1g",
        "_",
        "ünï",
        "None1",
        "settle",
        "cp6KSFGaByrLKYsh0ay/6UB08hWpAto=",
        "1[:]a",
        "12:30"
      })
  void textThatNoPythonTakesForALiteral(String value) {
    assertEquals(true, PythonLiteral.isItself(value));
    assertEquals(Optional.of(value), PythonLiteral.text(value));
    assertEquals(value, PythonLiteral.string(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0|0",
        "3306|3306",
        "-5|-5",
        "True|True",
        "False|False",
        "None|None",
        "'a b'|a b",
        "\"a b\"|a b",
        "''|``",
        "'it\\'s'|it's",
        "\"it's\"|it's",
        "'a\"b'|a\"b",
        "'a\\\\b'|a\\b",
        "'#'|#",
      })
  void literalsThatEveryPythonPrintsAlike(String value, String text) {
    assertEquals(false, PythonLiteral.isItself(value));
    assertEquals(Optional.of(text), PythonLiteral.text(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "007",
        "1_000",
        "0x10",
        "1e5",
        "1.5",
        "1.",
        "5L",
        "1j",
        "1 # it's",
        "12#x",
        "None#x",
        "'a' 'b'",
        "'a\\nb'",
        "'a\tb'",
        "[]",
        "[1, 2]",
        "{}",
        "()",
        "set()",
        "(1)",
        "-0",
        "+5",
        "1-2",
        "it's\u0001",
        "a\tb",
        "[1:\\",
        "(1:2)"
      })
  void whatCannotBeTold(String value) {
    assertEquals(false, PythonLiteral.isItself(value));
    assertEquals(Optional.empty(), PythonLiteral.text(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"123|'123'", "None|'None'", "'a'|'\\'a\\''", "1.5|'1.5'", "1\\|'1\\\\'"})
  void writesLiteralsAsStrings(String text, String value) {
    assertEquals(value, PythonLiteral.string(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'@'", "\"@\""})
  void stringsOfAnyLength(String form) {
    for (String text : List.of("x1".repeat(50_000), "\\\\".repeat(50_000), "x\\'".repeat(50_000))) {
      String plain = text.replace("\\\\", "/").replace("\\", "").replace("/", "\\");
      assertEquals(Optional.of(plain), PythonLiteral.text(form.replace("@", text)));
      assertEquals(Optional.empty(), PythonLiteral.text(form.replace("@", text + "\t")));
    }
  }
}
