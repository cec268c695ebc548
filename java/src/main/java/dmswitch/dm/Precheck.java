package dmswitch.dm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dmswitch.json.JsonMappers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the failed pre-check of start-task and check-task. dmctl prints it as invalid JSON: the
 * message, itself JSON after {@code detail: }, is unescaped in the answer's {@code msg}.
 */
final class Precheck {
  private static final String HEADER = "fail to check synchronization configuration with type";
  private static final String DETAIL = "detail: {";

  private Precheck() {}

  /**
   * Returns the failed checks, a line each; empty when {@code stdout} is not about a failed
   * pre-check.
   */
  static Optional<List<String>> failures(String stdout) {
    int header = stdout.indexOf(HEADER);
    if (header < 0) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>();
    int detail = stdout.indexOf(DETAIL, header);
    if (detail >= 0) {
      for (JsonNode check : results(stdout.substring(detail + DETAIL.length() - 1))) {
        if (!check.path("state").asText().equals("warn")) {
          lines.add(line(check));
        }
      }
    }
    if (lines.isEmpty()) {
      lines.add("DM's pre-check failed: " + Messages.text(stdout.substring(header)));
    }
    return Optional.of(List.copyOf(lines));
  }

  private static JsonNode results(String detail) {
    try {
      return JsonMappers.firstValueUnescaped().readTree(detail).path("results");
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static String line(JsonNode check) {
    String line =
        check.path("name").asText("a check") + ": " + check.path("errorMsg").asText("failed");
    String extra = check.path("extra").asText("");
    String instruction = check.path("instruction").asText("");
    return Messages.oneLine(
        line
            + (extra.isEmpty() ? "" : " (" + extra + ")")
            + (instruction.isEmpty() ? "" : "; DM advises: " + instruction));
  }
}
