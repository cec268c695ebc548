package dmswitch.rescue;

import java.util.List;
import java.util.Optional;

/** Relay runs, but a healing that was cut off has left tasks Paused. */
final class TasksLeftPaused implements State {
  @Override
  public String name() {
    return "tasks_left_paused";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    List<String> left =
        signs.tasks().stream()
            .filter(task -> !task.runs() && task.errors().isEmpty())
            .map(TaskAt::name)
            .filter(signs.leftPaused()::contains)
            .toList();
    return left.isEmpty() || !signs.relayRuns()
        ? Optional.empty()
        : Optional.of(
            Diagnosis.healed(
                this,
                "a healing that was cut off has paused " + String.join(", ", left),
                () -> HealRelay.of(name(), signs)));
  }
}
