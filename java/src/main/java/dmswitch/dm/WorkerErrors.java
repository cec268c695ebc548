package dmswitch.dm;

import java.util.List;

/**
 * Stages and errors of one worker, known without its upstream.
 *
 * @param worker {@code HOST:PORT}
 * @param relayErrors empty when relay has none
 */
public record WorkerErrors(String worker, List<String> relayErrors, List<SubtaskErrors> subtasks) {
  public WorkerErrors {
    relayErrors = List.copyOf(relayErrors);
    subtasks = List.copyOf(subtasks);
  }

  /**
   * Stage and errors of a task on this worker.
   *
   * @param name the task
   */
  public record SubtaskErrors(String name, Stage stage, Unit unit, List<String> errors) {
    public SubtaskErrors {
      errors = List.copyOf(errors);
    }
  }
}
