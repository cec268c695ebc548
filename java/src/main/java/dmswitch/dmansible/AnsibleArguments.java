package dmswitch.dmansible;

import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The value of {@code dm_ansible_args}: a list of command-line words that is passed to DM-Ansible's
 * programs. Relative paths start in dm_ansible_dir.
 *
 * <p>Only options that change how ansible logs in are accepted. Options that would change the tasks
 * or hosts, or print passwords (--diff), are refused. So is a password itself, because command
 * lines are visible to every user of the machine.
 */
public final class AnsibleArguments {
  private enum Value {
    NONE,
    NEEDED
  }

  /** The programs that accept an option: all three, or all except ansible-inventory. */
  private enum For {
    ALL,
    HOSTS
  }

  private record Option(Value value, For target) {}

  private static final Option VAULT = new Option(Value.NEEDED, For.ALL);
  private static final Option LOGIN = new Option(Value.NEEDED, For.HOSTS);
  private static final Option LOGIN_FLAG = new Option(Value.NONE, For.HOSTS);

  private static final Map<String, Option> OPTIONS =
      Map.ofEntries(
          Map.entry("--vault-password-file", VAULT),
          Map.entry("--vault-id", VAULT),
          Map.entry("-u", LOGIN),
          Map.entry("--user", LOGIN),
          Map.entry("--private-key", LOGIN),
          Map.entry("--key-file", LOGIN),
          Map.entry("-c", LOGIN),
          Map.entry("--connection", LOGIN),
          Map.entry("-T", LOGIN),
          Map.entry("--timeout", LOGIN),
          Map.entry("--ssh-common-args", LOGIN),
          Map.entry("--ssh-extra-args", LOGIN),
          Map.entry("--sftp-extra-args", LOGIN),
          Map.entry("--scp-extra-args", LOGIN),
          Map.entry("-b", LOGIN_FLAG),
          Map.entry("--become", LOGIN_FLAG),
          Map.entry("--become-method", LOGIN),
          Map.entry("--become-user", LOGIN),
          Map.entry("--become-password-file", LOGIN),
          Map.entry("--become-pass-file", LOGIN),
          Map.entry("--connection-password-file", LOGIN),
          Map.entry("--conn-pass-file", LOGIN),
          Map.entry("-e", LOGIN),
          Map.entry("--extra-vars", LOGIN),
          Map.entry("-f", LOGIN),
          Map.entry("--forks", LOGIN),
          Map.entry("-M", LOGIN),
          Map.entry("--module-path", LOGIN));

  private static final Pattern VARIABLES_FILE = Pattern.compile("(?:-e|--extra-vars=)?@(.+)");
  private static final Pattern VERBOSE = Pattern.compile("-v+|--verbose");
  private static final Pattern SECRET_NAME =
      Pattern.compile("pass|secret|token|pwd", Pattern.CASE_INSENSITIVE);

  private static final Map<String, String> REFUSALS =
      Map.ofEntries(
          Map.entry("-D", "it would print passwords"),
          Map.entry("--diff", "it would print passwords"),
          Map.entry("-C", "the rolling upgrade would do nothing"),
          Map.entry("--check", "the rolling upgrade would do nothing"),
          Map.entry("-l", "dm_worker names the one worker"),
          Map.entry("--limit", "dm_worker names the one worker"),
          Map.entry("-t", "the tag is always dm-worker"),
          Map.entry("--tags", "the tag is always dm-worker"),
          Map.entry("--skip-tags", "no part of the rolling upgrade may be skipped"),
          Map.entry("--start-at-task", "no part of the rolling upgrade may be skipped"),
          Map.entry("--step", "no one could answer its prompt"),
          Map.entry("-i", "dm_inventory names the inventory"),
          Map.entry("--inventory", "dm_inventory names the inventory"),
          Map.entry("--inventory-file", "dm_inventory names the inventory"),
          Map.entry(
              "-k", "no one could answer its prompt; use a key or a vaulted ansible_ssh_pass"),
          Map.entry(
              "--ask-pass",
              "no one could answer its prompt; use a key or a vaulted ansible_ssh_pass"),
          Map.entry("-K", "no one could answer its prompt; vault ansible_become_pass instead"),
          Map.entry(
              "--ask-become-pass",
              "no one could answer its prompt; vault ansible_become_pass instead"),
          Map.entry("-J", "no one could answer its prompt; use --vault-password-file"),
          Map.entry(
              "--ask-vault-pass", "no one could answer its prompt; use --vault-password-file"),
          Map.entry(
              "--ask-vault-password", "no one could answer its prompt; use --vault-password-file"));

  private final List<String> forInventory;
  private final List<String> forHosts;
  private final List<String> verbosity;

