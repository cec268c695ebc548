package dmswitch.dm;

/** An answer is not what DM 1.0 gives; the message says what is odd, in a line. */
final class NotUnderstood extends Exception {
  private static final long serialVersionUID = 1L;

  NotUnderstood(String message) {
    super(message);
  }
}
