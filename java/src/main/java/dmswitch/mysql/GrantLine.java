package dmswitch.mysql;

import dmswitch.problem.Problem;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One line of SHOW GRANTS about everything or a whole database, read as far as its object; what
 * follows may hold a password's hash.
 *
 * @param revoke whether it takes away (partial revokes of MySQL 8.0)
 * @param privileges in upper case
 * @param schema the database, as a pattern of LIKE; empty means all ({@code *.*})
 */
record GrantLine(boolean revoke, Set<String> privileges, Optional<String> schema) {

  GrantLine {
    privileges = Set.copyOf(privileges);
  }

  /**
   * Empty for what gives no privilege on a whole database: single tables, columns and routines,
   * roles, PROXY, SET DEFAULT ROLE.
   *
   * @throws Problem (cannot tell) for any other line that is not understood
   */
  static Optional<GrantLine> parse(String line) {
    return new Reader(line).read();
  }

  private static final class Reader {
    private final String line;
    private int at;

    Reader(String line) {
      this.line = line;
    }

    Optional<GrantLine> read() {
      String verb = word();
      if (verb.equals("SET")) {
        return Optional.empty();
      }
      if (!verb.equals("GRANT") && !verb.equals("REVOKE")) {
        throw notUnderstood();
      }
      Set<String> privileges = new LinkedHashSet<>();
      StringBuilder privilege = new StringBuilder();
      while (true) {
        skipSpaces();
        if (isQuote()) {
          return Optional.empty(); // a role, or in MariaDB a user's PROXY
        }
        if (peek() == '(') {
          return Optional.empty(); // columns of a table; MySQL 5.7 does not quote their names
        }
        boolean comma = peek() == ',';
        String word = comma ? "" : word();
        if (comma || word.equals("ON")) {
          if (privilege.isEmpty()) {
            throw notUnderstood();
          }
          privileges.add(privilege.toString());
          privilege.setLength(0);
          if (!comma) {
            break;
          }
          at++;
        } else {
          privilege.append(privilege.isEmpty() ? "" : " ").append(word);
        }
      }
      if (privileges.contains("PROXY")) {
        return Optional.empty();
      }
      return object(verb.equals("REVOKE"), privileges);
    }

    private Optional<GrantLine> object(boolean revoke, Set<String> privileges) {
      skipSpaces();
      if (Character.isLetter(peek())) {
        word(); // TABLE, FUNCTION, PROCEDURE
        skipSpaces();
      }
      Optional<String> schema = name();
      if (peek() != '.') {
        throw notUnderstood();
      }
      at++;
      return name().isPresent()
          ? Optional.empty()
          : Optional.of(new GrantLine(revoke, privileges, schema));
    }

    /** A quoted name, or empty for {@code *}. */
    private Optional<String> name() {
      if (peek() == '*') {
        at++;
        return Optional.empty();
      }
      if (!isQuote()) {
        throw notUnderstood();
      }
      return Optional.of(quoted());
    }

    private String quoted() {
      char quote = line.charAt(at++);
      StringBuilder name = new StringBuilder();
      while (at < line.length()) {
        char c = line.charAt(at++);
        if (c != quote) {
          name.append(c);
        } else if (peek() == quote) {
          name.append(quote);
          at++;
        } else {
          return name.toString();
        }
      }
      throw notUnderstood();
    }

    private String word() {
      int start = at;
      while (Character.isLetterOrDigit(peek()) || peek() == '_') {
        at++;
      }
      if (at == start) {
        throw notUnderstood();
      }
      return line.substring(start, at).toUpperCase(Locale.ROOT);
    }

    private void skipSpaces() {
      while (peek() == ' ') {
        at++;
      }
    }

    private boolean isQuote() {
      return peek() == '`' || peek() == '\'' || peek() == '"';
    }

    private char peek() {
      return at < line.length() ? line.charAt(at) : '\0';
    }

    private Problem notUnderstood() {
      return Problem.cannotTell(
          "a line of SHOW GRANTS is not understood: " + line.substring(0, at) + "...",
          "GRANT privileges ON object",
          "compare with SHOW GRANTS on that server, and report it");
    }
  }
}
