package dmswitch.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Files that come with the sandbox, in its jar or beside its classes. */
public final class Resources {
  private static final String ROOT = "dmswitch/sandbox/";

  private Resources() {}

  /** Copies one file, by its name below {@code dmswitch/sandbox}, and makes it executable. */
  public static void copyProgram(String name, Path target) {
    try (InputStream in = Resources.class.getClassLoader().getResourceAsStream(ROOT + name)) {
      if (in == null) {
        throw new SandboxException("this build of the sandbox has no " + name);
      }
      Files.createDirectories(target.getParent());
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      if (!target.toFile().setExecutable(true, false)) {
        throw new IOException("cannot make " + target + " executable");
      }
    } catch (IOException e) {
      throw new SandboxException("cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  /**
   * Copies all files of one folder, by its name below {@code dmswitch/sandbox}. A copy loses {@code
   * .in} at its end: AWX offers every playbook of a checkout, and those here are not for people.
   */
  public static void copyFolder(String name, Path target) {
    try {
      URI code = Resources.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path place = Path.of(code);
      if (Files.isDirectory(place)) {
        copy(place.resolve(ROOT + name), target);
        return;
      }
      try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
        copy(jar.getPath(ROOT + name), target);
      }
    } catch (IOException | URISyntaxException e) {
      throw new SandboxException("cannot copy " + name + " to " + target + ": " + e, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(from)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      Path copy = to.resolve(from.relativize(path).toString().replaceFirst("\\.in$", ""));
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
