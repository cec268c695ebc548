package dmswitch.sandbox.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The last lines of log files, for messages. */
final class LogEnds {
  private static final int LINES = 10;

  private LogEnds() {}

  /** The end of each log in {@code folder} that is not empty, under its path. */
  static String of(Path folder) {
    if (!Files.isDirectory(folder)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    try (Stream<Path> logs = Files.list(folder)) {
      for (Path log : logs.sorted().toList()) {
        // A log may hold what is no UTF-8.
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        if (!lines.isEmpty()) {
          List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
          text.append("\n--- ").append(log).append('\n').append(String.join("\n", last));
        }
      }
    } catch (IOException e) {
      text.append("\n(").append(folder).append(" could not be read: ").append(e).append(')');
    }
    return text.toString();
  }
}
