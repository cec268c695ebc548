package dmswitch.dmansible;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Finds settings of an ansible.cfg that differ from DM-Ansible 1.0.7 and can change a rolling
 * upgrade.
 */
final class ConfigDifferences {
  private static final String OF_DM_ANSIBLE = "dm-ansible-1.0.7.cfg";

  /**
   * Ansible's own sections, whose values may be shown; sections of plugins may contain anything.
   */
  private static final Set<String> SHOWN =
      Set.of(
          "defaults",
          "privilege_escalation",
          "ssh_connection",
          "paramiko_connection",
          "connection",
          "inventory",
          "tags",
          "selinux",
          "jinja2");

  /** Sections that affect only output, or programs other than ansible-playbook. */
  private static final Pattern SECTIONS_WITHOUT_EFFECT =
      Pattern.compile("colors|diff|galaxy.*|persistent_connection|netconf_connection");

  /**
   * Options for output and logs, those that {@link AnsibleEnvironment#ROLL} sets, and the
   * inventory.
   */
  private static final Pattern WITHOUT_EFFECT =
      Pattern.compile(
          "inventory|hostfile|log_path|log_filter|retry_files_.*|cow.*|nocows|nocolor|force_color"
              + "|stdout_callback|callback_result_format|callback_format_pretty|display_.*"
              + "|show_.*|check_mode_markers|.*_warnings?|verbosity|verbose_to_stderr|debug"
              + "|docsite_root_url|ask_pass|ask_vault_pass|become_ask_pass|ask_sudo_pass"
              + "|ask_su_pass|enable_task_debugger|syslog_facility|no_target_syslog");

  private static final Pattern FILE = Pattern.compile(".*_(?:file|path)");
  private static final Pattern SECRET =
      Pattern.compile(
          "pass|secret|token|pwd|cred|auth(?!ori)|api_?key|(?<!\\w)-pw(?!\\w)|://[^/\\s]*@",
          Pattern.CASE_INSENSITIVE);

  /** Options of ssh that may contain a password in any form. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "proxy_?command|(?:local|remote|knownhosts)command|setenv", Pattern.CASE_INSENSITIVE);

  /** A cache's HOST:PORT:DB:PASSWORD. */
  private static final Pattern CACHE = Pattern.compile(".*_connection .*:.*", Pattern.DOTALL);

  private static final Map<String, String> BOOLEANS =
      Map.of("yes", "true", "on", "true", "1", "true", "no", "false", "off", "false", "0", "false");

  private ConfigDifferences() {}

  /**
   * Returns the differences by name.
   *
   * @param config the ansible.cfg that ansible reads; empty if it reads none
   */
  static List<AnsibleSetting> of(Optional<ConfigText> config) {
    Map<String, String> own = config.map(ConfigDifferences::effective).orElse(Map.of());
    Map<String, String> usual = usual();
    TreeMap<String, String> names = new TreeMap<>(usual);
    names.putAll(own);
    List<AnsibleSetting> settings = new ArrayList<>();
    for (String name : names.keySet()) {
      if (!same(own.get(name), usual.get(name))) {
        settings.add(
            new AnsibleSetting(name, shown(name, own.get(name)), shown(name, usual.get(name))));
      }
    }
    return settings;
  }

  private static Map<String, String> usual() {
    try {
      return effective(
          ConfigText.of(PrivateFolder.resource(ConfigDifferences.class, OF_DM_ANSIBLE)));
    } catch (IOException | ConfigText.Unreadable e) {
      throw new AssertionError("the jar holds " + OF_DM_ANSIBLE, e);
    }
  }

  /** Returns the settings that can change a rolling upgrade, by {@code [section] option}. */
  private static Map<String, String> effective(ConfigText text) {
    Map<String, String> effective = new TreeMap<>();
    text.all()
        .forEach(
            (section, options) ->
                options.forEach(
                    (option, value) -> {
                      if (!SECTIONS_WITHOUT_EFFECT.matcher(section).matches()
                          && !WITHOUT_EFFECT.matcher(option).matches()) {
                        effective.put("[" + section + "] " + option, value);
                      }
                    }));
    return effective;
  }

  private static boolean same(String one, String other) {
    return one != null && other != null && plain(one).equals(plain(other));
  }

  private static String plain(String value) {
    String text = value.replaceAll("\\s+", "").toLowerCase(Locale.ROOT);
    return BOOLEANS.getOrDefault(text, text);
  }

  private static String shown(String name, String value) {
    if (value == null) {
      return AnsibleSetting.NOT_SET;
    }
    String section = name.substring(1, name.indexOf(']'));
    boolean isPlain =
        SHOWN.contains(section)
            && !COMMAND.matcher(name + " " + value).find()
            && (FILE.matcher(name).matches()
                || (!SECRET.matcher(name + " " + value).find()
                    && !CACHE.matcher(name + " " + value).matches()));
    return isPlain ? value.replace("\n", " ") : "(set, not shown: it may hold a password)";
  }
}
