package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmswitch.inventory.ShellWords.Quote;
import dmswitch.inventory.ShellWords.Word;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Worked examples; PythonReadingIT compares many more with Python itself. */
class ShellWordsTest {
  @Test
  void findsTheWordsAndTheirPlaces() throws Exception {
    String line = "xxw1 \ta=b\\ c 'd=\"e'\"f=\"g \"\" \"h\\\"\\\\\\i=\" j\\=k#l m=n";
    assertEquals(
        List.of(
            new Word("w1", 2, 4, -1, Quote.NONE),
            new Word("a=b c", 6, 12, 7, Quote.NONE),
            new Word("d=\"ef=g", 13, 24, 15, Quote.SINGLE),
            new Word("", 25, 27, -1, Quote.NONE),
            new Word("h\"\\\\i=", 28, 38, 36, Quote.DOUBLE),
            new Word("j=k", 39, 43, 41, Quote.NONE)),
        ShellWords.split(line, 2, line.length()));
  }

  @Test
  void readsNothingBehindTheEnd() throws Exception {
    assertEquals(List.of(new Word("a", 0, 1, -1, Quote.NONE)), ShellWords.split("a b", 0, 2));
    assertEquals(List.of(), ShellWords.split("  # a", 0, 5));
    assertEquals(List.of(), ShellWords.split("  ", 0, 2));
    assertEquals(List.of(new Word("=a=b", 0, 4, 0, Quote.NONE)), ShellWords.split("=a=b", 0, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a \"b", "a 'b", "a b\\", "\"a\\", "'\\''"})
  void refusesWhatIsNotClosed(String line) {
    assertThrows(ShellWords.Unreadable.class, () -> ShellWords.split(line, 0, line.length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a|NONE|NONE|a",
        "a|NONE|SINGLE|'a'",
        "a|NONE|DOUBLE|\"a\"",
        "a|SINGLE|NONE|a'",
        "a|DOUBLE|NONE|a\"",
        "``|NONE|NONE|\"\"",
        "a b|NONE|NONE|\"a b\"",
        "a#b|NONE|NONE|\"a#b\"",
        "it's|NONE|SINGLE|\"it's\"",
        "it's|SINGLE|NONE|it'\\''s'",
        "'a|NONE|SINGLE|\"'a\"",
        "a\"b\\|DOUBLE|NONE|a\\\"b\\\\\"",
        "a\u00a0b|NONE|NONE|\"a\u00a0b\"",
        "a\u007fb|NONE|NONE|\"a\u007fb\"",
        "!~ü|NONE|NONE|!~ü",
      })
  void quotes(String value, Quote open, Quote preferred, String quoted) {
    assertEquals(quoted, ShellWords.quote(value, open, preferred));
  }
}
