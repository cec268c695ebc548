package dmswitch.dmansible;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.JsonMappers;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the output of ansible's programs, in every format since 2.5.
 *
 * <p>Our own answers are embedded in it as {@code MARK:BASE64:}, which no callback, escaping or
 * adjacent warning can change.
 */
public final class AnsibleOutput {
  private static final String BASE64 = "([A-Za-z0-9+/=]*):";
  private static final Pattern ERROR =
      Pattern.compile("^(?:ERROR! |\\[ERROR\\]: )(.*)$", Pattern.MULTILINE | Pattern.UNIX_LINES);
  private static final Pattern UNREACHABLE = Pattern.compile("UNREACHABLE!");
  private static final Pattern RESULT =
      Pattern.compile("(?:FAILED!|UNREACHABLE!)[^\\n]*? => (\\{.*)", Pattern.DOTALL);
  private static final Pattern DETAIL =
      Pattern.compile("^<[^>\\n]*> .*\\n", Pattern.MULTILINE | Pattern.UNIX_LINES);
  // The format in which `ansible -m command` prints the result of a command.
  private static final Pattern FAILED_COMMAND =
      Pattern.compile("\\| FAILED \\| rc=\\S+ >>\\n(.*\\S.*)", Pattern.DOTALL);
  private static final Pattern NO_SUCH_HOST =
      Pattern.compile(
          "no hosts matched|does not match any hosts|Could not match supplied host pattern"
              + "|No hosts matched|must pass a single valid host");

  private AnsibleOutput() {}

  /** Returns every text under our own mark {@code name} in the output, in order. */
  static List<String> answers(String name, String output) {
    List<String> answers = new ArrayList<>();
    Matcher answer = Pattern.compile("\\b" + Pattern.quote(name) + ":" + BASE64).matcher(output);
    while (answer.find()) {
      byte[] text = Base64.getDecoder().decode(answer.group(1));
      answers.add(new String(text, StandardCharsets.UTF_8));
    }
    return answers;
  }

  /**
   * Returns the answer of {@link #answers} as JSON; empty unless there is exactly one. A repeated
   * answer (in stdout and in stdout_lines) counts once, and text that is not JSON does not count.
   */
  public static Optional<JsonNode> answer(String name, String output) {
    try {
      List<String> answers = answers(name, output).stream().distinct().toList();
      return answers.size() == 1 ? Optional.of(json(answers.get(0))) : Optional.empty();
    } catch (IllegalArgumentException torn) {
      return Optional.empty();
    }
  }

  static JsonNode json(String text) {
    try {
      return JsonMappers.strict().readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("an answer of our own is no JSON", e);
    }
  }

  /**
   * Returns the output of a call with -vvv, without the details that only -vvv adds to each step.
   */
  public static Program.Result withoutDetails(Program.Result result) {
    return new Program.Result(
        result.exitStatus(),
        DETAIL.matcher(result.stdout()).replaceAll(""),
        DETAIL.matcher(result.stderr()).replaceAll(""),
        result.timedOut());
  }

  /** Returns whether the host pattern matched nothing. */
  public static boolean saysNoSuchHost(Program.Result result) {
    return NO_SUCH_HOST.matcher(result.stdout()).find()
        || NO_SUCH_HOST.matcher(result.stderr()).find();
  }

  /** Returns whether ansible could not log in to the host. */
  public static boolean saysUnreachable(Program.Result result) {
    return UNREACHABLE.matcher(result.stdout()).find();
  }

  /** Returns whether ansible itself reports why there is no answer. */
  public static boolean saysWhy(Program.Result result) {
    return saysNoSuchHost(result)
        || saysUnreachable(result)
        || message(result.stdout()).isPresent()
        || ERROR.matcher(result.stderr()).find()
        || ERROR.matcher(result.stdout()).find();
  }

  /**
   * Returns how a call ended, as text for the operator: its first error in one line. It may quote a
   * value of the inventory, so the caller masks it if it may contain a secret.
   */
  public static String ending(Program.Result result) {
    if (result.timedOut()) {
      return "did not end in time";
    }
    return "ended with status " + result.exitStatus() + ": " + reason(result);
  }

  private static String reason(Program.Result result) {
    Optional<String> message = message(result.stdout());
    if (message.isPresent()) {
      return oneLine(message.get());
    }
    List<String> lines = new ArrayList<>();
    Matcher error = ERROR.matcher(result.stderr() + "\n" + result.stdout());
    while (error.find()) {
      lines.add(error.group(1));
    }
    if (lines.isEmpty()) {
      lines = (result.stderr() + "\n" + result.stdout()).lines().filter(l -> !l.isBlank()).toList();
      lines = lines.subList(Math.max(0, lines.size() - 3), lines.size());
    }
    return lines.isEmpty() ? "no output" : oneLine(String.join("; ", lines));
  }

  /**
   * Returns the {@code msg} of a failed result, with stderr if that says more; empty if there is
   * none.
   */
  public static Optional<String> message(String output) {
    Matcher command = FAILED_COMMAND.matcher(output);
    if (command.find()) {
      return Optional.of(command.group(1).strip());
    }
    Matcher result = RESULT.matcher(output);
    if (!result.find()) {
      return Optional.empty();
    }
    // Only the first JSON value, not what follows it (the next host, the recap).
    try {
      JsonNode node = JsonMappers.firstValue().readTree(result.group(1));
      String message = node.path("msg").asText("").strip();
      for (String name : List.of("module_stderr", "stderr")) {
        String more = node.path(name).asText("").strip();
        if (!more.isEmpty() && !message.contains(more)) {
          message = message + " (" + more + ")";
        }
      }
      return message.isEmpty() ? Optional.empty() : Optional.of(message);
    } catch (IOException e) {
      return Optional.of(result.group(1).lines().findFirst().orElse(""));
    }
  }

  /** Returns one line of at most 500 characters. */
  public static String oneLine(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() > 500 ? line.substring(0, 500) + "..." : line;
  }
}
