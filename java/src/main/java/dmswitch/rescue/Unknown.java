package dmswitch.rescue;

import dmswitch.problem.Problem;
import java.util.List;

/** A worker that is in none of the states. */
final class Unknown {
  private Unknown() {}

  static Problem of(Signs signs) {
    List<String> errors =
        signs.tasks().stream()
            .filter(task -> !task.errors().isEmpty())
            .map(task -> task.name() + ": " + String.join("; ", task.errors()))
            .toList();
    return Problem.cannotTell(
        "relay is "
            + signs.relay().stage()
            + " in "
            + signs.currentSubDir()
            + (signs.relay().errors().isEmpty() ? "" : ": " + signs.relay().errors())
            + (errors.isEmpty() ? "" : "; " + String.join("; ", errors)),
        "a state that rescue.yml knows",
        "see query-status -w " + signs.deployment().address() + " and the worker's log");
  }
}
