package dmswitch.dm;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which subtasks of a task a command is for.
 *
 * @param workers every one of them must be in DM's answer, otherwise the command counts as failed
 * @param named whether DM is told the workers; if not, the command goes to the whole task
 */
public record Scope(Set<String> workers, boolean named) {
  public Scope {
    workers = Set.copyOf(workers);
    if (workers.isEmpty()) {
      throw new IllegalArgumentException("no worker");
    }
  }

  /** Only the subtask on this worker. */
  public static Scope only(String worker) {
    return new Scope(Set.of(worker), true);
  }

  /**
   * Returns the whole task.
   *
   * @param workers where it runs; DM may leave out one that it has forgotten, which is a failure
   */
  public static Scope whole(Set<String> workers) {
    return new Scope(workers, false);
  }

  @Override
  public String toString() {
    return (named ? "only " : "all of ") + String.join(", ", new TreeSet<>(workers));
  }
}
