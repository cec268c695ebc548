package dmswitch.inventory;

import java.util.ArrayList;
import java.util.List;

/** Splits lines and white space as Python's {@code str} does. */
final class PythonText {
  private PythonText() {}

  /**
   * One line of a text.
   *
   * @param number the line number, from 1
   * @param start where it starts in the text
   * @param end where its content ends, before the line end
   */
  record Line(int number, int start, int end) {
    String of(String text) {
      return text.substring(start, end);
    }

    /** Returns the line without white space at both ends ({@code str.strip}). */
    Line strip(String text) {
      int from = start;
      int to = end;
      while (from < to && isSpace(text.charAt(from))) {
        from++;
      }
      while (from < to && isSpace(text.charAt(to - 1))) {
        to--;
      }
      return new Line(number, from, to);
    }
  }

  /** Returns the lines as {@code str.splitlines} does, which knows more line ends than Java. */
  static List<Line> lines(String text) {
    List<Line> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!endsLine(c)) {
        continue;
      }
      lines.add(new Line(lines.size() + 1, start, i));
      if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
        i++;
      }
      start = i + 1;
    }
    if (start < text.length()) {
      lines.add(new Line(lines.size() + 1, start, text.length()));
    }
    return lines;
  }

  static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Returns whether {@code str.isspace} holds for the character. */
  static boolean isSpace(char c) {
    return endsLine(c)
        || c == ' '
        || c == '\t'
        || c == 0x1F
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  static String strip(String text) {
    return new Line(1, 0, text.length()).strip(text).of(text);
  }
}
