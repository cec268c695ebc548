package dmswitch.sandbox.dm.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.relay.Relay;
import dmswitch.sandbox.dm.relay.RelayConfig;
import dmswitch.sandbox.dm.rpc.RpcException;
import dmswitch.sandbox.dm.task.ShardDdl;
import dmswitch.sandbox.dm.task.SubTask;
import dmswitch.sandbox.dm.task.SubTaskConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A dm-worker: answers dm-master's requests. */
final class Worker {
  /** An operation on a subtask, done in its turn. */
  private record Operation(long id, String op, String task, ObjectNode config) {}

  /** How an operation ended; the message is empty when it went well. */
  private record Outcome(boolean done, String message) {}

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final WorkerConfig config;
  private final Path relayDir;
  private final RelayHolder relay;
  private final TaskStore store;
  private final TaskChecker checker;
  private final Map<String, SubTask> tasks = new TreeMap<>();
  private final Deque<Operation> queue = new ArrayDeque<>();
  private final Map<Long, Outcome> outcomes = new LinkedHashMap<>();

  /** query-status reads, an operation writes: it waits for a query-status that hangs. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  /**
   * Takes up what an earlier run has left; subtasks that ran run again.
   *
   * @throws DmError when that cannot be used
   */
  Worker(WorkerConfig config) throws IOException {
    this.config = config;
    this.relayDir = Path.of(config.relayDir()).toAbsolutePath();
    this.checker = new TaskChecker(config.backoffMax());
    this.relay =
        new RelayHolder(
            new Relay(
                new RelayConfig(
                    config.login(),
                    config.serverId(),
                    relayDir,
                    shownRelayDir(),
                    config.byGtid(),
                    config.startName(),
                    config.startGtids(),
                    config.backoffMax())));
    this.store = new TaskStore(Path.of(config.metaDir()).toAbsolutePath());
    store
        .tasks()
        .forEach(
            (name, stored) -> {
              String stage = stored.get("stage").asText();
              boolean runs = stage.equals("Running") || stage.equals("New");
              SubTask task = subTask((ObjectNode) stored.get("config"), runs ? "New" : stage);
              if (runs) {
                task.run();
              }
              tasks.put(name, task);
            });
  }

  private String shownRelayDir() {
    String dir = config.relayDir();
    return dir.startsWith("./") ? dir.substring(2) : dir;
  }

  private SubTask subTask(ObjectNode stored, String stage) {
    SubTaskConfig taskConfig = new SubTaskConfig(stored).withSource(from());
    return new SubTask(taskConfig, stage, relayDir, shownRelayDir());
  }

  private ObjectNode from() {
    ObjectNode from = JSON.objectNode();
    from.put("host", config.host());
    from.put("port", config.port());
    from.put("user", config.user());
    from.put("password", config.storedPassword());
    return from;
  }

  /** Starts relay, and the work on operations. */
  void start() {
    relay.start();
    every(Settings.HANDLE_TASK_INTERVAL.toMillis(), "operations", this::handleNext);
    if (config.checkerEnabled()) {
      every(Settings.TASK_CHECK_INTERVAL.toMillis(), "task checker", this::check);
    }
  }

