package dmswitch.sandbox;

/**
 * The sandbox cannot do what was asked; the message says what was found and what to do. Shown to
 * people without a stack trace.
 */
public final class SandboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
