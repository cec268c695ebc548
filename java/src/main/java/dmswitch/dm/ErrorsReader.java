package dmswitch.dm;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dm.WorkerErrors.SubtaskErrors;
import java.util.ArrayList;
import java.util.List;

/** Reads a worker of query-error. */
final class ErrorsReader {
  private static final List<String> UNITS = List.of("check", "dump", "load");

  private ErrorsReader() {}

  static WorkerErrors read(JsonNode worker) throws NotUnderstood {
    List<SubtaskErrors> subtasks = new ArrayList<>();
    for (JsonNode subtask : DmctlJson.list(worker, "subTaskError")) {
      subtasks.add(
          new SubtaskErrors(
              DmctlJson.text(subtask, "name"),
              StatusReader.stage(subtask),
              StatusReader.unit(subtask),
              errors(subtask)));
    }
    return new WorkerErrors(
        DmctlJson.text(worker, "worker"), message(worker.path("RelayError")), subtasks);
  }

  // One of: msg, or the message of the unit it is at, or for Sync a list.
  private static List<String> errors(JsonNode subtask) throws NotUnderstood {
    List<String> errors = new ArrayList<>(message(subtask));
    for (String unit : UNITS) {
      errors.addAll(message(subtask.path(unit)));
    }
    for (JsonNode error : subtask.path("sync").path("errors")) {
      errors.add(Messages.firstLine(DmctlJson.text(error, "msg")));
    }
    return errors;
  }

  private static List<String> message(JsonNode node) {
    String message = Messages.firstLine(node.path("msg").asText(""));
    return message.isEmpty() ? List.of() : List.of(message);
  }
}
