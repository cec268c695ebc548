package dmswitch.gtid;

/** A text is not a GTID set. Has the position of the first error. */
public final class GtidSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int position;

  GtidSyntaxException(int position, String message) {
    super("position " + position + ": " + message);
    this.position = position;
  }

  /**
   * Returns the position of the refused part. The first character is 1; one past the length is the
   * end.
   */
  public int position() {
    return position;
  }
}
