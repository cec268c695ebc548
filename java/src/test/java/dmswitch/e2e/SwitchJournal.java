package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.sandbox.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The journal of a switch.
 *
 * @param lines of steps.jsonl
 */
record SwitchJournal(List<JsonNode> lines) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a run that succeeded. */
  static SwitchJournal of(RunEnded run) {
    return in(Path.of(run.summary().path("journal").asText()));
  }

  /** Of the switch of the cluster's first worker that is in progress. */
  static SwitchJournal open(Cluster cluster) {
    return in(openIn(cluster));
  }

  private static SwitchJournal in(Path folder) {
    List<JsonNode> lines = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(folder.resolve("steps.jsonl"))) {
        lines.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SwitchJournal(List.copyOf(lines));
  }

  private static Path folder(Cluster cluster) {
    return cluster.dmAnsible().resolve(".dm-switch").resolve(cluster.worker().alias());
  }

  /** Where the switch in progress is. */
  private static Path openIn(Cluster cluster) {
    return folder(cluster).resolve("open");
  }

  /** Fails when a switch is open, or has an owner. */
  static void requireClosed(Cluster cluster) {
    for (String file : List.of("open", "owner.json")) {
      assertFalse(Files.exists(folder(cluster).resolve(file)), file);
    }
  }

  /** When a run last became the owner: at the beginning and at the end of each of its steps. */
  static FileTime owned(Cluster cluster) {
    try {
      return Files.getLastModifiedTime(folder(cluster).resolve("owner.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every file of an open switch, with its text. */
  static Map<String, String> files(Cluster cluster) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(openIn(cluster))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(openIn(cluster).relativize(file).toString(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** Whether the step was done. */
  boolean isDone(String step) {
    return lines.stream()
        .anyMatch(
            line ->
                line.path("step").asText().equals(step)
                    && line.path("event").asText().equals("done"));
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
