package dmswitch.inventory;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a host line as Ansible does, with Python's {@code shlex.split(line, comments=True)}, and
 * keeps the position of each word. A {@code #} outside quotes starts a comment even in the middle
 * of a word; a {@code ;} never does.
 */
final class ShellWords {
  /** The quotes around a character, if any. */
  enum Quote {
    NONE,
    SINGLE,
    DOUBLE
  }

  /**
   * One word.
   *
   * @param text the word, with quotes and escapes resolved
   * @param start where it starts in the line's text
   * @param end where it ends
   * @param equals where the first {@code =} of {@code text} is in the line's text; -1 if none
   * @param equalsIn the quotes around that {@code =}
   */
  record Word(String text, int start, int end, int equals, Quote equalsIn) {}

  /** The line cannot be split. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  private final String text;
  private final int end;
  private int at;

  private ShellWords(String text, int start, int end) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /**
   * Returns the words of {@code text} from {@code start} to {@code end}, which contain no line end.
   */
  static List<Word> split(String text, int start, int end) throws Unreadable {
    ShellWords splitter = new ShellWords(text, start, end);
    List<Word> words = new ArrayList<>();
    while (splitter.skipToWord()) {
      words.add(splitter.word());
    }
    return words;
  }

  private boolean skipToWord() {
    while (at < end && isBlank(text.charAt(at))) {
      at++;
    }
    return at < end && text.charAt(at) != '#';
  }

  private Word word() throws Unreadable {
    int start = at;
    StringBuilder word = new StringBuilder();
    int equals = -1;
    Quote equalsIn = Quote.NONE;
    Quote quote = Quote.NONE;
    for (; at < end; at++) {
      char c = text.charAt(at);
      if (quote == Quote.NONE && (isBlank(c) || c == '#')) {
        break;
      }
      Quote after = toggled(quote, c);
      if (after != quote) {
        quote = after;
        continue;
      }
      if (c == '\\' && quote != Quote.SINGLE) {
        at++;
        if (at == end) {
          throw new Unreadable("nothing follows the last backslash");
        }
        char escaped = text.charAt(at);
        if (quote == Quote.DOUBLE && escaped != '"' && escaped != '\\') {
          word.append('\\');
        }
        c = escaped;
      }
      if (c == '=' && equals < 0) {
        equals = at;
        equalsIn = quote;
      }
      word.append(c);
    }
    if (quote != Quote.NONE) {
      throw new Unreadable("a quotation is not closed");
    }
    return new Word(word.toString(), start, at, equals, equalsIn);
  }

  private static Quote toggled(Quote quote, char c) {
    if (c == '"' && quote != Quote.SINGLE) {
      return quote == Quote.DOUBLE ? Quote.NONE : Quote.DOUBLE;
    }
    if (c == '\'' && quote != Quote.DOUBLE) {
      return quote == Quote.SINGLE ? Quote.NONE : Quote.SINGLE;
    }
    return quote;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /**
   * Returns {@code value} as the rest of a word that began inside {@code open}, and closes those
   * quotes.
   *
   * @param preferred the quotes to use if none is open; {@link Quote#NONE} for none if possible
   */
  static String quote(String value, Quote open, Quote preferred) {
    return switch (open) {
      case SINGLE -> value.replace("'", "'\\''") + "'";
      case DOUBLE -> value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      case NONE -> {
        if (preferred == Quote.SINGLE && value.indexOf('\'') < 0) {
          yield "'" + quote(value, Quote.SINGLE, preferred);
        }
        if (preferred == Quote.NONE
            && !value.isEmpty()
            && value.chars().allMatch(ShellWords::bare)) {
          yield value;
        }
        yield '"' + quote(value, Quote.DOUBLE, preferred);
      }
    };
  }

  private static boolean bare(int c) {
    return c > ' ' && c != 0x7F && !PythonText.isSpace((char) c) && "#'\"\\".indexOf(c) < 0;
  }
}
