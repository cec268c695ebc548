package dmswitch.task;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;
import java.util.Optional;

/** One name of a black-white-list: a regular expression after {@code ~}, else wildcards. */
sealed interface NamePattern {
  boolean matches(String name);

  /** Returns the only name that it matches; empty where that is not just one. */
  default Optional<String> literal() {
    return Optional.empty();
  }

  /** Returns whether it is seen to match every name. */
  default boolean matchesAll() {
    return false;
  }

  /** Found anywhere in the name. */
  record Regex(Pattern pattern) implements NamePattern {
    @Override
    public boolean matches(String name) {
      return pattern.matcher(name).find();
    }
  }

  /** The whole name. */
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

  /** Empty for what DM refuses, and for names not in ASCII, which DM 1.0 matches by bytes. */
  static Optional<NamePattern> parse(String text, boolean caseSensitive) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c < 128)) {
      return Optional.empty();
    }
    // DM lowers a regular expression too, \D and the like included.
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
