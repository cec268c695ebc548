package dmswitch.gtid;

/** A text that is no GTID set, and the position from which it is none. */
public final class GtidSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int position;

  GtidSyntaxException(int position, String message) {
    super("position " + position + ": " + message);
    this.position = position;
  }

  /**
   * Returns where the refused part begins; 1 is the first character, one past the length is the
   * end.
   */
  public int position() {
    return position;
  }
}
