package dmswitch.inventory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the mount points from {@code /proc/self/mountinfo}; see proc(5). */
final class MountPoints {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** The column of the mount point. */
  private static final int POINT = 4;

  private MountPoints() {}

  /** Returns whether something is mounted at exactly this path, which must be a real path. */
  static boolean has(Path path) throws IOException {
    return Files.exists(MOUNTS) && has(path, Files.readAllBytes(MOUNTS));
  }

  static boolean has(Path path, byte[] mounts) {
    return new String(mounts, StandardCharsets.ISO_8859_1)
        .lines()
        .map(line -> line.split(" ", -1))
        .anyMatch(
            fields -> fields.length > POINT && unescaped(fields[POINT]).equals(path.toString()));
  }

  /** Decodes the three octal digits that stand for a blank or backslash. */
  private static String unescaped(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(field.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
