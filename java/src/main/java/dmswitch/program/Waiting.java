package dmswitch.program;

import dmswitch.problem.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Awaits a condition by asking for it again and again, up to a limit (rule 12). */
public final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private Waiting() {}

  /**
   * Asks until there is an answer.
   *
   * @param limit how long at most; the question is asked at least once
   * @return what the question answered, empty when the limit was reached
   */
  public static <T> Optional<T> until(Duration limit, Supplier<Optional<T>> question) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent() || System.nanoTime() >= end) {
        return answer;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.cannotTell(
          "dm-switch was interrupted while it waited",
          "time to wait",
          "run the same playbook again; it goes on from what it finds",
          e);
    }
  }
}
