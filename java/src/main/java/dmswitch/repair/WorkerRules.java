package dmswitch.repair;

import dmswitch.dm.DmError;
import dmswitch.dm.Stage;
import dmswitch.problem.Problem;
import dmswitch.repair.Rules.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** States that the worker itself reports: whether it, its relay and its tasks run. */
final class WorkerRules {
  private WorkerRules() {}

  /** Matches if nothing listens on the worker's port. */
  static Optional<Match> down(Observation seen) {
    return seen.isUp()
        ? Optional.empty()
        : Match.repairable(
            "nothing listens on the worker's port, " + seen.worker().deployment().address(),
            state -> WorkerStart.of(state, seen));
  }

  /** Matches if relay is Paused by a command, or by an error that may have passed. */
  static Optional<Match> relayPaused(Observation seen) {
    if (seen.relay().stage() != Stage.PAUSED) {
      return Optional.empty();
    }
    List<DmError> errors = seen.relay().errors();
    return Match.repairable(
        "relay is Paused " + (errors.isEmpty() ? "by a command" : "by an error: " + errors.get(0)),
        state -> RelayRepair.of(state, seen));
  }

  /** Matches if relay runs, but an interrupted repair has left tasks Paused. */
  static Optional<Match> tasksLeftPaused(Observation seen) {
    List<String> left =
        seen.tasks().stream()
            .filter(task -> !task.runs() && task.errors().isEmpty())
            .map(ObservedTask::name)
            .filter(seen.taskFacts().leftPaused()::contains)
            .toList();
    return left.isEmpty() || !seen.relayRuns()
        ? Optional.empty()
        : Match.repairable(
            "an interrupted repair has paused " + String.join(", ", left),
            state -> RelayRepair.of(state, seen));
  }

  /** Matches if relay and every task that no operator has paused run on the server that answers. */
  static Optional<Match> healthy(Observation seen) {
    List<ObservedTask> tasks = seen.tasks();
    if (!seen.relayRuns()
        || !seen.relay().errors().isEmpty()
        || !tasks.stream().allMatch(task -> task.runs() || task.pausedByOperator())) {
      return Optional.empty();
    }
    List<String> warnings = new ArrayList<>();
    tasks.stream()
        .filter(ObservedTask::pausedByOperator)
        .forEach(task -> warnings.add("task " + task.name() + " is Paused by a command"));
    if (seen.loggedInUuid().isEmpty()) {
      warnings.add(
          "the server at "
              + seen.address()
              + " cannot be identified from here: "
              + seen.upstream().login().get().detail());
    }
    tasks.forEach(task -> RelayFileRules.baseNameWarning(seen, task).ifPresent(warnings::add));
    return Match.well(
        "relay is Running in "
            + seen.currentSubDir()
            + ", of the server at "
            + seen.address()
            + "; tasks: "
            + (tasks.isEmpty() ? "none" : tasks.stream().map(ObservedTask::name).toList()),
        warnings);
  }

  /** Returns the problem of a worker that no rule matches. */
  static Problem unknown(Observation seen) {
    List<String> errors =
        seen.tasks().stream()
            .filter(task -> !task.errors().isEmpty())
            .map(task -> task.name() + ": " + String.join("; ", task.errors()))
            .toList();
    return Problem.cannotTell(
        "relay is "
            + seen.relay().stage()
            + " in "
            + seen.currentSubDir()
            + (seen.relay().errors().isEmpty() ? "" : ": " + seen.relay().errors())
            + (errors.isEmpty() ? "" : "; " + String.join("; ", errors)),
        "a state that rescue.yml knows",
        "see query-status -w " + seen.worker().deployment().address() + " and the worker's log");
  }
}
