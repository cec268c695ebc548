package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.rpc.RpcClient;
import dmswitch.sandbox.dm.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The dm-workers that a dm-master knows, and its connections to them. */
final class Workers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Duration limit;
  private final SortedMap<String, RpcClient> clients = new TreeMap<>();
  private final ExecutorService pool =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "worker request");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param limit how long one request may take
   */
  Workers(Collection<String> addresses, Duration limit) {
    this.limit = limit;
    addresses.forEach(worker -> clients.put(worker, new RpcClient(worker)));
  }

  Set<String> addresses() {
    return clients.keySet();
  }

  boolean knows(String worker) {
    return clients.containsKey(worker);
  }

  void inBackground(Runnable work) {
    pool.execute(work);
  }

  static ObjectNode request(String method) {
    return JSON.objectNode().put("method", method);
  }

  /** Sends a request; its errors are gRPC's. */
  ObjectNode send(String worker, ObjectNode request, Duration within) throws RpcException {
    return clients.get(worker).call(request, within);
  }

  ObjectNode send(String worker, ObjectNode request) throws RpcException {
    return send(worker, request, limit);
  }

  /**
   * Sends a request; its errors are DM's.
   *
   * @param caller function and line in DM's source, for the error's stack
   */
  ObjectNode call(String worker, ObjectNode request, String caller) {
    try {
      return send(worker, request);
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

  /** Asks several workers at once; the answers are in the order of the workers. */
  List<ObjectNode> ask(Collection<String> workers, Function<String, ObjectNode> question) {
    List<CompletableFuture<ObjectNode>> pending = new ArrayList<>();
    for (String worker : workers) {
      pending.add(CompletableFuture.supplyAsync(() -> question.apply(worker), pool));
    }
    return pending.stream().map(CompletableFuture::join).toList();
  }

  /** Returns what dm-master answers: whether it worked, and an entry for each worker. */
  static ObjectNode answer(boolean result, String message, List<ObjectNode> entries) {
    return answer(JSON.objectNode(), result, message, entries);
  }

  /** As {@link #answer(boolean, String, List)}, of an answer that names the operation first. */
  static ObjectNode answer(String op, boolean result, String message, List<ObjectNode> entries) {
    return answer(JSON.objectNode().put("op", op), result, message, entries);
  }

  private static ObjectNode answer(
      ObjectNode answer, boolean result, String message, List<ObjectNode> entries) {
    answer.put("result", result);
    answer.put("msg", message);
    ArrayNode list = answer.putArray("workers");
    entries.forEach(list::add);
    return answer;
  }

  /** Returns the entry of a worker in an answer. */
  static ObjectNode entry(String worker, boolean result, String message) {
    ObjectNode entry = JSON.objectNode();
    entry.put("result", result);
    entry.put("worker", worker);
    entry.put("msg", message);
    return entry;
  }

  /** Returns the entry of a worker that refuses or cannot be reached. */
  static ObjectNode failed(String worker, DmError error) {
    return entry(worker, false, error.errorStack());
  }

  static DmError unknown(String worker) {
    return DmError.internal(
        38029, DmError.Kind.DM_MASTER, worker + " relevant worker-client not found");
  }
}
