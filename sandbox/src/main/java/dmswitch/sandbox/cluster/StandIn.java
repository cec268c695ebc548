package dmswitch.sandbox.cluster;

import dmswitch.sandbox.Resources;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The stand-in: scripts that start its classes. */
record StandIn(Map<String, String> settings) implements DmPrograms {
  @Override
  public void install(Path bin) {
    script(bin.resolve("dm-master"), "dmswitch.sandbox.dm.master.Main");
    script(bin.resolve("dm-worker"), "dmswitch.sandbox.dm.worker.Main");
    Resources.copyProgram("dm/dmctl", bin.resolve("dmctl"));
    Mydumper.install(bin);
  }

  @Override
  public String describe() {
    return "the sandbox's stand-in for DM 1.0.7";
  }

  private void script(Path file, String mainClass) {
    String properties =
        settings.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> "  -D" + e.getKey() + "=" + e.getValue() + " \\\n")
            .collect(Collectors.joining());
    Scripts.write(
        file,
        "#!/bin/bash\nexec '"
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + "' -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\\n"
            + properties
            + "  -cp '"
            + classPath()
            + "' \\\n  "
            + mainClass
            + " \"$@\"\n");
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
