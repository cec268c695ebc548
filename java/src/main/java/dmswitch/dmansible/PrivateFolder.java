package dmswitch.dmansible;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/** A temporary folder that only this user may enter (0700). It is removed on close. */
public final class PrivateFolder implements AutoCloseable {
  private final Path path;

  private PrivateFolder(Path path) {
    this.path = path;
  }

  public static PrivateFolder create() throws IOException {
    return new PrivateFolder(Files.createTempDirectory("dm-switch-"));
  }

  public Path path() {
    return path;
  }

  /** Returns the text of a resource in the package of this class. */
  public static String resource(Class<?> type, String name) throws IOException {
    try (InputStream in = type.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Removes the folder. Links are removed, but never followed. */
  @Override
  public void close() throws IOException {
    try (var all = Files.walk(path)) {
      for (Path entry : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
