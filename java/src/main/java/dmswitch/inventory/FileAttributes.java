package dmswitch.inventory;

import dmswitch.program.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Copies owner, mode, access control list (ACL), SELinux context and all other extended attributes
 * of a file. Java supports only user attributes, so a small Python script does it, which every
 * machine with Ansible can run.
 */
final class FileAttributes {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String FIRST_PYTHON =
      """
      for python in /usr/bin/python3 /usr/libexec/platform-python python3 python2 python; do
        if "$python" -S -c 'import errno, os, stat, sys' </dev/null >/dev/null 2>&1; then
          exec "$python" -S - "$@"
        fi
      done
      echo "no Python 2.6 or later on this machine" >&2
      exit 69
      """;

  private FileAttributes() {}

  /**
   * Copies the attributes to files that this process has just created with mode 0600. Only the last
   * change makes a file accessible to anyone else.
   *
   * @throws IOException if an attribute cannot be copied; the new files must then not be used
   */
  static void copy(Path from, Path... to) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", FIRST_PYTHON, "sh", from.toString()));
    for (Path path : to) {
      command.add(path.toString());
    }
    Program.Result result =
        new Program(command, from.toAbsolutePath().getParent(), Map.of(), script(), LIMIT).run();
    if (result.timedOut() || result.exitStatus() != 0) {
      throw new IOException(
          result.timedOut()
              ? "its attributes could not be copied within " + LIMIT.toSeconds() + " s"
              : result.stderr().strip());
    }
  }

  private static String script() throws IOException {
    try (InputStream in = FileAttributes.class.getResourceAsStream("keep_attributes.py")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
