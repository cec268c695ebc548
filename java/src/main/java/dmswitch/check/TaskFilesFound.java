package dmswitch.check;

/** Every task that is stopped has its one file, fit to start it again. */
final class TaskFilesFound implements Check {
  @Override
  public String name() {
    return "task_files";
  }

  @Override
  public Finding judge(Facts facts) {
    return Finding.passed(
        facts.taskFiles().get().isEmpty()
            ? "no task file is needed"
            : String.join(", ", facts.taskFiles().get().values()));
  }
}
