package dmswitch.check;

import dmswitch.dm.TaskSummary;
import dmswitch.task.TaskFile;
import java.util.ArrayList;
import java.util.List;

/** A task over several workers is stopped and started whole, so all of it must run. */
final class ShardedTasks implements Check {
  @Override
  public String name() {
    return "sharded_tasks";
  }

  @Override
  public Finding judge(Facts facts) {
    if (!facts.request().stopsTasks()) {
      return Finding.passed("tasks are paused on this worker only");
    }
    List<String> partly = new ArrayList<>();
    for (Subtask task : facts.tasks().subtasks().get()) {
      if (task.isPausedByOperator()) {
        continue;
      }
      for (TaskSummary summary : facts.tasks().summaries().get()) {
        if (!summary.name().equals(task.name())) {
          continue;
        }
        // A worker that does not answer is missing in the summary without a word.
        TaskFile file = facts.tasks().files().get().get(task.name());
        int sources = file == null ? 0 : file.sourceIds().size();
        if (sources != summary.workers().size()) {
          partly.add(
              task.name()
                  + " runs on "
                  + summary.workers().size()
                  + " of the workers, its file has "
                  + sources
                  + " sources");
        }
        if (sources > 1 && !summary.status().equals("Running")) {
          partly.add(task.name() + " is " + summary.status());
        }
      }
    }
    return partly.isEmpty()
        ? Finding.passed("every sharded task runs on all of its workers")
        : Finding.refused(
            "a task sharded over several workers does not run on all of them: "
                + String.join("; ", partly),
            "all of it Running, since it is stopped and started whole",
            "resume it, or run with task_mode: pause, which touches this worker only");
  }
}
