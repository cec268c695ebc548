package dmswitch.host;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes the upstream's address and passwords from the text of an inventory, ansible.cfg, a YAML
 * file with variables, or an argument. The rest stays.
 *
 * <p>Values can have any length, so every repeated group is possessive: other groups use stack
 * space for each repetition.
 */
final class LoginText {
  /** The variables that a switch changes in the inventory. */
  private static final Set<String> UPSTREAM =
      Set.of("mysql_host", "mysql_port", "mysql_user", "mysql_password");

  private static final Pattern SECRET =
      Pattern.compile(
          "pass(?!wordauth|wordprompt)|secret|token|pwd|credential|api_?key"
              + "|(?<![a-z0-9])(?:pw|auth)(?![a-z0-9])");

  private static final Pattern LINES = Pattern.compile("([^\\r\\n]*+)(\\r\\n|\\r|\\n|\\z)");

  /**
   * A variable on a line of its own. In YAML, a colon without a space separates only after quotes.
   */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "([ \\t]*+(?:-[ \\t]++)*+)"
              + "(?:([\\w-]++)[ \\t]*+(?:=|:(?=[ \\t]|\\z))|([\"'])([\\w-]++)\\3[ \\t]*+:)[ \\t]*+");

  private static final Pattern TAGS = Pattern.compile("(?:[!&]\\S*+[ \\t]*+)*+");
  private static final Pattern BLOCK = Pattern.compile("[|>][-+0-9]*+[ \\t]*+(?:#.*+)?");
  private static final Pattern NEXT_VARIABLE = Pattern.compile("=|:(?=[ \\t]|\\z)|^[ \\t]*+\\[");

  private static final String QUOTED = "\"(?:[^\"\\\\]++|\\\\.)*+\"|'(?:[^']++|'')*+'";

  private static final Pattern IN_FLOW =
      Pattern.compile(
          "((?<![\\w-])([\\w-]++)[ \\t]*+:[ \\t]++|([\"'])([\\w-]++)\\3[ \\t]*+:[ \\t]*+)"
              + "(?:"
              + QUOTED
              + "|[^\\s,}\\]\\[{]++)",
          Pattern.DOTALL);

  private static final Pattern SSHPASS =
      Pattern.compile("(\\bsshpass[ \\t]++-p[ \\t]*+)[^\\s\"']++");
  private static final Pattern OPTION =
      Pattern.compile("((?<![\\w-])-{1,2}([\\w-]++)[ \\t=]++)[^\\s\"'-][^\\s\"']*+");
  private static final Pattern OF_URL = Pattern.compile("(://[^/\\s:@]*+:)[^/\\s@]++(?=@)");
  private static final Pattern ASSIGNED = Pattern.compile("([\\w-]++)=");
  private static final Pattern WITHIN =
      Pattern.compile("((?<![\\w-])([\\w-]++)=)(?:" + QUOTED + "|[^\\s\"']++)", Pattern.DOTALL);

  /** A value that continues on the next lines. */
  private record Open(int indent, Predicate<String> takes) {}

  private final StringBuilder left = new StringBuilder();
  private Open open;

  private LoginText() {}

  /** Returns the rest of {@code text}, which is useful only to compare with another rest. */
  static String withoutSecrets(String text) {
    LoginText rest = new LoginText();
    Matcher line = LINES.matcher(text);
    while (line.find()) {
      rest.add(line.group(1), line.group(2));
    }
    return rest.left.toString();
  }

  static boolean isSecret(String name) {
    return SECRET.matcher(name.toLowerCase(Locale.ROOT)).find();
  }

  private void add(String line, String end) {
    if (open != null) {
      if (line.isBlank() || (indent(line) > open.indent() && open.takes().test(line))) {
        return;
      }
      open = null;
    }
    Matcher variable = VARIABLE.matcher(line);
    if (variable.lookingAt()) {
      String name = variable.group(2) != null ? variable.group(2) : variable.group(4);
      String value = line.substring(variable.end());
      boolean ofUpstream = UPSTREAM.contains(name);
      if ((ofUpstream || isSecret(name)) && !value.startsWith("{")) {
        left.append(ofUpstream ? "" : variable.group()).append(end);
        open = new Open(variable.group(1).length(), goesOn(variable.group(), value));
        return;
      }
    }
    left.append(rest(line)).append(end);
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** Returns which of the next, more deeply indented lines belong to a value. */
  private static Predicate<String> goesOn(String name, String value) {
    Matcher tags = TAGS.matcher(value);
    String content = tags.lookingAt() ? value.substring(tags.end()) : value;
    boolean isYaml = name.stripTrailing().endsWith(":");
    if (isYaml && BLOCK.matcher(content).matches()) {
      return line -> true;
    }
    if (isYaml && !content.isEmpty() && "\"'".indexOf(content.charAt(0)) >= 0) {
      char quote = content.charAt(0);
      boolean[] isOpen = {isOpen(true, content.substring(1), quote)};
      return line -> {
        boolean before = isOpen[0];
        isOpen[0] = isOpen(before, line, quote);
        return before;
      };
    }
    return line -> !NEXT_VARIABLE.matcher(line).find();
  }

  /** Returns whether a YAML quotation is still open after {@code text}. */
  private static boolean isOpen(boolean before, String text, char quote) {
    boolean isOpen = before;
    for (int i = 0; i < text.length(); i++) {
      if (quote == '"' && text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == quote) {
        isOpen = !isOpen;
      }
    }
    return isOpen;
  }

  private static String rest(String line) {
    String text = withoutValues(IN_FLOW, line);
    text = SSHPASS.matcher(text).replaceAll("$1");
    text = withoutValues(OPTION, text);
    return words(OF_URL.matcher(text).replaceAll("$1"));
  }

  private static String withoutValues(Pattern pattern, String text) {
    return pattern.matcher(text).replaceAll(LoginText::replacement);
  }

  private static String replacement(MatchResult found) {
    boolean isQuoted = found.group(2) == null;
    boolean goes = isSecret(isQuoted ? found.group(4) : found.group(2));
    return Matcher.quoteReplacement(goes ? found.group(1) : found.group());
  }

  /** Processes the text word by word, split as by a shell and ansible's ini plugin. */
  private static String words(String line) {
    StringBuilder left = new StringBuilder();
    int at = 0;
    while (at < line.length()) {
      int begin = at;
      while (begin < line.length() && isBlank(line.charAt(begin))) {
        begin++;
      }
      int end = endOfWord(line, begin);
      String word = line.substring(begin, end);
      Matcher assigned = ASSIGNED.matcher(word);
      if (!assigned.lookingAt()) {
        left.append(line, at, begin).append(withoutValues(WITHIN, word));
      } else if (!UPSTREAM.contains(assigned.group(1))) {
        left.append(line, at, begin)
            .append(assigned.group())
            .append(
                isSecret(assigned.group(1))
                    ? ""
                    : withoutValues(WITHIN, word.substring(assigned.end())));
      }
      at = end;
    }
    return left.toString();
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static int endOfWord(String line, int begin) {
    char quote = 0;
    int at = begin;
    while (at < line.length() && (quote != 0 || !isBlank(line.charAt(at)))) {
      char c = line.charAt(at);
      if (c == '\\' && quote != '\'') {
        at++;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      at++;
    }
    return Math.min(at, line.length());
  }
}
