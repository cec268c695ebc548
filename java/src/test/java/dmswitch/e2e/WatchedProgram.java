package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * A program behind a script that can hold a call back, by its command, so that a test acts at a
 * chosen moment of a run.
 */
abstract class WatchedProgram {
  /** Behind a proxy without a server, real DM takes 20 s for each query-status. */
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final Path folder;

  /**
   * @param folder an existing one, where the script sees what is held
   */
  WatchedProgram(Path folder) {
    this.folder = folder;
  }

  final Path folder() {
    return folder;
  }

  /**
   * Writes the script.
   *
   * @param before lines that make the command its first argument
   * @param after lines that do what is asked for
   */
  final void write(Path program, String before, String after) throws IOException {
    Files.writeString(
        program,
        """
        #!/bin/sh
        %1$s
        while [ -e '%2$s/hold-'"$1" ]; do
          echo $$ >'%2$s/reached-'"$1"
          sleep 0.1
        done
        %3$s
        """
            .formatted(before.strip(), folder, after.strip()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The next calls of this command wait until {@link #release}. */
  final void hold(String command) {
    try {
      Files.deleteIfExists(reached(command));
      Files.createFile(held(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a call is held back; fails when {@code run} ends before. */
  final void awaitHeld(String command, SwitchRun.Running run) {
    Await.until(
        "the call of " + command,
        LIMIT,
        () -> Files.exists(reached(command)) || !run.process().isAlive(),
        run::output);
    assertFalse(
        !run.process().isAlive() && !Files.exists(reached(command)),
        () -> "the run ended without a call of " + command + ":\n" + run.output());
  }

  /** What is held back continues, and later calls pass. */
  final void release(String command) {
    try {
      Files.deleteIfExists(held(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path held(String command) {
    return folder.resolve("hold-" + command);
  }

  private Path reached(String command) {
    return folder.resolve("reached-" + command);
  }
}
