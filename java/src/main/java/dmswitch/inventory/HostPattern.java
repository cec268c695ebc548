package dmswitch.inventory;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first word of a host line as Ansible expands it ({@code parse_address} and {@code
 * expand_hostname_range}): an alias, {@code alias:22} with an SSH port, or a range such as {@code
 * dm-worker[01:10:2]}.
 *
 * @param text the pattern without an SSH port
 */
record HostPattern(String text) {
  private static final int FLAGS =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
  private static final Pattern BRACKETED_WITH_PORT = Pattern.compile("\\[(.+)]:[0-9]+");
  private static final Pattern WITH_PORT =
      Pattern.compile("((?:[^:\\[\\]]++|\\[[^\\]]*+])*+):[0-9]+");
  private static final String RANGE = "\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?]";
  private static final String LABEL = "(?:\\w|" + RANGE + ")(?:[\\w-]++|" + RANGE + ")*+(?<![_-])";
  private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*+", FLAGS);
  private static final Pattern IPV6 =
      Pattern.compile(
          """
          (?:P:){7}P|(?:P:){1,6}:|(?:P:)(?::P){1,6}|(?:P:){2}(?::P){1,5}|(?:P:){3}(?::P){1,4}\
          |(?:P:){4}(?::P){1,3}|(?:P:){5}(?::P){1,2}|(?:P:){6}(?::P)|:(?::P){1,6}|P?::\
          |(?:0:){6}(?:P\\.){3}P|::(?:ffff:)?(?:P\\.){3}P|(?:0:){5}ffff:(?:P\\.){3}P"""
              .replace("P", "(?:[0-9a-f]{1,4}|\\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?])"),
          FLAGS);
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  static HostPattern of(String word) {
    String host = word;
    for (Pattern withPort : List.of(BRACKETED_WITH_PORT, WITH_PORT)) {
      Matcher matcher = withPort.matcher(host);
      if (matcher.matches()) {
        host = matcher.group(1);
      }
    }
    boolean understood = HOST_NAME.matcher(host).matches() || IPV6.matcher(host).matches();
    return new HostPattern(understood ? host : word);
  }

  boolean isRange() {
    return text.indexOf('[') >= 0;
  }

  /**
   * The hosts that a pattern names.
   *
   * @param count how many hosts it names
   * @param named whether the alias is among them
   */
  record Hosts(long count, boolean named) {
    private Hosts plus(Hosts other) {
      return new Hosts(count + other.count, named || other.named);
    }
  }

  /**
   * Returns how many hosts the pattern names, and whether {@code alias} is among them.
   *
   * @throws IllegalArgumentException if Ansible could not expand it
   */
  Hosts hosts(String alias) {
    return hosts(text, alias);
  }

  private static Hosts hosts(String pattern, String alias) {
    if (pattern.indexOf('[') < 0) {
      return new Hosts(1, pattern.equals(alias));
    }
    // Ansible takes the first of each bracket, in either order.
    int open = Math.min(pattern.indexOf('['), pattern.indexOf(']'));
    int close = Math.max(pattern.indexOf('['), pattern.indexOf(']'));
    if (open < 0 || pattern.indexOf('|') >= 0) {
      throw new IllegalArgumentException("not a host range");
    }
    String[] bounds = pattern.substring(open + 1, close).split(":", -1);
    if (bounds.length < 2 || bounds.length > 3 || bounds[1].isEmpty()) {
      throw new IllegalArgumentException("not a host range");
    }
    String head = pattern.substring(0, open);
    String tail = pattern.substring(close + 1);
    String first = bounds[0].isEmpty() ? "0" : bounds[0];
    int step = bounds.length == 3 ? Integer.parseInt(bounds[2]) : 1;
    if (step < 1) {
      throw new IllegalArgumentException("not a step of a host range");
    }
    int width = 0;
    if (first.length() > 1 && first.charAt(0) == '0') {
      width = first.length();
      if (width != bounds[1].length()) {
        throw new IllegalArgumentException("the ends of a host range differ in length");
      }
    }
    Hosts hosts = new Hosts(0, false);
    int from = LETTERS.indexOf(first);
    int to = LETTERS.indexOf(bounds[1]);
    if (from >= 0 && to >= 0) {
      if (from > to) {
        throw new IllegalArgumentException("a host range ends before it begins");
      }
      for (int i = from; i <= to; i += step) {
        hosts = hosts.plus(hosts(head + LETTERS.charAt(i) + tail, alias));
      }
      return hosts;
    }
    long last = Long.parseLong(bounds[1]);
    for (long i = Long.parseLong(first); i <= last; i += step) {
      String number = Long.toString(i);
      String filled = "0".repeat(Math.max(0, width - number.length())) + number;
      hosts = hosts.plus(hosts(head + filled + tail, alias));
    }
    return hosts;
  }
}
