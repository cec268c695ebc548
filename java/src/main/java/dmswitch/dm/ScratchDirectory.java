package dmswitch.dm;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A working directory for one call of dmctl, which may write dmctl.log into it. */
record ScratchDirectory(Path path) implements AutoCloseable {
  static ScratchDirectory create() {
    try {
      return new ScratchDirectory(Files.createTempDirectory("dm-switch-dmctl"));
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot make a directory for dmctl to run in: " + e.getMessage(),
          "room and the right to write in " + System.getProperty("java.io.tmpdir"),
          "make room there, then run the same again",
          e);
    }
  }

  @Override
  public void close() {
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It stays in the directory for temporary files; dmctl's answer matters more.
    }
  }
}
