package dmswitch.dmansible;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the output of ansible-playbook (2.5 to the newest, callback "default") says that it failed.
 *
 * @param task the task that failed; empty when it failed before the first
 * @param message its words, one line; not masked
 */
record RollOutput(String task, String message) {
  private static final Pattern TASK = Pattern.compile("^(?:TASK|RUNNING HANDLER) \\[(.*)\\] \\**$");
  private static final Pattern FAILED =
      Pattern.compile("^(?:fatal|failed): \\[.*(?:FAILED!|UNREACHABLE!|\\(item=).*=> (.*)$");
  private static final Pattern ERROR = Pattern.compile("^(?:ERROR! |\\[ERROR\\]: )(.*)$");

  /** The last failure that was not ignored, if any. */
  static Optional<RollOutput> failure(String output) {
    String task = "";
    Optional<RollOutput> failure = Optional.empty();
    String error = "";
    for (String line : output.lines().toList()) {
      Matcher begins = TASK.matcher(line);
      Matcher failed = FAILED.matcher(line);
      Matcher says = ERROR.matcher(line);
      if (begins.matches()) {
        task = begins.group(1);
      } else if (failed.matches()) {
        failure = Optional.of(new RollOutput(task, message(line)));
      } else if (line.strip().equals("...ignoring")) {
        failure = Optional.empty();
        error = "";
      } else if (says.matches()) {
        error = says.group(1);
      }
    }
    if (failure.isEmpty() && !error.isEmpty()) {
      failure = Optional.of(new RollOutput(task, AnsibleOutput.oneLine(error)));
    }
    return failure;
  }

  private static String message(String line) {
    return AnsibleOutput.oneLine(
        AnsibleOutput.message(line.replaceFirst("\\(item=.*?\\) =>", "FAILED! =>"))
            .orElse(line.replaceFirst("^.*? => ", "")));
  }
}
