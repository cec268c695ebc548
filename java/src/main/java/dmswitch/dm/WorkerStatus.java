package dmswitch.dm;

import java.util.List;
import java.util.Optional;

/**
 * State of one worker.
 *
 * @param worker {@code HOST:PORT}
 * @param sourceId name of its upstream in task files
 */
public record WorkerStatus(
    String worker, String sourceId, RelayStatus relay, List<SubtaskStatus> subtasks) {
  public WorkerStatus {
    subtasks = List.copyOf(subtasks);
  }

  /** Returns the subtask of this task, if the worker has one. */
  public Optional<SubtaskStatus> subtask(String task) {
    return subtasks.stream().filter(subtask -> subtask.name().equals(task)).findFirst();
  }
}
