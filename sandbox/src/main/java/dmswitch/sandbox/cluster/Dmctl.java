package dmswitch.sandbox.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster's dmctl.
 *
 * @param program the program
 * @param masterAddress HOST:PORT of dm-master
 */
public record Dmctl(Path program, String masterAddress) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Runs one command in a scratch folder, for dmctl writes a log; answers what it printed. */
  public String run(String... words) {
    List<String> command =
        new ArrayList<>(List.of(program.toString(), "--master-addr", masterAddress));
    command.addAll(List.of(words));
    try {
      Path scratch = Files.createTempDirectory("dmctl");
      try {
        return Commands.run(new ProcessBuilder(command).directory(scratch.toFile()), LIMIT)
            .output();
      } finally {
        Commands.must("rm", "-rf", scratch.toString());
      }
    } catch (IOException e) {
      throw new SandboxException("no scratch folder for dmctl: " + e.getMessage(), e);
    }
  }

  /** {@code query-status -w}: the part of one worker; missing when dmctl did not print it. */
  public JsonNode status(Worker worker) {
    return json(run("query-status", "-w", worker.address())).path("workers").path(0);
  }

  /** {@code "Running"} and so on; empty when it cannot be told. */
  public String relayStage(Worker worker) {
    return status(worker).path("relayStatus").path("stage").asText();
  }

  /** The stage of a task on a worker; empty when it is not known there. */
  public String taskStage(Worker worker, String task) {
    return subtask(worker, task).path("stage").asText();
  }

  /** {@code syncerBinlog} of a task on a worker: its checkpoint; empty when it is not known. */
  public String checkpoint(Worker worker, String task) {
    return subtask(worker, task).path("sync").path("syncerBinlog").asText();
  }

  private JsonNode subtask(Worker worker, String task) {
    for (JsonNode subtask : status(worker).path("subTaskStatus")) {
      if (subtask.path("name").asText().equals(task)) {
        return subtask;
      }
    }
    return MissingNode.getInstance();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      // dmctl reports some errors as plain text.
      return MissingNode.getInstance();
    }
  }
}
