package dmswitch.dmansible;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code ANSIBLE_*} variables that dm-switch sets for DM-Ansible's programs. Each overrides the
 * same setting in the operator's ansible.cfg. Every version from 2.5 on supports or ignores them.
 */
public final class AnsibleEnvironment {
  private AnsibleEnvironment() {}

  /** Output in a form that we can parse, and no prompts. */
  private static final Map<String, String> READABLE =
      Map.ofEntries(
          // A diff would print the password in dm-worker.toml.
          Map.entry("ANSIBLE_DIFF_ALWAYS", "False"),
          // DM-Ansible names "skippy", which later versions lack.
          Map.entry("ANSIBLE_STDOUT_CALLBACK", "default"),
          Map.entry("ANSIBLE_CALLBACK_RESULT_FORMAT", "json"),
          Map.entry("ANSIBLE_CALLBACK_FORMAT_PRETTY", "False"),
          Map.entry("ANSIBLE_DISPLAY_FAILED_STDERR", "False"),
          Map.entry("ANSIBLE_DISPLAY_ARGS_TO_STDOUT", "False"),
          Map.entry("ANSIBLE_CHECK_MODE_MARKERS", "False"),
          Map.entry("ANSIBLE_SHOW_TASK_PATH_ON_FAILURE", "False"),
          Map.entry("ANSIBLE_NOCOWS", "1"),
          Map.entry("ANSIBLE_NOCOLOR", "1"),
          Map.entry("ANSIBLE_FORCE_COLOR", "False"),
          Map.entry("ANSIBLE_DEBUG", "False"),
          // No one could answer a prompt. AnsibleArguments refuses the matching options.
          Map.entry("ANSIBLE_ASK_PASS", "False"),
          Map.entry("ANSIBLE_ASK_VAULT_PASS", "False"),
          Map.entry("ANSIBLE_BECOME_ASK_PASS", "False"),
          Map.entry("ANSIBLE_ENABLE_TASK_DEBUGGER", "False"));

  /** For the rolling upgrade: keeps DM-Ansible's own log and what people want to see in it. */
  public static final Map<String, String> ROLL = READABLE;

  /**
   * For calls whose output dm-switch reads and which may contain a password. There is no log file,
   * no callback except ansible's own two, no .retry file, and no folder for cached facts, which
   * every call would create if dm_ansible_dir has none. Nothing is left out of the output or added
   * to it.
   */
  static final Map<String, String> ASK =
      with(
          READABLE,
          Map.ofEntries(
              Map.entry("ANSIBLE_LOG_PATH", "/dev/null"),
              // Must not be empty from 2.19 on; "minimal" is never loaded next to "default".
              Map.entry("ANSIBLE_CALLBACK_WHITELIST", "minimal"),
              Map.entry("ANSIBLE_CALLBACKS_ENABLED", "minimal"),
              Map.entry("ANSIBLE_LOAD_CALLBACK_PLUGINS", "False"),
              // A plugin of the same name there would come first; nothing can exist below a file.
              Map.entry("ANSIBLE_CALLBACK_PLUGINS", "/dev/null/none"),
              Map.entry("ANSIBLE_STRATEGY_PLUGINS", "/dev/null/none"),
              Map.entry("ANSIBLE_STRATEGY", "linear"),
              Map.entry("ANSIBLE_RETRY_FILES_ENABLED", "False"),
              Map.entry("ANSIBLE_CACHE_PLUGIN", "memory"),
              Map.entry("ANSIBLE_KEEP_REMOTE_FILES", "False"),
              Map.entry("ANSIBLE_DISPLAY_OK_HOSTS", "True"),
              Map.entry("ANSIBLE_SHOW_PER_HOST_START", "False"),
              Map.entry("ANSIBLE_SHOW_CUSTOM_STATS", "False"),
              Map.entry("ANSIBLE_DISPLAY_TRACEBACK", "never"),
              Map.entry("ANSIBLE_NO_LOG", "False"),
              Map.entry("ANSIBLE_VERBOSITY", "0"),
              Map.entry("ANSIBLE_TASK_TIMEOUT", "0"),
              // Otherwise "no such host" could go unreported, or be an error of another kind.
              Map.entry("ANSIBLE_HOST_PATTERN_MISMATCH", "warning"),
              // With True, ansible-inventory would leave out group variables.
              Map.entry("ANSIBLE_INVENTORY_EXPORT", "False")));

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    return Stream.of(some, more)
        .flatMap(map -> map.entrySet().stream())
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
