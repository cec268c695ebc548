package dmswitch.task;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * A name in a black-white-list: a regular expression after {@code ~}, otherwise a name with
 * wildcards.
 */
sealed interface NamePattern {
  boolean matches(String name);

  /** Returns the only name that the pattern matches; empty if it may match several. */
  default Optional<String> literal() {
    return Optional.empty();
  }

  /** Returns whether the pattern certainly matches every name. */
  default boolean matchesAll() {
    return false;
  }

  /** A regular expression that matches anywhere in the name. */
  record Regex(Pattern pattern) implements NamePattern {
    @Override
    public boolean matches(String name) {
      return pattern.matcher(name).find();
    }
  }

  /** Wildcards that match the whole name. */
  record Wild(Wildcard wildcard) implements NamePattern {
    @Override
    public boolean matches(String name) {
      return wildcard.matches(name);
    }

    @Override
    public Optional<String> literal() {
      return wildcard.literal();
    }

    @Override
    public boolean matchesAll() {
      return wildcard.matchesAll();
    }
  }

  /**
   * Returns the pattern; empty if DM refuses it, or if it is not ASCII, which DM 1.0 matches by
   * bytes.
   */
  static Optional<NamePattern> parse(String text, boolean caseSensitive) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c < 128)) {
      return Optional.empty();
    }
    // DM also converts regular expressions to lower case, even \D and the like.
    String pattern = caseSensitive ? text : text.toLowerCase(Locale.ROOT);
    if (!pattern.startsWith("~")) {
      return Wildcard.parse(pattern).map(Wild::new);
    }
    String regex = pattern.substring(1);
    try {
      return Optional.of(new Regex(Pattern.compile(caseSensitive ? regex : "(?i)" + regex)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }
}
