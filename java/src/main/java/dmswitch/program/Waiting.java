package dmswitch.program;

import dmswitch.problem.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Polls a condition up to a limit (rule 12). */
public final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** The time of each thread, so that concurrent tests do not share it. */
  private static final ThreadLocal<Time> TIME = ThreadLocal.withInitial(() -> Time.REAL);

  private Waiting() {}

  /** An action that may fail. */
  @FunctionalInterface
  public interface Act<T, E extends Throwable> {
    T run() throws E;
  }

  /** Runs an action with another time for the waits of this thread. */
  public static <T, E extends Throwable> T in(Time time, Act<T, E> act) throws E {
    Time before = TIME.get();
    TIME.set(time);
    try {
      return act.run();
    } finally {
      TIME.set(before);
    }
  }

  /** Returns {@link Time#nanos} of this thread's time. */
  public static long nanos() {
    return TIME.get().nanos();
  }

  /**
   * Polls until there is an answer.
   *
   * @param limit how long to poll at most; the question is asked at least once
   * @return the answer; empty if the limit was reached
   */
  public static <T> Optional<T> until(Duration limit, Supplier<Optional<T>> question) {
    return until(limit, PAUSE, question);
  }

  /** Polls as {@link #until(Duration, Supplier)} does, with another pause between two questions. */
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
