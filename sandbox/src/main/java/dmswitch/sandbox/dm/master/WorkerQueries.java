package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** query-status and query-error, and what dm-master learns of tasks by the former. */
final class WorkerQueries {
  private static final String STATUS =
      "dm/master.(*Server).getStatusFromWorkers.func2 dm/master/server.go:1135";
  private static final String ERROR =
      "dm/master.(*Server).getErrorFromWorkers.func2 dm/master/server.go:1187";

  private final Workers workers;
  private final TaskWorkers taskWorkers;

  WorkerQueries(Workers workers, TaskWorkers taskWorkers) {
    this.workers = workers;
    this.taskWorkers = taskWorkers;
  }

  /** Asks all workers which tasks they run. */
  void refreshTasks() {
    Map<String, Set<String>> found = new TreeMap<>();
    for (ObjectNode status : workers.ask(workers.addresses(), worker -> status(worker, ""))) {
      for (JsonNode task : status.get("subTaskStatus")) {
        if (!task.get("stage").asText().equals("InvalidStage")) {
          found
              .computeIfAbsent(task.get("name").asText(), name -> new TreeSet<>())
              .add(status.get("worker").asText());
        }
      }
    }
    taskWorkers.refresh(found);
  }

  ObjectNode status(List<String> wanted, String task) {
    return query(wanted, task, this::status);
  }

  ObjectNode error(List<String> wanted, String task) {
    return query(wanted, task, this::error);
  }

  private ObjectNode query(
      List<String> wanted, String task, BiFunction<String, String, ObjectNode> question) {
    List<String> unknown = wanted.stream().filter(worker -> !workers.knows(worker)).toList();
    if (!unknown.isEmpty()) {
      return Workers.answer(
          false, String.join(", ", unknown) + " relevant worker-client not found", List.of());
    }
    Collection<String> chosen = wanted;
    if (wanted.isEmpty()) {
      chosen = task.isEmpty() ? workers.addresses() : taskWorkers.of(task);
    }
    if (chosen.isEmpty() && !task.isEmpty()) {
      return Workers.answer(false, TaskWorkers.none(task), List.of());
    }
    return Workers.answer(
        true, "", workers.ask(new TreeSet<>(chosen), worker -> question.apply(worker, task)));
  }

  private ObjectNode status(String worker, String task) {
    try {
      return workers
          .call(worker, Workers.request("QueryStatus").put("name", task), STATUS)
          .put("worker", worker);
    } catch (DmError e) {
      ObjectNode answer = Workers.failed(worker, e);
      answer.putArray("subTaskStatus");
      answer.putNull("relayStatus");
      answer.put("sourceID", "");
      return answer;
    }
  }

  private ObjectNode error(String worker, String task) {
    try {
      return workers
          .call(worker, Workers.request("QueryError").put("name", task), ERROR)
          .put("worker", worker);
    } catch (DmError e) {
      ObjectNode answer = Workers.failed(worker, e);
      answer.putArray("subTaskError");
      answer.putNull("RelayError");
      return answer;
    }
  }
}
