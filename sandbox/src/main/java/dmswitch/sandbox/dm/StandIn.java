package dmswitch.sandbox.dm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the stand-in's programs into a folder: dm-master, dm-worker and dmctl, with the command
 * lines of the real ones.
 */
public final class StandIn {
  private StandIn() {}

  /**
   * Writes the programs.
   *
   * @param folder where they go; made when it is not there
   * @param settings by the names in {@link Settings}, which has the real values as defaults
   */
  public static void install(Path folder, Map<String, String> settings) throws IOException {
    Files.createDirectories(folder);
    write(folder.resolve("dm-worker"), launcher("worker", settings));
    write(folder.resolve("dm-master"), launcher("master", settings));
    try (InputStream script = StandIn.class.getResourceAsStream("dmctl")) {
      write(folder.resolve("dmctl"), new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String launcher(String program, Map<String, String> settings) {
    StringBuilder options = new StringBuilder();
    new TreeMap<>(settings)
        .forEach(
            (name, value) ->
                options.append(" -D").append(Settings.property(name)).append('=').append(value));
    ClassArchive archive = ClassArchive.get();
    return String.format(
        """
        #!/bin/sh
        exec '%s/bin/java' -XX:SharedArchiveFile='%s' -Xshare:auto \\
          -Xlog:disable -Xlog:all=error:stderr \\
          -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m%s \\
          -cp '%s' dmswitch.sandbox.dm.%s.Main "$@"
        """,
        System.getProperty("java.home"), archive.file(), options, archive.classPath(), program);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
