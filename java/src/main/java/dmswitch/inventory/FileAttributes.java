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
 * Owner, mode, access list (ACL), SELinux context and all other extended attributes of a file. Java
 * knows those of users only, so a small Python script does it, which every machine with Ansible can
 * run.
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
   * Gives them to files that this process has just made with mode 0600; only the last change opens
   * one to anybody else.
   *
   * @throws IOException when one cannot be given; then the new files are not to be used
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
