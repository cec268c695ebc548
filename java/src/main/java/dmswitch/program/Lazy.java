package dmswitch.program;

import dmswitch.problem.Problem;
import java.util.function.Supplier;

/**
 * A value that is asked for once, when it is first read, or the problem that kept it from being
 * known. When several threads read it, the first one asks and the others wait.
 */
public final class Lazy<T> {
  private final Supplier<T> question;
  private volatile boolean asked;
  private T value;
  private RuntimeException failure;

  public Lazy(Supplier<T> question) {
    this.question = question;
  }

  /**
   * Returns the value.
   *
   * @throws Problem that kept it from being known, or a defect: the same one at every call
   */
  public synchronized T get() {
    if (!asked) {
      try {
        value = question.get();
      } catch (RuntimeException notKnown) {
        failure = notKnown;
      }
      asked = true;
    }
    if (failure != null) {
      throw failure;
    }
    return value;
  }

  /** Asks for the value now; {@link #get} reports why it is not known. */
  public void ask() {
    try {
      get();
    } catch (Problem reportedLater) {
      // Every call of get throws it again.
    }
  }

  /** Returns whether the value was asked for and is known; false while another thread asks. */
  public boolean isKnown() {
    return asked && failure == null;
  }
}
