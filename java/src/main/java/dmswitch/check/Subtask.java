package dmswitch.check;

import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import java.util.List;

/**
 * A task on the worker.
 *
 * @param errors why it does not run
 * @param waitsForDdl whether it waits for a sharding DDL
 */
public record Subtask(
    String name, Stage stage, Unit unit, List<String> errors, boolean waitsForDdl) {
  public Subtask {
    errors = List.copyOf(errors);
  }

  /** Returns whether it is Paused without an error, so by an operator. */
  public boolean isPausedByOperator() {
    return stage == Stage.PAUSED && errors.isEmpty();
  }
}
