package dmswitch.check;

import dmswitch.task.TaskFile;
import java.util.Collection;
import java.util.stream.Collectors;

/** Every task that is stopped has its one file, fit to start it again. */
final class TaskFilesFound implements Check {
  @Override
  public String name() {
    return "task_files";
  }

  @Override
  public Finding judge(Facts facts) {
    Collection<TaskFile> files = facts.tasks().files().get().values();
    return Finding.passed(
        files.isEmpty()
            ? "no task file is needed"
            : files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", ")));
  }
}
