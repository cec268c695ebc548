package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.rpc.RpcException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A dm-master: answers dmctl's requests. */
final class Master {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Workers workers;
  private final WorkerQueries queries;
  private final TaskOperations tasks;
  private final ShardDdls ddls;

  Master(MasterConfig config) {
    workers = new Workers(config.workers().values(), config.rpcTimeout());
    TaskWorkers taskWorkers = new TaskWorkers();
    queries = new WorkerQueries(workers, taskWorkers);
    tasks = new TaskOperations(config.workers(), workers, taskWorkers);
    ddls = new ShardDdls(workers, taskWorkers);
  }

  /** Learns the workers' tasks after a while, and looks after shards' DDL. */
  void start() {
    workers.inBackground(
        () -> {
          try {
            Thread.sleep(Settings.FETCH_TASKS_AFTER.toMillis());
            queries.refreshTasks();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    workers.addresses().forEach(worker -> workers.inBackground(() -> ddls.follow(worker)));
  }

  /** Answers one request. */
  ObjectNode handle(String method, ObjectNode request) throws RpcException {
    List<String> wanted = new ArrayList<>();
    request.path("workers").forEach(worker -> wanted.add(worker.asText()));
    String name = request.path("name").asText("");
    return switch (method) {
      case "StartTask" -> tasks.start(request.get("task").asText(), wanted);
      case "CheckTask" -> tasks.check(request.get("task").asText());
      case "OperateTask" -> tasks.operate(request.get("op").asText(), name, wanted);
      case "QueryStatus" -> queries.status(wanted, name);
      case "QueryError" -> queries.error(wanted, name);
      case "OperateWorkerRelayTask" -> operateRelay(request.get("op").asText(), wanted);
      case "SwitchWorkerRelayMaster" -> switchRelayMaster(wanted);
      case "ShowDDLLocks" -> ddls.show(name, wanted);
      case "RefreshWorkerTasks" -> {
        queries.refreshTasks();
        yield Workers.answer(true, "", List.of());
      }
      default ->
          throw new RpcException("rpc error: code = Unimplemented desc = unknown method " + method);
    };
  }

  private ObjectNode operateRelay(String op, List<String> wanted) {
    return Workers.answer(
        "InvalidRelayOp",
        true,
        "",
        workers.ask(
            new TreeSet<>(wanted),
            worker ->
                (ObjectNode) JSON.objectNode().put("op", op).setAll(operateRelay(op, worker))));
  }

  private ObjectNode operateRelay(String op, String worker) {
    if (!workers.knows(worker)) {
      return Workers.entry(worker, false, worker + " relevant worker-client not found");
    }
    return relayed(
        worker,
        Workers.request("OperateRelay").put("op", op),
        "dm/master.(*Server).OperateWorkerRelayTask.func1 dm/master/server.go:944");
  }

  private ObjectNode switchRelayMaster(List<String> wanted) {
    return Workers.answer(
        true,
        "",
        workers.ask(
            new TreeSet<>(wanted),
            worker ->
                workers.knows(worker)
                    ? relayed(
                        worker,
                        Workers.request("SwitchRelayMaster"),
                        "dm/master.(*Server).SwitchWorkerRelayMaster.func2"
                            + " dm/master/server.go:880")
                    : Workers.failed(
                        worker, Workers.unknown(worker).withStack(Stacks.unknownWorker()))));
  }

  /** Hands a request about relay on, and the worker's answer back. */
  private ObjectNode relayed(String worker, ObjectNode request, String caller) {
    try {
      ObjectNode reply = workers.call(worker, request, caller);
      return Workers.entry(worker, reply.get("result").asBoolean(), reply.get("msg").asText());
    } catch (DmError e) {
      return Workers.failed(worker, e);
    }
  }
}
