package dmswitch.program;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The environment for the operator's programs: ours without the variables that would mislead an old
 * ansible or its Python (ANSIBLE_*, PYTHON*, our virtual environment and its folder in PATH).
 */
public final class CleanEnvironment {
  private CleanEnvironment() {}

  /** Removes from {@code environment} what must not reach the operator's programs. */
  public static void apply(Map<String, String> environment) {
    String virtualEnv = environment.get("VIRTUAL_ENV");
    String path = environment.get("PATH");
    if (path != null) {
      environment.put("PATH", withoutVirtualEnv(path, virtualEnv));
    }
    environment
        .keySet()
        .removeIf(
            name ->
                name.startsWith("ANSIBLE_")
                    || name.startsWith("PYTHON")
                    || name.startsWith("VIRTUAL_ENV")
                    || name.equals("_MEIPASS2"));
  }

  /**
   * Returns {@code path} without the folders of a Python virtual environment, given or recognized.
   */
  public static String withoutVirtualEnv(String path, String virtualEnv) {
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .filter(folder -> virtualEnv == null || !Path.of(folder).startsWith(virtualEnv))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
