package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.task.SubTaskConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** check-task, start-task, and what else is done to a task. */
final class TaskOperations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NOT_FOUND =
      " not found, please execute `query-status` to check status";

  private final Map<String, String> bySource;
  private final Workers workers;
  private final TaskWorkers taskWorkers;

  /**
   * @param bySource the worker of each source
   */
  TaskOperations(Map<String, String> bySource, Workers workers, TaskWorkers taskWorkers) {
    this.bySource = bySource;
    this.workers = workers;
    this.taskWorkers = taskWorkers;
  }

  ObjectNode check(String text) {
    ObjectNode answer = JSON.objectNode();
    try {
      parts(text, false);
      answer.put("result", true);
      answer.put("msg", "check pass!!!");
    } catch (DmError e) {
      answer.put("result", false);
      answer.put("msg", e.errorStack());
    }
    return answer;
  }

  ObjectNode start(String text, List<String> wanted) {
    Map<String, SubTaskConfig> byWorker = new TreeMap<>();
    try {
      for (SubTaskConfig part : parts(text, true)) {
        byWorker.put(bySource.get(part.sourceId()), part);
      }
    } catch (DmError e) {
      return Workers.answer(false, e.errorStack(), List.of());
    }
    String name = byWorker.values().iterator().next().name();
    TreeSet<String> chosen = new TreeSet<>(wanted.isEmpty() ? byWorker.keySet() : wanted);
    List<ObjectNode> entries =
        workers.ask(chosen, worker -> start(worker, name, byWorker.get(worker)));
    chosen.retainAll(byWorker.keySet());
    taskWorkers.started(name, chosen, !wanted.isEmpty());
    return Workers.answer(true, "", entries);
  }

  private ObjectNode start(String worker, String task, SubTaskConfig part) {
    if (part == null) {
      return Workers.entry(worker, false, "worker not found in task's config or deployment config");
    }
    ObjectNode request = Workers.request("StartSubTask").put("name", task);
    request.set("config", part.json());
    String message = operate(worker, task, request, true);
    return Workers.entry(worker, message.isEmpty(), message);
  }

  ObjectNode operate(String op, String task, List<String> wanted) {
    List<String> known = taskWorkers.of(task);
    if (known.isEmpty()) {
      return Workers.answer(op, false, TaskWorkers.none(task), List.of());
    }
    List<ObjectNode> entries =
        workers.ask(wanted.isEmpty() ? known : wanted, worker -> operateSubTask(op, task, worker));
    if (op.equals("Stop")) {
      taskWorkers.stopped(
          task,
          entries.stream()
              .map(entry -> entry.get("meta"))
              .filter(meta -> meta.get("msg").asText().isEmpty())
              .map(meta -> meta.get("worker").asText())
              .toList());
    }
    return Workers.answer(op, true, "", entries);
  }

  private ObjectNode operateSubTask(String op, String task, String worker) {
    ObjectNode request =
        Workers.request("OperateSubTask").put("op", op).put("name", task).put("logID", 0);
    String message =
        workers.knows(worker)
            ? operate(worker, task, request, false)
            : Workers.unknown(worker).error();
    ObjectNode entry = JSON.objectNode();
    entry.set("meta", Workers.entry(worker, message.isEmpty(), message));
    entry.put("op", op);
    entry.put("logID", request.get("logID").asText());
    return entry;
  }

  /** The task's parts, checked. */
  private List<SubTaskConfig> parts(String text, boolean start) {
    TaskFile file;
    try {
      file = TaskFile.parse(text);
    } catch (DmError e) {
      throw e.withStack(Stacks.taskFile(start));
    }
    TreeMap<String, ObjectNode> addresses = new TreeMap<>();
    for (String source : file.sources()) {
      String worker = bySource.get(source);
      if (worker == null) {
        throw DmError.internal(
            38028, DmError.Kind.DM_MASTER, source + " relevant worker not found");
      }
      ObjectNode answer;
      try {
        answer =
            workers.call(
                worker,
                Workers.request("QueryWorkerConfig"),
                "dm/master.(*Server).getWorkerConfigs.func3 dm/master/server.go:1756");
      } catch (DmError e) {
        throw e.annotated("fetch config of worker " + worker);
      }
      addresses.put(answer.get("sourceID").asText(), (ObjectNode) answer.get("from"));
    }
    List<SubTaskConfig> parts = file.subTasks(addresses);
    PreCheck.run(parts, stacks(start));
    return parts;
  }

  private static PreCheck.DmErrorStacks stacks(boolean start) {
    return new PreCheck.DmErrorStacks() {
      @Override
      public List<String> unreachable() {
        return Stacks.preCheckInit(start);
      }

      @Override
      public List<String> failed() {
        return Stacks.preCheck(start);
      }
    };
  }

  /** Has a worker do something, and waits for it; what went wrong, or nothing. */
  private String operate(String worker, String task, ObjectNode request, boolean start) {
    ObjectNode answer;
    try {
      answer =
          workers.call(
              worker,
              request,
              start
                  ? "dm/master.(*Server).StartTask.func1 dm/master/server.go:275"
                  : "dm/master.(*Server).OperateTask.func2 dm/master/server.go:367");
    } catch (DmError e) {
      return e.errorStack();
    }
    long id = answer.get("logID").asLong();
    request.put("logID", id);
    for (int tried = 0; tried < Settings.OPERATION_RETRIES; tried++) {
      try {
        ObjectNode outcome =
            workers.call(
                worker,
                Workers.request("QueryTaskOperation").put("logID", id),
                "dm/master.(*Server).waitOperationOk dm/master/server.go:1899");
        if (!outcome.get("found").asBoolean()) {
          return failed(38031, operation(id, task, worker) + NOT_FOUND, start);
        }
        if (outcome.get("done").asBoolean()) {
          String message = outcome.get("message").asText();
          return message.isEmpty()
              ? ""
              : failed(38032, operation(id, task, worker) + " not success: " + message, start);
        }
      } catch (DmError e) {
        Log.warn("fail to query task operation: %s", e.error());
      }
      try {
        Thread.sleep(Settings.OPERATION_RETRY_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return failed(
        38033,
        "request to dm-worker "
            + worker
            + " is timeout, but request may be successful, please execute `query-status` to"
            + " check status",
        start);
  }

  private static String operation(long id, String task, String worker) {
    return "operation " + id + " of task " + task + " on worker " + worker;
  }

  private static String failed(int code, String message, boolean start) {
    return DmError.internal(code, DmError.Kind.DM_MASTER, message)
        .withStack(Stacks.operation(start))
        .errorStack();
  }
}
