package dmswitch.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal of a switch that came to its end.
 *
 * @param lines of steps.jsonl
 */
record SwitchJournal(List<JsonNode> lines) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a run that succeeded. */
  static SwitchJournal of(RunEnded run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line :
        Files.readAllLines(
            Path.of(run.summary().path("journal").asText()).resolve("steps.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return new SwitchJournal(List.copyOf(lines));
  }

  /** When the step was first begun. */
  Instant intent(String step) {
    return lines.stream()
        .filter(line -> line.path("step").asText().equals(step))
        .filter(line -> line.path("event").asText().equals("intent"))
        .map(line -> Instant.parse(line.path("time").asText()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no intent of " + step + " in " + lines));
  }
}
