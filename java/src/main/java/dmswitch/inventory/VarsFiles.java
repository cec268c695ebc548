package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Finds the files under host_vars and group_vars that Ansible reads for a host or group, as its
 * {@code DataLoader.find_vars_files} does.
 */
final class VarsFiles {
  private static final List<String> EXTENSIONS = List.of("", ".yml", ".yaml", ".json");

  /**
   * The setting of a variable in a file.
   *
   * @param file the file
   * @param text what a template renders from the value; empty if that cannot be determined here
   * @param vaulted whether the value, or the whole file, is encrypted
   * @param template whether the value is a Jinja template
   */
  record Setting(Path file, Optional<String> text, boolean vaulted, boolean template) {}

  private final Path folder;

  /**
   * @param folder host_vars or group_vars
   */
  VarsFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the files of a host or group, in the order in which Ansible reads them. The last one
   * takes precedence.
   */
  List<Path> of(String name) {
    if (name.isEmpty() || name.startsWith("/") || name.indexOf('\0') >= 0) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    for (String extension : EXTENSIONS) {
      Path path = folder.resolve(name + extension);
      if (Files.isDirectory(path)) {
        collect(path, found);
        break;
      }
      if (Files.exists(path)) {
        found.add(path);
        break;
      }
    }
    return found;
  }

  private static void collect(Path folder, List<Path> found) {
    List<Path> sorted;
    try (Stream<Path> entries = Files.list(folder)) {
      sorted = entries.sorted().toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    for (Path path : sorted) {
      String name = path.getFileName().toString();
      if (name.startsWith(".") || name.endsWith("~")) {
        continue;
      }
      int dot = name.lastIndexOf('.');
      String extension = dot > 0 ? name.substring(dot) : "";
      if (Files.isDirectory(path)) {
        if (extension.isEmpty()) {
          collect(path, found);
        }
      } else if (Files.isRegularFile(path) && EXTENSIONS.contains(extension)) {
        found.add(path);
      }
    }
  }

  /** Returns whether the whole file is encrypted, so that nothing is known about its variables. */
  static boolean isVaulted(Path file) {
    return content(file).startsWith("$ANSIBLE_VAULT");
  }

  /**
   * Returns the setting of a variable in a file; empty if the file does not set it, or is encrypted
   * as a whole.
   *
   * @throws Problem (cannot tell) if the file cannot be read or is not a YAML mapping
   */
  static Optional<Setting> setting(Path file, String variable) {
    String content = content(file);
    if (content.startsWith("$ANSIBLE_VAULT")) {
      return Optional.empty();
    }
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(content));
    } catch (YAMLException e) {
      // The message quotes the file, which may contain passwords.
      throw unreadable(file, new IOException("it is not valid YAML"));
    }
    return root instanceof MappingNode mapping
        ? value(mapping, variable).map(node -> setting(file, node))
        : Optional.empty();
  }

  private static Optional<Node> value(MappingNode mapping, String variable) {
    Optional<Node> merged = Optional.empty();
    Optional<Node> own = Optional.empty();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        continue;
      }
      if (key.getTag().equals(Tag.MERGE)) {
        merged = merged(entry.getValueNode(), variable);
      } else if (key.getValue().equals(variable)) {
        own = Optional.of(entry.getValueNode());
      }
    }
    return own.isPresent() ? own : merged;
  }

  private static Optional<Node> merged(Node node, String variable) {
    if (node instanceof MappingNode mapping) {
      return value(mapping, variable);
    }
    return node instanceof SequenceNode sequence
        ? sequence.getValue().stream().flatMap(n -> merged(n, variable).stream()).findFirst()
        : Optional.empty();
  }

  private static Setting setting(Path file, Node node) {
    String tag = node.getTag().getValue();
    boolean vaulted = tag.equals("!vault") || tag.equals("!vault-encrypted");
    String scalar = node instanceof ScalarNode value ? value.getValue() : "";
    boolean template = !vaulted && Templates.isTemplate(scalar);
    boolean text =
        node.getTag().equals(Tag.STR)
            || tag.equals("!unsafe")
            || (node.getTag().equals(Tag.INT) && scalar.matches("0|-?[1-9][0-9]*"));
    return new Setting(
        file, text && !template ? Optional.of(scalar) : Optional.empty(), vaulted, template);
  }

  private static String content(Path file) {
    try {
      return ByteText.decode(Files.readAllBytes(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Problem unreadable(Path path, IOException e) {
    return Problem.cannotTell(
        "cannot read " + path + ", which Ansible reads for this host: " + e.getMessage(),
        "to know whether it sets the MySQL address",
        "correct the file or its rights; nothing was changed",
        e);
  }
}
