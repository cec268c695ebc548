package dmswitch.check;

import dmswitch.problem.Problem;
import java.util.function.Supplier;

/**
 * A fact that is asked for once, when it is first wanted: a value, or the problem that kept it from
 * being known. Several threads may want it; the first one asks, the others wait.
 */
public final class Known<T> {
  private final Supplier<T> question;
  private volatile boolean asked;
  private T value;
  private RuntimeException failure;

  public Known(Supplier<T> question) {
    this.question = question;
  }

  /**
   * The fact.
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

  /** Asks for it now; {@link #get} reports why it is not known. */
  public void ask() {
    try {
      get();
    } catch (Problem toldLater) {
      // It is the same at every call.
    }
  }

  /** Whether the fact was asked for and is known; not while somebody asks. */
  public boolean isKnown() {
    return asked && failure == null;
  }
}
