package dmswitch.sandbox.cluster;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * A task of the sandbox. Its tables lie in one schema of every upstream that it replicates.
 *
 * @param name the task's name; its file is {@code conf/NAME.yaml}
 * @param workers aliases of the workers that it runs on; several: it is sharded over them
 * @param schema the schema of its tables on the target, and on its upstream when it is not sharded
 */
public record Task(String name, List<String> workers, String schema) {
  public Task {
    workers = List.copyOf(workers);
  }

  /** A task of one worker, schema by the same name on both sides. */
  public static Task plain(String name, String worker) {
    return new Task(name, List.of(worker), name);
  }

  /** A task over several workers whose tables become one. */
  public static Task sharded(String name, List<String> workers) {
    return new Task(name, workers, name);
  }

  @JsonIgnore
  public boolean isSharded() {
    return workers.size() > 1;
  }

  /** The schema on the upstream of that worker. */
  public String upstreamSchema(String worker) {
    return isSharded() ? schema + "_" + (workers.indexOf(worker) + 1) : schema;
  }
}
