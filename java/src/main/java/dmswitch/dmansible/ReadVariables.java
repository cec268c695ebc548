package dmswitch.dmansible;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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

  private static final List<String> VARIABLES = List.of("group_vars", "host_vars");

  /** Plugins may have their values from anywhere. */
  private static final List<String> PLUGINS = List.of("vars_plugins", "inventory_plugins");

  private static final Pattern PLUGINS_SET =
      Pattern.compile(
          "^\\s*(vars_plugins|inventory_plugins|vars_plugins_enabled|enable_plugins)\\s*=",
          Pattern.MULTILINE);

  private ReadVariables() {}

  /** What was said when all files were as they are now, else what {@code asking} says. */
  static Map<String, Object> of(
      DmAnsible dmAnsible, Path inventory, String alias, Supplier<Map<String, Object>> asking) {
    Optional<String> before = state(dmAnsible, inventory, alias);
    Map<String, Object> known = before.map(READ::get).orElse(null);
    if (known != null) {
      return known;
    }
    Map<String, Object> said = asking.get();
    // Changed meanwhile, it is not known which state was read.
    before
        .filter(state -> state(dmAnsible, inventory, alias).equals(before))
        .ifPresent(state -> READ.put(state, said));
    return said;
  }

  /** A digest of the question and of all that is read; empty where that cannot be told. */
  private static Optional<String> state(DmAnsible dmAnsible, Path inventory, String alias) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Path folder = inventory.toAbsolutePath().getParent();
      Path directory = dmAnsible.directory();
      for (Path each : List.of(folder, directory)) {
        if (PLUGINS.stream().anyMatch(name -> Files.exists(each.resolve(name)))) {
          return Optional.empty();
        }
      }
      Path config = directory.resolve("ansible.cfg");
      if (Files.exists(config)
          && PLUGINS_SET
              .matcher(new String(Files.readAllBytes(config), StandardCharsets.ISO_8859_1))
              .find()) {
        return Optional.empty();
      }
      add(digest, dmAnsible.programs().inventory().toString());
      add(digest, dmAnsible.arguments().forInventory().toString());
      add(digest, alias);
      add(digest, folder.toString());
      add(digest, directory.toString());
      addFile(digest, "inventory", inventory);
      if (Files.exists(config)) {
        addFile(digest, "ansible.cfg", config);
      }
      for (Path each : new TreeSet<>(List.of(folder, directory))) {
        for (String name : VARIABLES) {
          addTree(digest, each.resolve(name));
        }
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addTree(MessageDigest digest, Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
        addFile(digest, path.toString(), path);
      }
    }
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
