package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Describes what a program can see and do: the boot of its machine, namespaces, root directory,
 * users and capabilities. If ansible's script has the same as this process, as on a local
 * connection without become, ansible makes no difference.
 */
final class Surroundings {
  /** The same list as in {@code host/ports.py}. */
  private static final List<String> NAMESPACES = List.of("mnt", "net", "pid", "user", "uts");

  private static final List<String> RIGHTS = List.of("Uid:", "Gid:", "Groups:", "CapEff:");

  private Surroundings() {}

  /** Returns them as text, equal for equal surroundings. */
  static String text(JsonNode surroundings) {
    Map<String, String> sorted = new TreeMap<>();
    surroundings.properties().forEach(part -> sorted.put(part.getKey(), part.getValue().asText()));
    return Json.tree(sorted).toString();
  }

  /** Returns whether two programs are on the same machine and in the same network namespace. */
  static boolean shareNetwork(JsonNode one, JsonNode other) {
    return List.of("boot", "net").stream()
        .allMatch(part -> one.hasNonNull(part) && one.get(part).equals(other.get(part)));
  }

  /** Returns the surroundings of this process; empty if they cannot be read. */
  static Optional<JsonNode> ofThisProcess() {
    try {
      ObjectNode found = Json.object();
      found.put("boot", Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
      Path root = Path.of("/");
      found.put(
          "root",
          Files.getAttribute(root, "unix:dev") + ":" + Files.getAttribute(root, "unix:ino"));
      for (String namespace : NAMESPACES) {
        found.put(
            namespace, Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)).toString());
      }
      found.put(
          "rights",
          Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).stream()
              .filter(line -> RIGHTS.stream().anyMatch(line::startsWith))
              .map(String::strip)
              .collect(Collectors.joining("\n")));
      return Optional.of(found);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
      return Optional.empty();
    }
  }
}
