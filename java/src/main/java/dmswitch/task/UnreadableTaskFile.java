package dmswitch.task;

/** A file cannot be read as a task file; the message says why, without its content. */
final class UnreadableTaskFile extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableTaskFile(String message) {
    super(message);
  }
}
