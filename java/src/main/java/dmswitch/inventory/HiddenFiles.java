package dmswitch.inventory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names short-lived files with passwords: {@code .dm-switch-PID-RANDOM.SUFFIX}. If a process is
 * killed, the next run removes its files.
 */
final class HiddenFiles {
  private static final Pattern NAME = Pattern.compile("\\.dm-switch-([0-9]+)-[0-9a-f]{16}\\.\\w+");
  private static final SecureRandom RANDOM = new SecureRandom();

  private HiddenFiles() {}

  /**
   * Returns a new name in the folder of {@code path}, after removing what dead processes have left
   * there.
   */
  static Path beside(Path path, String suffix) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    removeLeftOvers(folder);
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    return folder.resolve(
        ".dm-switch-"
            + ProcessHandle.current().pid()
            + "-"
            + HexFormat.of().formatHex(random)
            + suffix);
  }

  private static void removeLeftOvers(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".dm-switch-*")) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
