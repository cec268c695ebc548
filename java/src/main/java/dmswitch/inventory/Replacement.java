package dmswitch.inventory;

import dmswitch.inventory.ShellWords.Quote;
import java.util.Comparator;
import java.util.List;

/**
 * A part of the file's text and its replacement.
 *
 * @param start where it starts, in characters
 * @param end where it ends; equal to start for an insertion
 * @param with the new text
 */
record Replacement(int start, int end, String with) {

  /** Replaces the value of a variable, in its present quotes if possible. */
  static Replacement of(String text, HostVariable variable, String value) {
    char first = variable.start() < variable.end() ? text.charAt(variable.start()) : ' ';
    Quote preferred = first == '"' ? Quote.DOUBLE : first == '\'' ? Quote.SINGLE : Quote.NONE;
    return new Replacement(
        variable.start(), variable.end(), ShellWords.quote(value, variable.open(), preferred));
  }

  /** Adds a variable after the last word of a line. */
  static Replacement adding(HostLine line, String name, String value) {
    return new Replacement(
        line.end(), line.end(), " " + name + "=" + ShellWords.quote(value, Quote.NONE, Quote.NONE));
  }

  /**
   * Returns the text with all replacements, which must not overlap. Replacements at the same place
   * keep their order.
   */
  static String apply(String text, List<Replacement> replacements) {
    List<Replacement> sorted =
        replacements.stream().sorted(Comparator.comparingInt(Replacement::start)).toList();
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (Replacement replacement : sorted) {
      result.append(text, from, replacement.start()).append(replacement.with());
      from = replacement.end();
    }
    return result.append(text, from, text.length()).toString();
  }
}
