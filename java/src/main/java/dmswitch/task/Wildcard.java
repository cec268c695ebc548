package dmswitch.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A name with wildcards, as tidb-tools' table-rule-selector in DM 1.0 interprets it. {@code ?}
 * matches one character, {@code *} at the end any number, {@code [a-z]} and {@code [!a-z]} one of a
 * range. A {@code [} without {@code ]} matches itself.
 */
final class Wildcard {
  private final List<IntPredicate> characters;
  private final boolean open;
  private final Optional<String> literal;

  private Wildcard(List<IntPredicate> characters, boolean open, Optional<String> literal) {
    this.characters = List.copyOf(characters);
    this.open = open;
    this.literal = literal;
  }

  /** Returns the pattern; empty if DM refuses it because of a {@code *} before the end. */
  static Optional<Wildcard> parse(String pattern) {
    List<IntPredicate> characters = new ArrayList<>();
    boolean literal = true;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      int close = c == '[' ? pattern.indexOf(']', i) : -1;
      if (c == '*') {
        return i == pattern.length() - 1
            ? Optional.of(new Wildcard(characters, true, Optional.empty()))
            : Optional.empty();
      }
      if (close >= 0) {
        literal = false;
        characters.add(range(pattern.substring(i + 1, close)));
        i = close;
      } else if (c == '?') {
        literal = false;
        characters.add(any -> true);
      } else {
        characters.add(other -> other == c);
      }
    }
    return Optional.of(
        new Wildcard(characters, false, literal ? Optional.of(pattern) : Optional.empty()));
  }

  private static IntPredicate range(String content) {
    if (content.equals("!")) {
      return c -> c == '!';
    }
    boolean not = content.startsWith("!");
    IntPredicate matched = c -> false;
    for (int i = not ? 1 : 0; i < content.length(); i++) {
      char first = content.charAt(i);
      boolean between = i + 2 < content.length() && content.charAt(i + 1) == '-';
      char last = between ? content.charAt(i + 2) : first;
      matched = matched.or(c -> first <= c && c <= last);
      i += between ? 2 : 0;
    }
    return not ? matched.negate() : matched;
  }

  /** Returns the only name that it matches; empty if it has wildcards. */
  Optional<String> literal() {
    return literal;
  }

  /** Returns whether it matches every name. */
  boolean matchesAll() {
    return open && characters.isEmpty();
  }

  boolean matches(String name) {
    if (open ? name.length() < characters.size() : name.length() != characters.size()) {
      return false;
    }
    for (int i = 0; i < characters.size(); i++) {
      if (!characters.get(i).test(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
