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
    for (JsonNode subtask : DmctlJson.list(worker, "subTaskStatus")) {
      subtasks.add(subtask(subtask));
    }
    return new WorkerStatus(
        DmctlJson.text(worker, "worker"),
        DmctlJson.text(worker, "sourceID"),
        relay(relay),
        subtasks);
  }

  private static RelayStatus relay(JsonNode relay) throws NotUnderstood {
    JsonNode result = relay.path("result");
    return new RelayStatus(
        position(relay, "masterBinlog"),
        DmctlJson.text(relay, "masterBinlogGtid"),
        RelaySubDir.parse(DmctlJson.text(relay, "relaySubDir")),
        position(relay, "relayBinlog"),
        DmctlJson.text(relay, "relayBinlogGtid"),
        DmctlJson.bool(relay, "relayCatchUpMaster"),
        stage(relay),
        canceled(result),
        errors(result));
  }

  private static SubtaskStatus subtask(JsonNode subtask) throws NotUnderstood {
    JsonNode result = subtask.path("result");
    JsonNode sync = subtask.path("sync");
    return new SubtaskStatus(
        DmctlJson.text(subtask, "name"),
        stage(subtask),
        unit(subtask),
        canceled(result),
        errors(result),
        DmctlJson.text(subtask, "unresolvedDDLLockID"),
        sync.isObject() ? Optional.of(sync(sync)) : Optional.empty());
  }

  private static SyncStatus sync(JsonNode sync) throws NotUnderstood {
    List<String> groups = new ArrayList<>();
    for (JsonNode group : DmctlJson.list(sync, "unresolvedGroups")) {
      groups.add(DmctlJson.text(group, "target"));
    }
    return new SyncStatus(
        DmctlJson.number(sync, "totalEvents"),
        position(sync, "syncerBinlog"),
        DmctlJson.texts(sync, "blockingDDLs"),
        groups,
        DmctlJson.bool(sync, "synced"));
  }

  static Stage stage(JsonNode node) throws NotUnderstood {
    String word = DmctlJson.text(node, "stage");
    return Stage.of(word).orElseThrow(() -> new NotUnderstood("stage is " + word));
  }

  static Unit unit(JsonNode node) throws NotUnderstood {
    String word = DmctlJson.text(node, "unit");
    return Unit.of(word).orElseThrow(() -> new NotUnderstood("unit is " + word));
  }

  private static BinlogPosition position(JsonNode node, String field) throws NotUnderstood {
    String text = DmctlJson.text(node, field);
    return BinlogPosition.parse(text)
        .orElseThrow(() -> new NotUnderstood(field + " is " + Messages.oneLine(text)));
  }

  // result is null while nothing is wrong.
  private static boolean canceled(JsonNode result) throws NotUnderstood {
    return result.isObject() && DmctlJson.bool(result, "isCanceled");
  }

  private static List<DmError> errors(JsonNode result) throws NotUnderstood {
    List<DmError> errors = new ArrayList<>();
    if (result.isObject()) {
      for (JsonNode error : DmctlJson.list(result, "errors")) {
        errors.add(error(error));
      }
    }
    return errors;
  }

  private static DmError error(JsonNode node) throws NotUnderstood {
    JsonNode error = node.path("error");
    if (!error.isObject()) {
      return new DmError(0, Messages.firstLine(DmctlJson.text(node, "msg")), "");
    }
    return new DmError(
        error.path("ErrCode").asInt(),
        Messages.oneLine(DmctlJson.text(error, "Message")),
        Messages.oneLine(DmctlJson.text(error, "RawCause")));
  }
}
