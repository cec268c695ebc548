package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process that can be found again by another JVM: its id and, since ids are used again, its start
 * in clock ticks after boot (field 22 of {@code /proc/PID/stat}).
 */
public record RecordedProcess(long pid, long startTicks) {

  /** Records a process that runs now. */
  public static RecordedProcess of(long pid) {
    return new RecordedProcess(
        pid,
        stat(pid)
            .map(Stat::startTicks)
            .orElseThrow(() -> new SandboxException("process " + pid + " has ended")));
  }

  /** Reads what {@link #write} wrote; empty when there is no such file or it is not one of ours. */
  public static Optional<RecordedProcess> read(Path file) {
    try {
      String[] words = Files.readString(file).strip().split(" ", -1);
      if (words.length != 2) {
        return Optional.empty();
      }
      return Optional.of(new RecordedProcess(Long.parseLong(words[0]), Long.parseLong(words[1])));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Writes it as one line, {@code PID TICKS}. */
  public void write(Path file) {
    try {
      Files.writeString(file, pid + " " + startTicks + "\n");
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Whether that same process runs; one that has ended and waits for its parent does not. */
  public boolean isAlive() {
    return stat(pid)
        .filter(s -> s.startTicks() == startTicks && (s.state() != 'Z' || hasThreads()))
        .isPresent();
  }

  /**
   * Whether threads are left beside the main one; they keep ports and files open until they end.
   */
  private boolean hasThreads() {
    String[] threads = Path.of("/proc", Long.toString(pid), "task").toFile().list();
    return threads != null && threads.length > 1;
  }

  /** Sends a signal, {@code TERM}, {@code KILL}, {@code STOP}, {@code CONT}, if it runs. */
  public void signal(String signal) {
    if (isAlive()) {
      // It may end between the look and the signal: then kill fails, and all is well.
      Commands.run(List.of("kill", "-" + signal, Long.toString(pid)));
    }
  }

  private record Stat(char state, long startTicks) {}

  private static Optional<Stat> stat(long pid) {
    String line;
    try {
      line =
          new String(
              Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat")),
              StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    // The second field, the name, stands in parentheses and may hold blanks and parentheses.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[19])));
  }
}
