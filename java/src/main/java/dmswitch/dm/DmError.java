package dmswitch.dm;

/**
 * An error of relay or of a subtask.
 *
 * @param code DM's error code; 0 when DM gave none
 * @param message first line of what DM says
 * @param rawCause first line of what follows it, such as a driver's error; empty if none
 */
public record DmError(int code, String message, String rawCause) {
  @Override
  public String toString() {
    return code == 0 ? message : "[code=" + code + "] " + message;
  }
}
