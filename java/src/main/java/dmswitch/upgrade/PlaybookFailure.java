package dmswitch.upgrade;

import dmswitch.dmansible.AnsibleOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A failure in the output of ansible-playbook (2.5 and later, callback "default").
 *
 * @param task the task that failed; empty if it failed before the first one
 * @param message its message in one line; not masked
 */
record PlaybookFailure(String task, String message) {
  private static final Pattern TASK = Pattern.compile("^(?:TASK|RUNNING HANDLER) \\[(.*)\\] \\**$");
  private static final Pattern FAILED =
      Pattern.compile("^(?:fatal|failed): \\[.*(?:FAILED!|UNREACHABLE!|\\(item=).*=> (.*)$");
  private static final Pattern ERROR = Pattern.compile("^(?:ERROR! |\\[ERROR\\]: )(.*)$");

  /** Returns the last failure that was not ignored, if any. */
  static Optional<PlaybookFailure> failure(String output) {
    String task = "";
    Optional<PlaybookFailure> failure = Optional.empty();
    String error = "";
    List<String> lines = output.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher begins = TASK.matcher(line);
      Matcher failed = FAILED.matcher(line);
      Matcher says = ERROR.matcher(line);
      if (begins.matches()) {
        task = begins.group(1);
      } else if (failed.matches()) {
        failure = Optional.of(new PlaybookFailure(task, message(lines.subList(i, lines.size()))));
      } else if (line.startsWith("PLAY RECAP") && succeeded(lines.subList(i + 1, lines.size()))) {
        // A rescued failure does not count, and the next playbook starts over.
        task = "";
        failure = Optional.empty();
        error = "";
      } else if (line.strip().equals("...ignoring")) {
        failure = Optional.empty();
        error = "";
      } else if (says.matches()) {
        error = says.group(1);
      }
    }
    if (failure.isEmpty() && !error.isEmpty()) {
      failure = Optional.of(new PlaybookFailure(task, AnsibleOutput.oneLine(error)));
    }
    return failure;
  }

  /** Returns whether the hosts in the lines of a recap have no failure. */
  private static boolean succeeded(List<String> lines) {
    List<String> hosts =
        lines.stream()
            .takeWhile(line -> !line.isBlank())
            .filter(line -> line.contains("ok="))
            .toList();
    return !hosts.isEmpty()
        && hosts.stream()
            .allMatch(line -> line.contains("unreachable=0") && line.contains("failed=0"));
  }

  /** Returns the message of the first line. With -vvv, its JSON continues on the next lines. */
  private static String message(List<String> lines) {
    String line = lines.get(0);
    List<String> whole = new ArrayList<>(lines);
    whole.set(0, line.replaceFirst("\\(item=.*?\\) =>", "FAILED! =>"));
    return AnsibleOutput.oneLine(
        AnsibleOutput.message(String.join("\n", whole)).orElse(line.replaceFirst("^.*? => ", "")));
  }
}