  private AnsibleArguments(
      List<String> forInventory, List<String> forHosts, List<String> verbosity) {
    this.forInventory = List.copyOf(forInventory);
    this.forHosts = List.copyOf(forHosts);
    this.verbosity = List.copyOf(verbosity);
  }

  /**
   * Checks the words and sorts them by the programs that accept them.
   *
   * @throws Problem (wrong use) naming the option that is not accepted
   */
  public static AnsibleArguments of(List<String> words) {
    List<String> forInventory = new ArrayList<>();
    List<String> forHosts = new ArrayList<>();
    List<String> verbosity = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (VERBOSE.matcher(word).matches()) {
        verbosity.add(word);
        continue;
      }
      String name = name(word);
      Option option = OPTIONS.get(name);
      if (option == null) {
        throw notTaken(name);
      }
      List<String> option1 = new ArrayList<>(List.of(word));
      String value = valueInWord(word, name);
      if (option.value() == Value.NONE && value != null) {
        throw notTaken(word);
      }
      if (option.value() == Value.NEEDED && value == null) {
        if (i + 1 == words.size()) {
          throw Problem.wrongUse(
              "dm_ansible_args: " + name + " has no value",
              "the option and its value as two elements of the list, or --option=value",
              "correct dm_ansible_args; nothing was changed");
        }
        value = words.get(++i);
        option1.add(value);
      }
      requireSafe(name, value);
      forHosts.addAll(option1);
      if (option.target() == For.ALL) {
        forInventory.addAll(option1);
      }
    }
    return new AnsibleArguments(forInventory, forHosts, verbosity);
  }

  /** Returns the words that {@code ansible-inventory} accepts: the vault options. */
  public List<String> forInventory() {
    return forInventory;
  }

  /**
   * Returns whether they set variables, which override all others and which ansible-inventory does
   * not see.
   */
  public boolean setVariables() {
    return forHosts.stream()
        .anyMatch(word -> word.startsWith("--extra-vars") || word.startsWith("-e"));
  }

  /** Returns the files from which they take variables. */
  public List<String> files() {
    return forHosts.stream()
        .map(VARIABLES_FILE::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .toList();
  }

  /** Returns the words for {@code ansible} and {@code ansible-playbook} if we read their output. */
  public List<String> forHosts() {
    return forHosts;
  }

  /** Returns the words for the rolling upgrade, including -v, because people read its output. */
  public List<String> forRoll() {
    List<String> all = new ArrayList<>(forHosts);
    all.addAll(verbosity);
    return List.copyOf(all);
  }

  /** Returns {@code --name} of {@code --name=value}, {@code -u} of {@code -utidb}. */
  private static String name(String word) {
    if (word.startsWith("--")) {
      int equals = word.indexOf('=');
      return equals < 0 ? word : word.substring(0, equals);
    }
    if (word.startsWith("-") && word.length() > 2) {
      Option option = OPTIONS.get(word.substring(0, 2));
      return option != null && option.value() == Value.NEEDED ? word.substring(0, 2) : word;
    }
    return word;
  }

  private static String valueInWord(String word, String name) {
    if (word.length() == name.length()) {
      return null;
    }
    return word.substring(name.length() + (word.startsWith("--") ? 1 : 0));
  }

  private static void requireSafe(String name, String value) {
    if (name.equals("-e") || name.equals("--extra-vars")) {
      if (!value.startsWith("@") && SECRET_NAME.matcher(value).find()) {
        throw Problem.wrongUse(
            "dm_ansible_args: a password is in " + name + " (not shown)",
            "no password on a command line, where every user of the machine can read it",
            "put it in a vaulted file and give " + name + " @FILE, or in group_vars with vault");
      }
    }
    if (name.equals("--vault-id") && value.endsWith("prompt")) {
      throw Problem.wrongUse(
          "dm_ansible_args: --vault-id " + value + " asks for a password",
          "no option that prompts, as no one could answer",
          "give --vault-id LABEL@FILE or --vault-password-file FILE");
    }
  }

  private static Problem notTaken(String name) {
    String why =
        REFUSALS.getOrDefault(
            // For words such as -DC, the first letter decides.
            name.startsWith("--") || name.length() < 2 ? name : name.substring(0, 2),
            "it is not an option that dm-switch passes on");
    String shown = name.startsWith("-") ? name : "an argument that is not an option (not shown)";
    return Problem.wrongUse(
        "dm_ansible_args: " + shown + " is not accepted: " + why,
        "only " + OPTIONS.keySet().stream().sorted().collect(Collectors.joining(" ")) + " -v",
        "correct dm_ansible_args; nothing was changed");
  }
}