  private static void every(long millis, String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              while (true) {
                try {
                  Thread.sleep(millis);
                } catch (InterruptedException e) {
                  return;
                }
                work.run();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void check() {
    for (SubTask task : snapshot().values()) {
      if (checker.shouldResume(task)) {
        append("AutoResume", task.name(), null);
      }
    }
  }

  private Map<String, SubTask> snapshot() {
    synchronized (tasks) {
      return new TreeMap<>(tasks);
    }
  }

  private long append(String op, String task, ObjectNode taskConfig) {
    synchronized (queue) {
      long id = store.nextOperation();
      queue.add(new Operation(id, op, task, taskConfig));
      outcomes.put(id, new Outcome(false, ""));
      return id;
    }
  }

  private void handleNext() {
    Operation operation;
    synchronized (queue) {
      operation = queue.poll();
    }
    if (operation == null) {
      return;
    }
    Log.info("start to execute operation %d: %s %s", operation.id, operation.op, operation.task);
    String message = "";
    try {
      perform(operation);
    } catch (DmError e) {
      message = e.error();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      message = "interrupted";
    } catch (RuntimeException e) {
      message = String.valueOf(e);
    }
    Log.info("end to execute operation %d: %s", operation.id, message);
    synchronized (queue) {
      outcomes.put(operation.id, new Outcome(true, message));
    }
  }

  private void perform(Operation operation) throws InterruptedException {
    SubTask task = snapshot().get(operation.task);
    if (operation.op.equals("Start")) {
      if (task != null) {
        throw DmError.internal(
            40055, DmError.Kind.DM_WORKER, "sub task " + operation.task + " already exists");
      }
      SubTask created = subTask(operation.config, "New");
      synchronized (tasks) {
        tasks.put(operation.task, created);
      }
      created.run();
      store.put(operation.task, operation.config, created.stage());
      return;
    }
    if (task == null) {
      throw DmError.internal(
          40054, DmError.Kind.DM_WORKER, "sub task with name " + operation.task + " not found");
    }
    switch (operation.op) {
      case "Stop" -> {
        task.close();
        synchronized (tasks) {
          tasks.remove(operation.task);
        }
        checker.forget(operation.task);
        store.remove(operation.task);
      }
      case "Pause" -> {
        task.pause();
        store.setStage(operation.task, task.stage());
      }
      case "Resume", "AutoResume" -> {
        task.resume();
        store.setStage(operation.task, task.stage());
      }
      default -> throw new IllegalArgumentException(operation.op);
    }
  }

  /** Answers one request. */
  ObjectNode handle(String method, ObjectNode request) throws RpcException {
    try {
      return switch (method) {
        case "QueryStatus" -> queryStatus(request.path("name").asText(""));
        case "QueryError" -> queryError(request.path("name").asText(""));
        case "StartSubTask" -> operate("Start", request);
        case "OperateSubTask" -> operate(request.get("op").asText(), request);
        case "QueryTaskOperation" -> queryOperation(request.get("logID").asLong());
        case "QueryWorkerConfig" -> queryConfig();
        case "OperateRelay" -> operateRelay(request.get("op").asText());
        case "SwitchRelayMaster" -> switchRelayMaster();
        case "FetchDDLInfo" -> fetchDdl();
        case "RecordDDLLock" -> recordLock(request);
        case "ExecuteDDL" -> executeDdl(request);
        default ->
            throw new RpcException(
                "rpc error: code = Unimplemented desc = unknown method " + method);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcException("rpc error: code = Canceled desc = context canceled");
    }
  }

  private ObjectNode queryStatus(String name) {
    ObjectNode answer = JSON.objectNode();
    answer.put("result", true);
    answer.put("worker", "");
    answer.put("msg", "");
    ArrayNode statuses = answer.putArray("subTaskStatus");
    lock.readLock().lock();
    try {
      Map<String, SubTask> all = snapshot();
      if (all.isEmpty()) {
        answer.put("msg", "no sub task started");
      } else if (name.isEmpty()) {
        all.values().forEach(task -> statuses.add(task.status()));
      } else if (all.containsKey(name)) {
        statuses.add(all.get(name).status());
      } else {
        statuses.add(notStarted(name, "status"));
      }
    } finally {
      lock.readLock().unlock();
    }
    answer.set("relayStatus", relay.status());
    answer.put("sourceID", config.sourceId());
    return answer;
  }

  private static ObjectNode notStarted(String name, String kind) {
    ObjectNode entry = JSON.objectNode();
    entry.put("name", kind.equals("status") ? name : "");
    entry.put("stage", "InvalidStage");
    entry.put("unit", "InvalidUnit");
    if (kind.equals("status")) {
      entry.putNull("result");
      entry.put("unresolvedDDLLockID", "");
    }
    entry.put("msg", "no sub task with name " + name + " has started");
    return entry;
  }

  private ObjectNode queryError(String name) {
    ObjectNode answer = JSON.objectNode();
    answer.put("result", true);
    answer.put("worker", "");
    answer.put("msg", "");
    ArrayNode errors = answer.putArray("subTaskError");
    lock.readLock().lock();
    try {
      Map<String, SubTask> all = snapshot();
      if (!all.isEmpty() && name.isEmpty()) {
        all.values().forEach(task -> errors.add(task.error()));
      } else if (all.containsKey(name)) {
        errors.add(all.get(name).error());
      } else if (!all.isEmpty()) {
        errors.add(notStarted(name, "error"));
      }
    } finally {
      lock.readLock().unlock();
    }
    answer.set("RelayError", relay.error());
    return answer;
  }

  private ObjectNode operate(String op, ObjectNode request) {
    lock.writeLock().lock();
    try {
      ObjectNode taskConfig = op.equals("Start") ? (ObjectNode) request.get("config") : null;
      long id = append(op, request.get("name").asText(), taskConfig);
      return JSON.objectNode().put("logID", id);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private ObjectNode queryOperation(long id) {
    Outcome outcome;
    synchronized (queue) {
      outcome = outcomes.get(id);
    }
    ObjectNode answer = JSON.objectNode();
    answer.put("found", outcome != null);
    answer.put("done", outcome != null && outcome.done);
    answer.put("message", outcome == null ? "" : outcome.message);
    return answer;
  }

  private ObjectNode queryConfig() {
    lock.readLock().lock();
    try {
      ObjectNode answer = JSON.objectNode();
      answer.put("sourceID", config.sourceId());
      answer.set("from", from());
      return answer;
    } finally {
      lock.readLock().unlock();
    }
  }

  private ObjectNode operateRelay(String op) throws InterruptedException {
    ObjectNode answer = JSON.objectNode();
    try {
      if (op.equals("PauseRelay")) {
        relay.pause();
      } else {
        relay.resume();
      }
      answer.put("result", true).put("msg", "");
    } catch (DmError e) {
      answer.put("result", false).put("msg", e.errorStack());
    }
    return answer;
  }

  private ObjectNode switchRelayMaster() {
    ObjectNode answer = JSON.objectNode();
    try {
      relay.switchMaster();
      answer.put("result", true).put("msg", "");
    } catch (DmError e) {
      answer.put("result", false).put("msg", e.errorStack());
    }
    return answer;
  }

  /** Waits a little for a DDL that has no lock yet. */
  private ObjectNode fetchDdl() throws InterruptedException {
    Instant end = Instant.now().plusSeconds(5);
    while (Instant.now().isBefore(end)) {
      for (SubTask task : snapshot().values()) {
        ShardDdl ddl = task.waiting();
        if (ddl != null && ddl.lockId().isEmpty()) {
          ObjectNode answer = JSON.objectNode();
          answer.put("task", task.name());
          answer.put("schema", ddl.target().schema());
          answer.put("table", ddl.target().name());
          ArrayNode statements = answer.putArray("DDLs");
          ddl.statements().forEach(statements::add);
          return answer;
        }
      }
      Thread.sleep(50);
    }
    return JSON.objectNode();
  }

  private ObjectNode recordLock(ObjectNode request) {
    SubTask task = snapshot().get(request.get("task").asText());
    ShardDdl ddl = task == null ? null : task.waiting();
    if (ddl != null) {
      ddl.setLockId(request.get("ID").asText());
    }
    return JSON.objectNode();
  }

  private ObjectNode executeDdl(ObjectNode request) throws InterruptedException {
    ObjectNode answer = JSON.objectNode();
    String id = request.get("lockID").asText();
    SubTask task = snapshot().get(request.get("task").asText());
    ShardDdl ddl = task == null ? null : task.waiting();
    try {
      if (ddl == null || !ddl.lockId().equals(id)) {
        throw DmError.internal(
            40061, DmError.Kind.DM_WORKER, "DDLLockInfo with ID " + id + " not found");
      }
      ddl.decide(request.get("exec").asBoolean());
      answer.put("result", true).put("msg", "");
    } catch (DmError e) {
      answer.put("result", false).put("msg", e.errorStack());
    }
    return answer;
  }

  /** Ends everything in good order, as DM does at a signal. */
  void close() {
    try {
      for (SubTask task : snapshot().values()) {
        task.close();
      }
      relay.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
