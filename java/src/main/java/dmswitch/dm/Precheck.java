package dmswitch.dm;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The failed pre-check of start-task and check-task. dmctl prints it as JSON that is none: the
 * message, itself JSON behind {@code detail: }, stands unescaped in the answer's {@code msg}.
 */
final class Precheck {
  private static final String HEADER = "fail to check synchronization configuration with type";
  private static final String DETAIL = "detail: {";
  private static final JsonMapper LENIENT =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

  private Precheck() {}

  /** The failed checks, a line each; empty when {@code stdout} is not about a failed pre-check. */
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
    try (JsonParser parser = LENIENT.createParser(detail)) {
      // Reads the first value only; the stack trace follows.
      JsonNode root = LENIENT.readTree(parser);
      return root.path("results");
    } catch (IOException e) {
      return LENIENT.missingNode();
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
