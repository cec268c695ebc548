package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.RecordedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a server's data lie. In memory, with a link to it, where there is room and the server ends
 * with this JVM; such a folder carries the JVM's process in its name, and whatever a JVM and its
 * {@link Reaper} have left behind is removed when the next one makes its first.
 */
final class DataFolder {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "dm-switch-mysql-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d+)-(\\d+)-.*");

  /** What has to be free in memory: other servers grow too. */
  private static final long ROOM = 2L << 30;

  private static Reaper.Registration cleanUp;

  private DataFolder() {}

  /** Makes the folder {@code path}, or a link of that name. */
  static void make(Path path, MySqlInstance.Life life) throws IOException {
    if (life == MySqlInstance.Life.WITH_JVM && hasRoom()) {
      Files.createSymbolicLink(path, Files.createTempDirectory(MEMORY, ownPrefix()));
    } else {
      Files.createDirectories(path);
    }
  }

  /** Removes what {@link #make} made, in memory too. */
  static void remove(Path path) {
    try {
      if (Files.isSymbolicLink(path)) {
        Commands.must("rm", "-rf", Files.readSymbolicLink(path).toString());
      }
      Commands.must("rm", "-rf", path.toString());
    } catch (IOException e) {
      throw new SandboxException("cannot remove " + path + ": " + e.getMessage(), e);
    }
  }

  static boolean hasRoom() {
    try {
      return Files.isWritable(MEMORY)
          && Files.getFileStore(MEMORY).getUsableSpace() > ROOM
          && available() > ROOM;
    } catch (IOException e) {
      return false;
    }
  }

  /** Memory that the kernel could give to a program, in bytes. */
  private static long available() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }

  /** The names of this JVM's folders begin so. */
  private static synchronized String ownPrefix() throws IOException {
    RecordedProcess jvm = RecordedProcess.of(ProcessHandle.current().pid());
    String own = PREFIX + jvm.pid() + "-" + jvm.startTicks() + "-";
    if (cleanUp == null) {
      removeLeftBehind(MEMORY);
      cleanUp = Reaper.atEnd("rm -rf " + MEMORY.resolve(own) + "*");
    }
    return own;
  }

  /** Removes the folders of processes that have ended. */
  static void removeLeftBehind(Path memory) throws IOException {
    try (Stream<Path> all = Files.list(memory)) {
      for (Path folder : all.filter(f -> owner(f).filter(p -> !p.isAlive()).isPresent()).toList()) {
        Commands.must("rm", "-rf", folder.toString());
      }
    }
  }

  private static Optional<RecordedProcess> owner(Path folder) {
    Matcher name = NAME.matcher(folder.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new RecordedProcess(Long.parseLong(name.group(1)), Long.parseLong(name.group(2))))
        : Optional.empty();
  }
}
