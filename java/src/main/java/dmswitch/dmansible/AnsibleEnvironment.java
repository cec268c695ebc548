package dmswitch.dmansible;

import java.util.Map;

/**
 * The {@code ANSIBLE_*} variables that dm-switch sets for DM-Ansible's programs; each wins over the
 * same setting in the operator's ansible.cfg. All are known, or ignored, from 2.5 to the newest.
 */
final class AnsibleEnvironment {
  private AnsibleEnvironment() {}

  /** For the rolling upgrade: DM-Ansible's own log stays, the output has a form we can read. */
  static final Map<String, String> ROLL =
      Map.of(
          // A diff would print the password in dm-worker.toml.
          "ANSIBLE_DIFF_ALWAYS", "False",
          // DM-Ansible names "skippy", which later versions do not have.
          "ANSIBLE_STDOUT_CALLBACK", "default",
          "ANSIBLE_NOCOWS", "1",
          "ANSIBLE_NOCOLOR", "1",
          "ANSIBLE_FORCE_COLOR", "False");

  /**
   * For calls whose answer dm-switch reads and which may carry a password: no log file, no other
   * callback that would write it somewhere, no .retry file, and no folder for cached facts, which
   * every call would make where dm_ansible_dir has none.
   */
  static final Map<String, String> ASK =
      Map.ofEntries(
          Map.entry("ANSIBLE_LOG_PATH", "/dev/null"),
          // The list may not be empty from 2.19 on; "minimal" is never loaded beside "default".
          Map.entry("ANSIBLE_CALLBACK_WHITELIST", "minimal"),
          Map.entry("ANSIBLE_CALLBACKS_ENABLED", "minimal"),
          Map.entry("ANSIBLE_LOAD_CALLBACK_PLUGINS", "False"),
          Map.entry("ANSIBLE_RETRY_FILES_ENABLED", "False"),
          Map.entry("ANSIBLE_CACHE_PLUGIN", "memory"),
          Map.entry("ANSIBLE_DIFF_ALWAYS", "False"),
          Map.entry("ANSIBLE_STDOUT_CALLBACK", "default"),
          Map.entry("ANSIBLE_NOCOWS", "1"),
          Map.entry("ANSIBLE_NOCOLOR", "1"),
          Map.entry("ANSIBLE_FORCE_COLOR", "False"));
}
