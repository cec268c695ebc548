package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Brings the shards' DDL together: one worker runs it, the others pass over it. */
final class ShardDdls {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Carrying out a DDL may take long. */
  private static final Duration DDL_TIMEOUT = Duration.ofMinutes(5).plusSeconds(30);

  private final Workers workers;
  private final TaskWorkers taskWorkers;
  private final Locks locks = new Locks();

  ShardDdls(Workers workers, TaskWorkers taskWorkers) {
    this.workers = workers;
    this.taskWorkers = taskWorkers;
  }

  ObjectNode show(String task, List<String> wanted) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode shown = locks.show(task, wanted);
    answer.put("result", true);
    answer.put("msg", shown.isEmpty() ? "no DDL lock exists" : "");
    answer.set("locks", shown);
    return answer;
  }

  /** Waits for a worker's DDLs, one after another, for ever. */
  void follow(String worker) {
    while (true) {
      try {
        ObjectNode ddl = workers.send(worker, Workers.request("FetchDDLInfo"));
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
    List<String> ofTask = taskWorkers.of(task);
    if (!ofTask.contains(worker)) {
      Log.warn("try to sync shard DDL of %s, but worker %s is not in workers", task, worker);
      throw new RpcException("worker not in workers");
    }
    List<String> statements = new ArrayList<>();
    ddl.get("DDLs").forEach(statement -> statements.add(statement.asText()));
    String table = "`" + ddl.get("schema").asText() + "`.`" + ddl.get("table").asText() + "`";
    Locks.Lock lock = locks.sync(task, table, worker, statements, ofTask);
    workers.send(worker, Workers.request("RecordDDLLock").put("task", task).put("ID", lock.id()));
    if (locks.isComplete(lock)) {
      workers.inBackground(() -> resolve(lock));
    }
  }

  /** The owner runs the DDL, then the others pass over it. */
  private void resolve(Locks.Lock lock) {
    try {
      ObjectNode owner = workers.send(lock.owner(), execution(lock, true), DDL_TIMEOUT);
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
          workers.send(worker, execution(lock, false), DDL_TIMEOUT);
        } catch (RpcException e) {
          Log.warn("worker %s ExecuteDDL fail: %s", worker, e.getMessage());
        }
      }
    }
    locks.remove(lock);
  }

  private static ObjectNode execution(Locks.Lock lock, boolean run) {
    return Workers.request("ExecuteDDL")
        .put("task", lock.task())
        .put("lockID", lock.id())
        .put("exec", run);
  }
}
