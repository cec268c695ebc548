package dmswitch.host;

import dmswitch.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the ssh command with which ansible ran the module, in the output of {@code ansible -vvv}
 * (2.5 to 2.19).
 *
 * <p>It accepts only a plain login: with a key, without become, and with options that are known to
 * be harmless. So the command cannot contain a password or anything else that must not be shown.
 */
final class SshCommand {
  private static final Pattern EXEC =
      Pattern.compile("^<[^>\\n]*> SSH: EXEC (.*)$", Pattern.MULTILINE | Pattern.UNIX_LINES);
  private static final String BECOME = "BECOME-SUCCESS";

  /** Ansible sets it if, and only if, it has no password for the login. */
  private static final String NO_PASSWORD = "passwordauthentication=no";

  /** Options without a value that affect only the connection. */
  private static final Pattern FLAGS = Pattern.compile("-[46AaCKkqXxYyTv]+");

  /** Options with a value. */
  private static final String WITH_VALUE = "BbcFIiJlmpS";

  private static final Set<String> OPTIONS =
      Set.of(
          "addressfamily",
          "batchmode",
          "bindaddress",
          "bindinterface",
          "canonicaldomains",
          "canonicalizehostname",
          "casignaturealgorithms",
          "certificatefile",
          "challengeresponseauthentication",
          "checkhostip",
          "ciphers",
          "clearallforwardings",
          "compression",
          "connectionattempts",
          "connecttimeout",
          "controlmaster",
          "controlpath",
          "controlpersist",
          "exitonforwardfailure",
          "forwardagent",
          "forwardx11",
          "globalknownhostsfile",
          "gssapiauthentication",
          "gssapidelegatecredentials",
          "hashknownhosts",
          "hostbasedauthentication",
          "hostkeyalgorithms",
          "hostkeyalias",
          "hostname",
          "identitiesonly",
          "identityagent",
          "identityfile",
          "ipqos",
          "kbdinteractiveauthentication",
          "kexalgorithms",
          "loglevel",
          "macs",
          "nohostauthenticationforlocalhost",
          "numberofpasswordprompts",
          "passwordauthentication",
          "port",
          "preferredauthentications",
          "proxyjump",
          "pubkeyacceptedalgorithms",
          "pubkeyacceptedkeytypes",
          "pubkeyauthentication",
          "rekeylimit",
          "requiredrsasize",
          "requesttty",
          "sendenv",
          "serveralivecountmax",
          "serveraliveinterval",
          "stricthostkeychecking",
          "tcpkeepalive",
          "updatehostkeys",
          "user",
          "userknownhostsfile",
          "verifyhostkeydns",
          "visualhostkey");

  private static final String PROXY_COMMAND = "proxycommand";

  /** The characters of a jump over a bastion host as in ansible's manual. */
  private static final Pattern JUMP = Pattern.compile("ssh [-\\w.,:/@%=~+\\[\\] ]+");

  /** Options with a value in such a jump. */
  private static final String OF_JUMP = "Wiplo";

  private static final Pattern PASSWORD_OF_USER = Pattern.compile(":[^@]*@");

  private static final Pattern SECRET =
      Pattern.compile("sshpass|secret|token|pwd|password(?!auth)");

  private SshCommand() {}

  /**
   * Returns the command up to and including the host; empty if ansible did not use plain ssh, or
   * the command is unclear.
   */
  static Optional<List<String>> in(Program.Result result) {
    List<List<String>> found = new ArrayList<>();
    Matcher exec = EXEC.matcher(result.stdout() + "\n" + result.stderr());
    while (exec.find()) {
      List<String> words = words(exec.group(1));
      if (words.stream().anyMatch(word -> word.contains(BECOME))) {
        return Optional.empty();
      }
      if (words.isEmpty() || !isProgram(words.get(0), "sftp", "scp")) {
        found.add(words);
      }
    }
    List<List<String>> commands =
        found.stream().flatMap(words -> toHost(words).stream()).distinct().toList();
    return commands.size() == 1 && found.stream().noneMatch(words -> toHost(words).isEmpty())
        ? Optional.of(commands.get(0))
        : Optional.empty();
  }

  private static boolean isProgram(String path, String... names) {
    return Stream.of(names).anyMatch(name -> path.equals(name) || path.endsWith("/" + name));
  }

  /** Returns the command without the remote part; empty if it contains anything unknown. */
  private static Optional<List<String>> toHost(List<String> words) {
    // ssh OPTION... [-tt] HOST COMMAND
    int host = words.size() - 2;
    if (host < 1 || !isProgram(words.get(0), "ssh") || words.get(host).startsWith("-")) {
      return Optional.empty();
    }
    int end = words.get(host - 1).equals("-tt") ? host - 1 : host;
    List<String> command = new ArrayList<>(words.subList(0, end));
    command.add(words.get(host));
    boolean noPassword = false;
    int at = 1;
    while (at < end) {
      String word = words.get(at);
      if (FLAGS.matcher(word).matches()) {
        at++;
        continue;
      }
      if (word.length() < 2 || word.charAt(0) != '-') {
        return Optional.empty();
      }
      boolean attached = word.length() > 2;
      String value = attached ? word.substring(2) : words.get(at + 1);
      if (word.charAt(1) == 'o') {
        if (!isHarmless(value)) {
          return Optional.empty();
        }
        noPassword |= value.strip().toLowerCase(Locale.ROOT).equals(NO_PASSWORD);
      } else if (WITH_VALUE.indexOf(word.charAt(1)) < 0) {
        return Optional.empty();
      }
      at += attached ? 1 : 2;
    }
    // Past the end if the last option would take the host as its value.
    return noPassword && at == end ? Optional.of(command) : Optional.empty();
  }

  private static boolean isHarmless(String option) {
    String name = name(option);
    if (!name.equals(PROXY_COMMAND)) {
      return OPTIONS.contains(name);
    }
    String value = option.strip().substring(name.length()).strip();
    value = (value.startsWith("=") ? value.substring(1) : value).strip();
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return isJump(quoted ? value.substring(1, value.length() - 1) : value);
  }

  private static String name(String option) {
    return option.strip().toLowerCase(Locale.ROOT).split("[\\s=]", 2)[0];
  }

  /**
   * Returns whether the text is {@code ssh OPTION... HOST OPTION...}, with options that run nothing
   * and contain no password.
   */
  private static boolean isJump(String command) {
    if (!JUMP.matcher(command).matches()
        || SECRET.matcher(command.toLowerCase(Locale.ROOT)).find()) {
      return false;
    }
    List<String> words = words(command);
    int hosts = 0;
    boolean forwards = false;
    int at = 1;
    while (at < words.size()) {
      String word = words.get(at++);
      if (word.equals("-q")) {
        continue;
      }
      if (!word.startsWith("-")) {
        hosts++;
        if (PASSWORD_OF_USER.matcher(word).find()) {
          return false;
        }
        continue;
      }
      boolean attached = word.length() > 2;
      if (word.length() < 2 || OF_JUMP.indexOf(word.charAt(1)) < 0) {
        return false;
      }
      if (!attached && at == words.size()) {
        return false;
      }
      String value = attached ? word.substring(2) : words.get(at++);
      forwards |= word.charAt(1) == 'W';
      if (word.charAt(1) == 'o' && !OPTIONS.contains(name(value))) {
        return false;
      }
    }
    return hosts == 1 && forwards;
  }

  /**
   * Splits, as a shell does, words that {@code shlex.quote} has quoted; empty if a quotation is not
   * closed.
   */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (c == ' ' || c == '\r') {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return quote == 0 ? words : List.of();
  }
}
