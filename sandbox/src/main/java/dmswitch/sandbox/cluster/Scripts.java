package dmswitch.sandbox.cluster;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files made from text. */
final class Scripts {
  private Scripts() {}

  /** Writes an executable file. */
  static void write(Path file, String text) {
    writeText(file, text);
    if (!file.toFile().setExecutable(true, false)) {
      throw new SandboxException("cannot make " + file + " executable");
    }
  }

  /** Writes a file, its folder made if need be. */
  static void writeText(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
