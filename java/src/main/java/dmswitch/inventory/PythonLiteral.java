package dmswitch.inventory;

import java.text.Normalizer;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Evaluates an inventory value as Ansible does: with {@code ast.literal_eval}, or as a string if
 * that fails. So {@code 3306} is a number, {@code '3306'} (within further quotes) a string, {@code
 * 0x10} is sixteen, and {@code db-1.example} is itself.
 */
final class PythonLiteral {
  // Everything that any Python from 2.7 on may read as a complete number.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}_])(?:0[xX][0-9a-fA-F_]+[lL]?|0[oO][0-7_]+[lL]?|0[bB][01_]+[lL]?"
              + "|(?:[0-9][0-9_]*\\.?[0-9_]*|\\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?[jJlL]?)");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Set<String> LITERAL_NAMES = Set.of("None", "True", "False", "set");
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]*");
  private static final Pattern DOTTED = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+[0-9.]*");
  private static final Pattern STRING =
      Pattern.compile(
          "'((?:[^'\\\\\\p{Cntrl}]++|\\\\['\"\\\\])*+)'"
              + "|\"((?:[^\"\\\\\\p{Cntrl}]++|\\\\['\"\\\\])*+)\"");
  private static final Pattern COLON_IN_BRACKETS =
      Pattern.compile("\\[[0-9a-fA-F.%]*:[0-9a-fA-F.:%]*]");

  private PythonLiteral() {}

  /**
   * Returns the text that a template renders from the value, if every Python from 2.7 on gives the
   * same. Otherwise empty, which means "cannot tell".
   */
  static Optional<String> text(String value) {
    if (isItself(value)
        || INTEGER.matcher(value).matches()
        || value.equals("True")
        || value.equals("False")
        || value.equals("None")) {
      return Optional.of(value);
    }
    Matcher string = STRING.matcher(value);
    if (string.matches()) {
      String inner = string.group(1) != null ? string.group(1) : string.group(2);
      return Optional.of(inner.replaceAll("\\\\(.)", "$1"));
    }
    return Optional.empty();
  }

  /** Returns the value to write so that Ansible reads the string {@code text}. */
  static String string(String text) {
    if (isItself(text)) {
      return text;
    }
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /**
   * Returns whether literal_eval certainly fails on the value, so that Ansible takes it unchanged.
   */
  static boolean isItself(String value) {
    if (value.isEmpty()) {
      return true;
    }
    int comment = value.indexOf('#');
    if (value.chars().anyMatch(c -> c < ' ' || c == '\'' || c == '"')) {
      return isUnclosed(comment < 0 ? value : value.substring(0, comment), value);
    }
    String code = comment < 0 ? value : value.substring(0, comment);
    return PythonText.strip(code).isEmpty()
        || hasName(code)
        || DOTTED.matcher(code).matches()
        || COLON_IN_BRACKETS.matcher(code).matches()
        || (code.indexOf(':') >= 0 && code.chars().noneMatch(c -> "[](){}\\".indexOf(c) >= 0));
  }

  // A single quotation mark cannot close a string.
  private static boolean isUnclosed(String code, String value) {
    return value.chars().noneMatch(c -> c < ' ')
        && value.chars().filter(PythonLiteral::isQuote).count() == 1
        && code.chars().anyMatch(PythonLiteral::isQuote);
  }

  private static boolean isQuote(int c) {
    return c == '\'' || c == '"';
  }

  // Any name that is not a literal makes literal_eval fail, if the expression parses at all.
  private static boolean hasName(String code) {
    String names = NUMBER.matcher(Normalizer.normalize(code, Normalizer.Form.NFKC)).replaceAll(" ");
    return NAME.matcher(names).results().anyMatch(name -> !LITERAL_NAMES.contains(name.group()));
  }
}
