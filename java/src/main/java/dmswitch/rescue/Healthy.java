package dmswitch.rescue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Relay runs on the server that answers, and so does every task that nobody has paused. */
final class Healthy implements State {
  @Override
  public String name() {
    return "healthy";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    List<TaskAt> tasks = signs.tasks();
    if (!signs.relayRuns()
        || !signs.relay().errors().isEmpty()
        || !tasks.stream().allMatch(task -> task.runs() || task.pausedByOperator())) {
      return Optional.empty();
    }
    List<String> warnings = new ArrayList<>();
    tasks.stream()
        .filter(TaskAt::pausedByOperator)
        .forEach(task -> warnings.add("task " + task.name() + " is Paused by a command"));
    if (signs.upstream().get().uuid().isEmpty()) {
      warnings.add(
          "which server answers at "
              + signs.address()
              + " cannot be seen from here: "
              + signs.upstream().get().detail());
    }
    tasks.forEach(task -> OtherBaseName.warning(signs, task).ifPresent(warnings::add));
    return Optional.of(
        Diagnosis.healthy(
            "relay Running in "
                + signs.currentSubDir()
                + ", of the server at "
                + signs.address()
                + "; tasks: "
                + (tasks.isEmpty() ? "none" : tasks.stream().map(TaskAt::name).toList()),
            warnings));
  }
}
