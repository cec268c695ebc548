package dmswitch.task;

/** A file cannot be read as a task file. The message says why, without quoting the file. */
final class UnreadableTaskFile extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableTaskFile(String message) {
    super(message);
  }
}
