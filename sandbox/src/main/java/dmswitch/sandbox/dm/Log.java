package dmswitch.sandbox.dm;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The log of a program of the stand-in, one line a message, in the form of DM's. */
public final class Log {
  private static PrintStream out = System.err;

  private Log() {}

  /** Writes to {@code file} from now on; an empty name leaves it at stderr. */
  public static synchronized void to(String file) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    Path path = Path.of(file).toAbsolutePath();
    Files.createDirectories(path.getParent());
    OutputStream stream =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    out = new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a library of its own.
  public static void info(String message, Object... arguments) {
    write("INFO", String.format(message, arguments));
  }

  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a library of its own.
  public static void warn(String message, Object... arguments) {
    write("WARN", String.format(message, arguments));
  }

  private static synchronized void write(String level, String text) {
    out.println(
        "["
            + OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS)
            + "] ["
            + level
            + "] "
            + text);
  }
}
