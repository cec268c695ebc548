package dmswitch.program;

import dmswitch.problem.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Awaits a condition by asking for it again and again, up to a limit (rule 12). */
public final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** One for each thread, so that tests that run at the same time do not share it. */
  private static final ThreadLocal<Time> TIME = ThreadLocal.withInitial(() -> Time.REAL);

  private Waiting() {}

  /** Something that is done, and may fail. */
  @FunctionalInterface
  public interface Act<T, E extends Throwable> {
    T run() throws E;
  }

  /** Does this with another time, for what this thread awaits meanwhile. */
  public static <T, E extends Throwable> T in(Time time, Act<T, E> act) throws E {
    Time before = TIME.get();
    TIME.set(time);
    try {
      return act.run();
    } finally {
      TIME.set(before);
    }
  }

  /** Returns {@link Time#nanos} of the time in which this thread waits. */
  public static long nanos() {
    return TIME.get().nanos();
  }

  /**
   * Asks until there is an answer.
   *
   * @param limit how long at most; the question is asked at least once
   * @return what the question answered, empty when the limit was reached
   */
  public static <T> Optional<T> until(Duration limit, Supplier<Optional<T>> question) {
    return until(limit, PAUSE, question);
  }

  /** As {@link #until(Duration, Supplier)}, with another pause between two questions. */
  public static <T> Optional<T> until(
      Duration limit, Duration pause, Supplier<Optional<T>> question) {
    long end = nanos() + limit.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent() || nanos() >= end) {
        return answer;
      }
      pause(pause);
    }
  }

  private static void pause(Duration pause) {
    try {
      TIME.get().pause(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.cannotTell(
              "dm-switch was interrupted while it waited",
              "time to wait",
              "run the same playbook again; it continues from what it finds",
              e)
          .namingRerun();
    }
  }
}
