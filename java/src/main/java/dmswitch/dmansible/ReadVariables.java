package dmswitch.dmansible;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Caches the output of {@code ansible-inventory} for a host in this process. Each call takes a
 * second, mostly while tasks are stopped, and the steps of a run need the same output. It stays
 * valid as long as no file that ansible-inventory reads has changed. An inventory is identified by
 * its bytes, so the output for a trial copy also holds for the inventory that gets the same
 * content.
 */
final class ReadVariables {
  private static final Map<String, Map<String, Object>> READ = new ConcurrentHashMap<>();

  /**
   * Folders in which ansible finds plugins by default; plugins may take their values from anywhere.
   */
  private static final List<String> PLUGINS = List.of("vars_plugins", "inventory_plugins");

  private static final List<String> PLUGINS_OF_THE_MACHINE =
      List.of("plugins/vars", "plugins/inventory");

  /** Settings, as ConfigParser reads them, that take values from elsewhere than the files below. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "^\\s*(vars_plugins|inventory_plugins|vars_plugins_enabled|enable_plugins|playbook_dir"
              + "|vault_password_file|vault_identity_list)\\s*[=:]",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private ReadVariables() {}

  /**
   * Returns the cached output if no file has changed since, otherwise the result of {@code asking}.
   */
  static Map<String, Object> of(
      DmAnsible dmAnsible, Path inventory, String alias, Supplier<Map<String, Object>> asking) {
    Path home = Path.of(System.getProperty("user.home"));
    return of(home, dmAnsible, inventory, alias, asking);
  }

  /**
   * @param home the home folder of the user who runs ansible
   */
  static Map<String, Object> of(
      Path home,
      DmAnsible dmAnsible,
      Path inventory,
      String alias,
      Supplier<Map<String, Object>> asking) {
    Optional<String> before = state(home, dmAnsible, inventory, alias);
    Map<String, Object> known = before.map(READ::get).orElse(null);
    if (known != null) {
      return known;
    }
    Map<String, Object> said = asking.get();
    // If a file changed meanwhile, it is not known which version was read.
    before
        .filter(state -> state(home, dmAnsible, inventory, alias).equals(before))
        .ifPresent(state -> READ.put(state, said));
    return said;
  }

  /**
   * Returns a digest of the question and of everything that is read; empty if that cannot be
   * determined.
   */
  private static Optional<String> state(
      Path home, DmAnsible dmAnsible, Path inventory, String alias) {
    try {
      MessageDigest digest = Sha256.begin();
      Path folder = inventory.toAbsolutePath().getParent();
      Path directory = dmAnsible.directory();
      Path config = directory.resolve("ansible.cfg");
      // A vault that no longer opens must be noticed before the tasks stop.
      if (!dmAnsible.arguments().forInventory().isEmpty()
          || hasPlugins(folder)
          || hasPlugins(directory)
          || Stream.of(home.resolve(".ansible"), Path.of("/usr/share/ansible"))
              .anyMatch(ReadVariables::hasPluginsOfTheMachine)
          || comesFromElsewhere(config, home)) {
        return Optional.empty();
      }
      add(digest, dmAnsible.programs().inventory().toString());
      add(digest, alias);
      add(digest, folder.toString());
      add(digest, directory.toString());
      addFile(digest, "inventory", inventory);
      if (Files.exists(config)) {
        addFile(digest, "ansible.cfg", config);
      }
      for (Path file : VariableFiles.of(dmAnsible, inventory)) {
        addFile(digest, file.toString(), file);
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean hasPlugins(Path folder) {
    return PLUGINS.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  private static boolean hasPluginsOfTheMachine(Path folder) {
    return PLUGINS_OF_THE_MACHINE.stream().anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  /**
   * Returns whether values may come from elsewhere. If the directory has no ansible.cfg, another
   * one may apply, which is not examined.
   */
  private static boolean comesFromElsewhere(Path config, Path home) throws IOException {
    return Files.exists(config)
        ? ELSEWHERE
            .matcher(new String(Files.readAllBytes(config), StandardCharsets.ISO_8859_1))
            .find()
        : Stream.of(home.resolve(".ansible.cfg"), Path.of("/etc/ansible/ansible.cfg"))
            .anyMatch(Files::exists);
  }

  private static void addFile(MessageDigest digest, String name, Path file) throws IOException {
    add(digest, name);
    byte[] bytes = Files.readAllBytes(file);
    add(digest, Integer.toString(bytes.length));
    digest.update(bytes);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }
}
