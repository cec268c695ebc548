package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Cleans up behind a JVM, however it ends, {@code kill -9} included: a shell that waits on a pipe
 * which only this JVM holds, and then runs what was registered.
 */
public final class Reaper {
  private static final AtomicLong NUMBER = new AtomicLong();
  // sh reads a script while it runs: given with -c it cannot be pulled away under it.
  private static final String SCRIPT =
      "trap '' INT HUP TERM; cat >/dev/null;"
          + " for f in $(ls -r \"$0\"); do sh \"$0/$f\"; done; rm -rf \"$0\"";

  private static Path folder;
  // Kept, for its pipe would be closed if it were collected as garbage.
  private static Process shell;

  private Reaper() {}

  /**
   * Something to be done when this JVM ends; closing it takes it off the list.
   *
   * @param file where the shell finds it
   */
  public record Registration(Path file) implements AutoCloseable {
    @Override
    public void close() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new SandboxException("cannot remove " + file + ": " + e.getMessage(), e);
      }
    }
  }

  /** Registers shell commands; what was registered last runs first. */
  public static synchronized Registration atEnd(String commands) {
    try {
      if (shell == null) {
        start();
      } else if (!shell.isAlive()) {
        throw new SandboxException("the shell that cleans up behind this JVM was killed");
      }
      Path file = folder.resolve(String.format("%08d", NUMBER.incrementAndGet()));
      Files.writeString(file, commands + "\n");
      return new Registration(file);
    } catch (IOException e) {
      throw new SandboxException("cannot watch over the sandbox: " + e.getMessage(), e);
    }
  }

  /** Registers the hard end of a process. */
  public static Registration killAtEnd(RecordedProcess process) {
    return atEnd(
        "[ \"$(sed 's/.*) //' /proc/"
            + process.pid()
            + "/stat 2>/dev/null | cut -d' ' -f20)\" = "
            + process.startTicks()
            + " ] && kill -9 "
            + process.pid());
  }

  private static void start() throws IOException {
    Path made = Files.createTempDirectory("dm-switch-reaper");
    shell =
        new ProcessBuilder("setsid", "sh", "-c", SCRIPT, made.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    folder = made;
  }
}
