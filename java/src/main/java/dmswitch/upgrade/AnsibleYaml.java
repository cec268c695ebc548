package dmswitch.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML files of DM-Ansible. A file that cannot be read counts as empty. */
final class AnsibleYaml {
  private AnsibleYaml() {}

  /** Returns the lists and maps of a file; null if it is missing, encrypted or not YAML. */
  static Object read(Path file) {
    try {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
    } catch (RuntimeException e) {
      // Explicit tags such as !!int lead to exceptions of many kinds.
      return null;
    }
  }

  static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
