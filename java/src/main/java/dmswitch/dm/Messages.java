package dmswitch.dm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What DM says, made readable: without Go stack traces and without content of files. */
final class Messages {
  // May carry a password: what yaml.v2 says, with pieces of the task file in it; dm-master's
  // getWorkerConfigs, with a worker's whole database configuration; a password that does not open.
  private static final Pattern YAML_CONTENT = Pattern.compile("`[^`]*`|'[^']*'");
  private static final Pattern WORKER_CONFIG = Pattern.compile("(unmarshal worker \\S+ config).*");
  private static final Pattern PASSWORD = Pattern.compile("(decrypt (?:DB )?password).*");
  private static final String YAML_CODE = "[code=20003:";
  private static final int LONGEST_TEXT = 500;

  private Messages() {}

  /** First line of a message that a stack trace may follow. */
  static String firstLine(String message) {
    String line = message.strip().lines().findFirst().orElse("");
    if (line.contains(YAML_CODE)) {
      line = YAML_CONTENT.matcher(line).replaceAll("...");
    }
    line = PASSWORD.matcher(line).replaceAll("$1");
    return WORKER_CONFIG.matcher(line).replaceAll("$1");
  }

  /** Returns a message without a stack trace in one line. */
  static String oneLine(String message) {
    return String.join(" ", message.strip().split("\\s+"));
  }

  /** Text that dmctl printed in place of JSON, up to its stack trace, in one line. */
  static String text(String stdout) {
    List<String> lines = stdout.lines().toList();
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      // A frame of a Go stack trace is a line with the function and one, indented, with the file.
      if (i + 1 < lines.size() && lines.get(i + 1).startsWith("\t/")) {
        break;
      }
      kept.add(lines.get(i));
    }
    String text = oneLine(String.join(" ", kept));
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }
}
