package dmswitch.dm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a worker of query-status. */
final class StatusReader {
  private StatusReader() {}

  static WorkerStatus read(JsonNode worker) throws NotUnderstood {
    JsonNode relay = worker.path("relayStatus");
    if (!relay.isObject()) {
      throw new NotUnderstood("relayStatus is missing");
    }
    List<SubtaskStatus> subtasks = new ArrayList<>();
    for (JsonNode subtask : Json.list(worker, "subTaskStatus")) {
      subtasks.add(subtask(subtask));
    }
    return new WorkerStatus(
        Json.text(worker, "worker"), Json.text(worker, "sourceID"), relay(relay), subtasks);
  }

  private static RelayStatus relay(JsonNode relay) throws NotUnderstood {
    JsonNode result = relay.path("result");
    return new RelayStatus(
        position(relay, "masterBinlog"),
        Json.text(relay, "masterBinlogGtid"),
        RelaySubDir.parse(Json.text(relay, "relaySubDir")),
        position(relay, "relayBinlog"),
        Json.text(relay, "relayBinlogGtid"),
        Json.bool(relay, "relayCatchUpMaster"),
        stage(relay),
        canceled(result),
        errors(result));
  }

  private static SubtaskStatus subtask(JsonNode subtask) throws NotUnderstood {
    JsonNode result = subtask.path("result");
    JsonNode sync = subtask.path("sync");
    return new SubtaskStatus(
        Json.text(subtask, "name"),
        stage(subtask),
        unit(subtask),
        canceled(result),
        errors(result),
        Json.text(subtask, "unresolvedDDLLockID"),
        sync.isObject() ? Optional.of(sync(sync)) : Optional.empty());
  }

  private static SyncStatus sync(JsonNode sync) throws NotUnderstood {
    List<String> groups = new ArrayList<>();
    for (JsonNode group : Json.list(sync, "unresolvedGroups")) {
      groups.add(Json.text(group, "target"));
    }
    return new SyncStatus(
        Json.number(sync, "totalEvents"),
        position(sync, "syncerBinlog"),
        Json.texts(sync, "blockingDDLs"),
        groups,
        Json.bool(sync, "synced"));
  }

  static Stage stage(JsonNode node) throws NotUnderstood {
    String word = Json.text(node, "stage");
    return Stage.of(word).orElseThrow(() -> new NotUnderstood("stage is " + word));
  }

  static Unit unit(JsonNode node) throws NotUnderstood {
    String word = Json.text(node, "unit");
    return Unit.of(word).orElseThrow(() -> new NotUnderstood("unit is " + word));
  }

  private static BinlogPosition position(JsonNode node, String field) throws NotUnderstood {
    String text = Json.text(node, field);
    return BinlogPosition.parse(text)
        .orElseThrow(() -> new NotUnderstood(field + " is " + Messages.oneLine(text)));
  }

  // result is null while nothing is wrong.
  private static boolean canceled(JsonNode result) throws NotUnderstood {
    return result.isObject() && Json.bool(result, "isCanceled");
  }

  private static List<DmError> errors(JsonNode result) throws NotUnderstood {
    List<DmError> errors = new ArrayList<>();
    if (result.isObject()) {
      for (JsonNode error : Json.list(result, "errors")) {
        errors.add(error(error));
      }
    }
    return errors;
  }

  private static DmError error(JsonNode node) throws NotUnderstood {
    JsonNode error = node.path("error");
    if (!error.isObject()) {
      return new DmError(0, Messages.firstLine(Json.text(node, "msg")), "");
    }
    return new DmError(
        error.path("ErrCode").asInt(),
        Messages.oneLine(Json.text(error, "Message")),
        Messages.oneLine(Json.text(error, "RawCause")));
  }
}
