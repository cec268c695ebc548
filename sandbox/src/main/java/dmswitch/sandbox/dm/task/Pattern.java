package dmswitch.sandbox.dm.task;

import java.util.Locale;
import java.util.regex.Matcher;

/** A name with {@code *} and {@code ?}, or behind {@code ~} a regular expression; case is alike. */
record Pattern(String text) {
  boolean matches(String name) {
    if (text.startsWith("~")) {
      return java.util.regex.Pattern.compile(
              text.substring(1), java.util.regex.Pattern.CASE_INSENSITIVE)
          .matcher(name)
          .find();
    }
    StringBuilder regex = new StringBuilder();
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      regex.append(
          c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
    }
    Matcher matcher =
        java.util.regex.Pattern.compile(regex.toString(), java.util.regex.Pattern.DOTALL)
            .matcher(name.toLowerCase(Locale.ROOT));
    return matcher.matches();
  }
}
