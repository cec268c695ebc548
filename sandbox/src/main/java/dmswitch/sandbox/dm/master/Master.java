package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.rpc.RpcClient;
import dmswitch.sandbox.dm.rpc.RpcException;
import dmswitch.sandbox.dm.task.SubTaskConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A dm-master: answers dmctl's requests. */
final class Master {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Carrying out a DDL may take long. */
  private static final Duration DDL_TIMEOUT = Duration.ofMinutes(5).plusSeconds(30);

  private static final String STATUS = "dm/master.(*Server).getStatusFromWorkers.func2";
  private static final String ERROR = "dm/master.(*Server).getErrorFromWorkers.func2";

  private final MasterConfig config;
  private final Map<String, RpcClient> clients = new TreeMap<>();
  private final Map<String, TreeSet<String>> taskWorkers = new TreeMap<>();
  private final Locks locks = new Locks();
  private final ExecutorService pool =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "worker request");
            thread.setDaemon(true);
            return thread;
          });

  Master(MasterConfig config) {
    this.config = config;
    config.workers().values().forEach(worker -> clients.put(worker, new RpcClient(worker)));
  }

  /** Learns the workers' tasks after a while, and looks after shards' DDL. */
  void start() {
    pool.execute(
        () -> {
          try {
            Thread.sleep(Settings.FETCH_TASKS_AFTER.toMillis());
            fetchTasks();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    clients.forEach((worker, client) -> pool.execute(() -> fetchDdl(worker, client)));
  }

  private void fetchTasks() {
    Map<String, TreeSet<String>> found = new TreeMap<>();
    for (ObjectNode status : statuses(clients.keySet(), "")) {
      for (JsonNode task : status.get("subTaskStatus")) {
        if (!task.get("stage").asText().equals("InvalidStage")) {
          found
              .computeIfAbsent(task.get("name").asText(), name -> new TreeSet<>())
              .add(status.get("worker").asText());
        }
      }
    }
    synchronized (taskWorkers) {
      if (!found.isEmpty()) {
        taskWorkers.clear();
        taskWorkers.putAll(found);
      }
    }
  }

  private List<String> workersOf(String task) {
    synchronized (taskWorkers) {
      return new ArrayList<>(taskWorkers.getOrDefault(task, new TreeSet<>()));
    }
  }

  private ObjectNode call(String worker, ObjectNode request, Duration limit, String caller) {
    try {
      return clients.get(worker).call(request, limit);
    } catch (RpcException e) {
      throw DmError.caused(
              38008,
              DmError.Kind.DM_MASTER,
              DmError.Scope.INTERNAL,
              "grpc request error",
              e.getMessage())
          .withStack(Stacks.workerRequest(caller));
    }
  }

  private static ObjectNode request(String method) {
    return JSON.objectNode().put("method", method);
  }

  /** Asks several workers at once; the answers in the order of the workers. */
  private List<ObjectNode> ask(Collection<String> workers, Function<String, ObjectNode> question) {
    List<CompletableFuture<ObjectNode>> pending = new ArrayList<>();
    for (String worker : workers) {
      pending.add(CompletableFuture.supplyAsync(() -> question.apply(worker), pool));
    }
    return pending.stream().map(CompletableFuture::join).toList();
  }

  /** Answers one request. */
  ObjectNode handle(String method, ObjectNode request) throws RpcException {
    List<String> workers = new ArrayList<>();
    request.path("workers").forEach(worker -> workers.add(worker.asText()));
    String name = request.path("name").asText("");
    return switch (method) {
      case "StartTask" -> startTask(request.get("task").asText(), workers);
      case "CheckTask" -> checkTask(request.get("task").asText());
      case "OperateTask" -> operateTask(request.get("op").asText(), name, workers);
      case "QueryStatus" -> query(workers, name, true);
      case "QueryError" -> query(workers, name, false);
      case "OperateWorkerRelayTask" -> operateRelay(request.get("op").asText(), workers);
      case "SwitchWorkerRelayMaster" -> switchRelayMaster(workers);
      case "ShowDDLLocks" -> showLocks(name, workers);
      case "RefreshWorkerTasks" -> refreshTasks();
      default ->
          throw new RpcException("rpc error: code = Unimplemented desc = unknown method " + method);
    };
  }

  private ObjectNode refreshTasks() {
    fetchTasks();
    ObjectNode answer = JSON.objectNode();
    answer.put("result", true);
    answer.put("msg", "");
    answer.putArray("workers");
    return answer;
  }

  private ObjectNode query(List<String> wanted, String task, boolean status) {
    ObjectNode answer = JSON.objectNode();
    answer.put("result", false);
    answer.put("msg", "");
    ArrayNode list = answer.putArray("workers");
    Collection<String> workers = wanted;
    if (!wanted.isEmpty()) {
      List<String> unknown =
          wanted.stream().filter(worker -> !clients.containsKey(worker)).toList();
      if (!unknown.isEmpty()) {
        answer.put("msg", String.join(", ", unknown) + " relevant worker-client not found");
        return answer;
      }
    } else if (!task.isEmpty()) {
      workers = workersOf(task);
      if (workers.isEmpty()) {
        answer.put("msg", noWorkers(task));
        return answer;
      }
    } else {
      workers = clients.keySet();
    }
    TreeSet<String> sorted = new TreeSet<>(workers);
    (status ? statuses(sorted, task) : errors(sorted, task)).forEach(list::add);
    answer.put("result", true);
    return answer;
  }

  private static String noWorkers(String task) {
    return "task "
        + task
        + " has no workers or not exist, can try `refresh-worker-tasks` cmd first";
  }

  private List<ObjectNode> statuses(Collection<String> workers, String task) {
    return ask(
        workers,
        worker -> {
          try {
            ObjectNode answer =
                call(
                    worker,
                    request("QueryStatus").put("name", task),
                    config.rpcTimeout(),
                    STATUS + " dm/master/server.go:1135");
            return answer.put("worker", worker);
          } catch (DmError e) {
            ObjectNode answer = JSON.objectNode();
            answer.put("result", false);
            answer.put("worker", worker);
            answer.put("msg", e.errorStack());
            answer.putArray("subTaskStatus");
            answer.putNull("relayStatus");
            answer.put("sourceID", "");
            return answer;
          }
        });
  }

  private List<ObjectNode> errors(Collection<String> workers, String task) {
    return ask(
        workers,
        worker -> {
          try {
            ObjectNode answer =
                call(
                    worker,
                    request("QueryError").put("name", task),
                    config.rpcTimeout(),
                    ERROR + " dm/master/server.go:1187");
            return answer.put("worker", worker);
          } catch (DmError e) {
            ObjectNode answer = JSON.objectNode();
            answer.put("result", false);
            answer.put("worker", worker);
            answer.put("msg", e.errorStack());
            answer.putArray("subTaskError");
            answer.putNull("RelayError");
            return answer;
          }
        });
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
      String worker = config.workers().get(source);
      if (worker == null) {
        throw DmError.internal(
            38028, DmError.Kind.DM_MASTER, source + " relevant worker not found");
      }
      ObjectNode answer;
      try {
        answer =
            call(
                worker,
                request("QueryWorkerConfig"),
                config.rpcTimeout(),
                "dm/master.(*Server).getWorkerConfigs.func3 dm/master/server.go:1756");
      } catch (DmError e) {
        throw e.annotated("fetch config of worker " + worker);
      }
      addresses.put(answer.get("sourceID").asText(), (ObjectNode) answer.get("from"));
    }
    List<SubTaskConfig> parts = file.subTasks(addresses);
    PreCheck.run(
        parts,
        new PreCheck.DmErrorStacks() {
          @Override
          public List<String> unreachable() {
            return Stacks.preCheckInit(start);
          }

          @Override
          public List<String> failed() {
            return Stacks.preCheck(start);
          }
        });
    return parts;
  }

  private ObjectNode checkTask(String text) {
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

  private ObjectNode startTask(String text, List<String> wanted) {
    ObjectNode answer = JSON.objectNode();
    answer.put("result", true);
    answer.put("msg", "");
    ArrayNode list = answer.putArray("workers");
    Map<String, SubTaskConfig> byWorker = new TreeMap<>();
    try {
      for (SubTaskConfig part : parts(text, true)) {
        byWorker.put(config.workers().get(part.sourceId()), part);
      }
    } catch (DmError e) {
      answer.put("result", false);
      answer.put("msg", e.errorStack());
      return answer;
    }
    String name = byWorker.values().iterator().next().name();
    TreeSet<String> workers = new TreeSet<>(wanted.isEmpty() ? byWorker.keySet() : wanted);
    ask(
            workers,
            worker -> {
              SubTaskConfig part = byWorker.get(worker);
              if (part == null) {
                return common(
                    false, worker, "worker not found in task's config or deployment config");
              }
              ObjectNode start = request("StartSubTask").put("name", name);
              start.set("config", part.json());
              String message = operate(worker, name, start, true);
              return common(message.isEmpty(), worker, message);
            })
        .forEach(list::add);
    synchronized (taskWorkers) {
      TreeSet<String> valid = new TreeSet<>(workers);
      valid.retainAll(byWorker.keySet());
      if (!wanted.isEmpty()) {
        valid.addAll(taskWorkers.getOrDefault(name, new TreeSet<>()));
      }
      if (!valid.isEmpty()) {
        taskWorkers.put(name, valid);
      }
    }
    return answer;
  }

  private static ObjectNode common(boolean result, String worker, String message) {
    ObjectNode entry = JSON.objectNode();
    entry.put("result", result);
    entry.put("worker", worker);
    entry.put("msg", message);
    return entry;
  }

  /** Has a worker do something, and waits for it; what went wrong, or nothing. */
  private String operate(String worker, String task, ObjectNode request, boolean start) {
    ObjectNode answer;
    try {
      answer =
          call(
              worker,
              request,
              config.rpcTimeout(),
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
            call(
                worker,
                request("QueryTaskOperation").put("logID", id),
                config.rpcTimeout(),
                "dm/master.(*Server).waitOperationOk dm/master/server.go:1899");
        if (!outcome.get("found").asBoolean()) {
          return DmError.internal(
                  38031,
                  DmError.Kind.DM_MASTER,
                  "operation "
                      + id
                      + " of task "
                      + task
                      + " on worker "
                      + worker
                      + " not found, please execute `query-status` to check status")
              .withStack(Stacks.operation(start))
              .errorStack();
        }
        if (outcome.get("done").asBoolean()) {
          String message = outcome.get("message").asText();
          return message.isEmpty()
              ? ""
              : DmError.internal(
                      38032,
                      DmError.Kind.DM_MASTER,
                      "operation "
                          + id
                          + " of task "
                          + task
                          + " on worker "
                          + worker
                          + " not success: "
                          + message)
                  .withStack(Stacks.operation(start))
                  .errorStack();
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
    return DmError.internal(
            38033,
            DmError.Kind.DM_MASTER,
            "request to dm-worker "
                + worker
                + " is timeout, but request may be successful, please execute `query-status` to"
                + " check status")
        .withStack(Stacks.operation(start))
        .errorStack();
  }

  private ObjectNode operateTask(String op, String task, List<String> wanted) {
    ObjectNode answer = JSON.objectNode();
    answer.put("op", op);
    answer.put("result", false);
    answer.put("msg", "");
    ArrayNode list = answer.putArray("workers");
    List<String> workers = workersOf(task);
    if (workers.isEmpty()) {
      answer.put("msg", noWorkers(task));
      return answer;
    }
    List<String> chosen = wanted.isEmpty() ? workers : wanted;
    List<ObjectNode> answers =
        ask(
            chosen,
            worker -> {
              ObjectNode entry = JSON.objectNode();
              ObjectNode operation =
                  request("OperateSubTask").put("op", op).put("name", task).put("logID", 0);
              String message =
                  clients.containsKey(worker)
                      ? operate(worker, task, operation, false)
                      : unknownWorker(worker).error();
              entry.set("meta", common(message.isEmpty(), worker, message));
              entry.put("op", op);
              entry.put("logID", operation.get("logID").asText());
              return entry;
            });
    answers.forEach(list::add);
    if (op.equals("Stop")) {
      synchronized (taskWorkers) {
        TreeSet<String> left = taskWorkers.getOrDefault(task, new TreeSet<>());
        answers.stream()
            .map(entry -> entry.get("meta"))
            .filter(meta -> meta.get("msg").asText().isEmpty())
            .forEach(meta -> left.remove(meta.get("worker").asText()));
        if (left.isEmpty()) {
          taskWorkers.remove(task);
        }
      }
    }
    answer.put("result", true);
    return answer;
  }

  private static DmError unknownWorker(String worker) {
    return DmError.internal(
        38029, DmError.Kind.DM_MASTER, worker + " relevant worker-client not found");
  }

  private ObjectNode operateRelay(String op, List<String> workers) {
    ObjectNode answer = JSON.objectNode();
    answer.put("op", "InvalidRelayOp");
    answer.put("result", true);
    answer.put("msg", "");
    ArrayNode list = answer.putArray("workers");
    ask(
            new TreeSet<>(workers),
            worker -> {
              boolean result = false;
              String message = worker + " relevant worker-client not found";
              if (clients.containsKey(worker)) {
                try {
                  ObjectNode reply =
                      call(
                          worker,
                          request("OperateRelay").put("op", op),
                          config.rpcTimeout(),
                          "dm/master.(*Server).OperateWorkerRelayTask.func1"
                              + " dm/master/server.go:944");
                  result = reply.get("result").asBoolean();
                  message = reply.get("msg").asText();
                } catch (DmError e) {
                  message = e.errorStack();
                }
              }
              ObjectNode entry = JSON.objectNode();
              entry.put("op", op);
              entry.setAll(common(result, worker, message));
              return entry;
            })
        .forEach(list::add);
    return answer;
  }

  private ObjectNode switchRelayMaster(List<String> workers) {
    ObjectNode answer = JSON.objectNode();
    answer.put("result", true);
    answer.put("msg", "");
    ArrayNode list = answer.putArray("workers");
    ask(
            new TreeSet<>(workers),
            worker -> {
              if (!clients.containsKey(worker)) {
                return common(
                    false,
                    worker,
                    unknownWorker(worker).withStack(Stacks.unknownWorker()).errorStack());
              }
              try {
                ObjectNode reply =
                    call(
                        worker,
                        request("SwitchRelayMaster"),
                        config.rpcTimeout(),
                        "dm/master.(*Server).SwitchWorkerRelayMaster.func2"
                            + " dm/master/server.go:880");
                return common(reply.get("result").asBoolean(), worker, reply.get("msg").asText());
              } catch (DmError e) {
                return common(false, worker, e.errorStack());
              }
            })
        .forEach(list::add);
    return answer;
  }

  private ObjectNode showLocks(String task, List<String> workers) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode shown = locks.show(task, workers);
    answer.put("result", true);
    answer.put("msg", shown.isEmpty() ? "no DDL lock exists" : "");
    answer.set("locks", shown);
    return answer;
  }

  /** Waits for a worker's DDLs, one after another, for ever. */
  private void fetchDdl(String worker, RpcClient client) {
    while (true) {
      try {
        ObjectNode ddl = client.call(request("FetchDDLInfo"), config.rpcTimeout());
        if (ddl.has("task")) {
          handleDdl(worker, ddl);
        }
      } catch (RpcException e) {
        try {
          Thread.sleep(500);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void handleDdl(String worker, ObjectNode ddl) throws RpcException {
    String task = ddl.get("task").asText();
    List<String> workers = workersOf(task);
    if (!workers.contains(worker)) {
      Log.warn("try to sync shard DDL of %s, but worker %s is not in workers", task, worker);
      throw new RpcException("worker not in workers");
    }
    List<String> statements = new ArrayList<>();
    ddl.get("DDLs").forEach(statement -> statements.add(statement.asText()));
    String table = "`" + ddl.get("schema").asText() + "`.`" + ddl.get("table").asText() + "`";
    Locks.Lock lock = locks.sync(task, table, worker, statements, workers);
    clients
        .get(worker)
        .call(request("RecordDDLLock").put("task", task).put("ID", lock.id()), config.rpcTimeout());
    if (locks.isComplete(lock)) {
      pool.execute(() -> resolve(lock));
    }
  }

  /** The owner runs the DDL, then the others pass over it. */
  private void resolve(Locks.Lock lock) {
    try {
      ObjectNode owner = clients.get(lock.owner()).call(execution(lock, true), DDL_TIMEOUT);
      if (!owner.get("result").asBoolean()) {
        Log.warn("owner %s ExecuteDDL fail: %s", lock.owner(), owner.get("msg").asText());
        return;
      }
    } catch (RpcException e) {
      Log.warn("owner %s ExecuteDDL fail: %s", lock.owner(), e.getMessage());
      return;
    }
    for (String worker : locks.workers(lock)) {
      if (!worker.equals(lock.owner())) {
        try {
          clients.get(worker).call(execution(lock, false), DDL_TIMEOUT);
        } catch (RpcException e) {
          Log.warn("worker %s ExecuteDDL fail: %s", worker, e.getMessage());
        }
      }
    }
    locks.remove(lock);
  }

  private static ObjectNode execution(Locks.Lock lock, boolean run) {
    return request("ExecuteDDL").put("task", lock.task()).put("lockID", lock.id()).put("exec", run);
  }
}
