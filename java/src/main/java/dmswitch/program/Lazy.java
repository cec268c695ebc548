package dmswitch.program;

import dmswitch.problem.Problem;
import java.util.function.Supplier;

/**
 * A value that is determined once, when it is first read, or the problem that prevented it. If
 * several threads read it, the first one determines it and the others wait.
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
   * @throws Problem that prevented it, or a defect: the same one at every call
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

  /** Determines the value now. {@link #get} reports why it is not known. */
  public void ask() {
    try {
      get();
    } catch (Problem reportedLater) {
      // Every call of get throws it again.
    }
  }

  /** Returns whether the value has been determined; false while another thread determines it. */
  public boolean isKnown() {
    return asked && failure == null;
  }
}
