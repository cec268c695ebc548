package dmswitch.mysql;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern of MySQL's LIKE: {@code %} is any text, {@code _} any character, and a backslash takes
 * that away.
 */
public final class Like {
  private final Pattern regex;
  private final String text;
  private final boolean literal;

  private Like(Pattern regex, String text, boolean literal) {
    this.regex = regex;
    this.text = text;
    this.literal = literal;
  }

  /** Reads a pattern. */
  public static Like of(String pattern) {
    StringBuilder regex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    boolean literal = true;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%' || c == '_') {
        literal = false;
        regex.append(c == '%' ? ".*" : ".");
      } else {
        if (c == '\\' && i + 1 < pattern.length()) {
          i++;
        }
        regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
      }
      text.append(pattern.charAt(i));
    }
    return new Like(Pattern.compile(regex.toString(), Pattern.DOTALL), text.toString(), literal);
  }

  /** Returns the pattern that matches this text only. */
  public static Like exactly(String text) {
    return new Like(Pattern.compile(Pattern.quote(text)), text, true);
  }

  /** Returns whether it matches the whole text, case and all. */
  public boolean matches(String candidate) {
    return regex.matcher(candidate).matches();
  }

  /** Returns whether it can match a text of which only the case differs. */
  public boolean matchesInAnyCase(String candidate) {
    return Pattern.compile(
            regex.pattern(), Pattern.DOTALL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(candidate)
        .matches();
  }

  /** Returns the only text that it matches; empty where it has wildcards. */
  public Optional<String> literal() {
    return literal ? Optional.of(text) : Optional.empty();
  }

  /** Returns whether it matches every text. */
  public boolean matchesAll() {
    return !literal && text.chars().allMatch(c -> c == '%') && regex.pattern().startsWith(".*");
  }

  /** Returns whether it reads like this name, an underscore of it taken for itself. */
  public boolean reads(String name) {
    return text.toLowerCase(Locale.ROOT).equals(name) && text.indexOf('%') < 0;
  }
}
