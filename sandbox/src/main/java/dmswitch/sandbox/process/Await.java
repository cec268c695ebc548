package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waiting for a condition. */
public final class Await {
  private static final long PAUSE_MILLIS = 50;

  private Await() {}

  /** Looks every 50 ms until {@code condition} holds; false when the limit passed first. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    return Costs.ofRun().time(Costs.Kind.WAIT, () -> waited(limit, condition));
  }

  private static boolean waited(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= end) {
        return false;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SandboxException("interrupted while waiting", e);
      }
    }
    return true;
  }

  /**
   * Waits until {@code condition} holds.
   *
   * @param what what is waited for, ends the sentence "waited 10 s for ..."
   * @param state asked for the state when it gives up
   * @throws SandboxException when the limit passed first
   */
  public static void until(
      String what, Duration limit, BooleanSupplier condition, Supplier<String> state) {
    if (!within(limit, condition)) {
      throw new SandboxException(
          "waited " + limit.toMillis() / 1000.0 + " s for " + what + "; now: " + state.get());
    }
  }
}
