package dmswitch.dm;

import java.util.Set;

/**
 * A task as DM sums it up.
 *
 * @param status DM's words, {@code Running}, {@code Paused} or {@code Error - ...}
 * @param workers the workers that answered and have a subtask of it
 */
public record TaskSummary(String name, String status, Set<String> workers) {
  public TaskSummary {
    workers = Set.copyOf(workers);
  }

  /** Returns whether every subtask that was seen is Running. */
  public boolean isRunning() {
    return status.equals(Stage.RUNNING.toString());
  }
}
