package dmswitch.check;

import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import java.util.ArrayList;
import java.util.List;

/** Every task on the worker runs in Sync without errors, or was paused by an operator. */
final class TasksHealthy implements Check {
  @Override
  public String name() {
    return "tasks";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> wrong = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Subtask task : facts.subtasks().get()) {
      names.add(task.name() + (task.isPausedByOperator() ? " (Paused, left so)" : ""));
      boolean running =
          task.stage() == Stage.RUNNING && task.unit() == Unit.SYNC && task.errors().isEmpty();
      if (!running && !task.isPausedByOperator()) {
        wrong.add(
            task.name()
                + " is "
                + task.stage()
                + " in "
                + task.unit()
                + (task.errors().isEmpty() ? "" : ": " + String.join("; ", task.errors())));
      }
    }
    if (!wrong.isEmpty()) {
      return Finding.refused(
          String.join("; ", wrong),
          "every task Running in unit Sync without errors, or Paused by an operator",
          "fix it, or wait until dump and load are done, then run again");
    }
    return names.isEmpty()
        ? Finding.warning("no task runs on this worker", "")
        : Finding.passed(String.join(", ", names));
  }
}
