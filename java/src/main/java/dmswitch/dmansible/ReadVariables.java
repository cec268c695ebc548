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
 * What {@code ansible-inventory} has said of a host in this process. Each call takes a second, most
 * of them while tasks are stopped, and the steps of one run ask for the same; as long as no file
 * that it reads has changed, it would say the same. An inventory is known by its bytes, so that
 * what was said of a trial copy holds for the inventory that becomes like it.
 */
final class ReadVariables {
  private static final Map<String, Map<String, Object>> READ = new ConcurrentHashMap<>();

  /** Plugins may have their values from anywhere; these are where ansible finds them unasked. */
  private static final List<String> PLUGINS = List.of("vars_plugins", "inventory_plugins");

  private static final List<String> PLUGINS_OF_THE_MACHINE =
      List.of("plugins/vars", "plugins/inventory");

  /** Settings by which values come from elsewhere than the files below; as ConfigParser reads. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "^\\s*(vars_plugins|inventory_plugins|vars_plugins_enabled|enable_plugins|playbook_dir"
              + "|vault_password_file|vault_identity_list)\\s*[=:]",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private ReadVariables() {}

  /** Returns what was said when all files were as they are now, else what {@code asking} says. */
  static Map<String, Object> of(
      DmAnsible dmAnsible, Path inventory, String alias, Supplier<Map<String, Object>> asking) {
    Path home = Path.of(System.getProperty("user.home"));
    return of(home, dmAnsible, inventory, alias, asking);
  }

  /**
   * @param home of the user who runs ansible
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
    // Changed meanwhile, it is not known which state was read.
    before
        .filter(state -> state(home, dmAnsible, inventory, alias).equals(before))
        .ifPresent(state -> READ.put(state, said));
    return said;
  }

  /**
   * Returns a digest of the question and of all that is read; empty where that cannot be
   * determined.
   */
  private static Optional<String> state(
      Path home, DmAnsible dmAnsible, Path inventory, String alias) {
    try {
      MessageDigest digest = Sha256.begin();
      Path folder = inventory.toAbsolutePath().getParent();
      Path directory = dmAnsible.directory();
      Path config = directory.resolve("ansible.cfg");
      // A vault that opens no more has to be noticed before the tasks stop.
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

  /** Without one of its own, another configuration counts, which is not looked into. */
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
