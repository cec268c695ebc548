package dmswitch.e2e;

import dmswitch.sandbox.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cluster's systemctl behind a script that can hold a call back or have it fail, so that a test
 * acts in the middle of a rolling upgrade, or breaks it.
 */
final class WatchedSystemctl extends WatchedProgram {
  private WatchedSystemctl(Path folder) {
    super(folder);
  }

  /** Puts itself before the systemctl of {@code cluster}, for all that call it. */
  static WatchedSystemctl of(Cluster cluster) {
    try {
      Path program = cluster.services().program();
      // In the same folder, by which it finds its units.
      Path real = Files.move(program, program.resolveSibling("systemctl.real"));
      WatchedSystemctl watched =
          new WatchedSystemctl(
              Files.createDirectory(cluster.folder().resolve("watched-systemctl")));
      watched.write(
          program,
          "",
          """
          if [ -e '%1$s/fail-'"$1" ]; then
            echo "Failed to $1 $2: Access denied" >&2
            exit 1
          fi
          exec '%2$s' "$@"
          """
              .formatted(watched.folder(), real));
      return watched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls of this command fail until {@link #fix}. */
  void fail(String command) {
    try {
      Files.createFile(failing(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls of this command pass again. */
  void fix(String command) {
    try {
      Files.delete(failing(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path failing(String command) {
    return folder().resolve("fail-" + command);
  }
}
