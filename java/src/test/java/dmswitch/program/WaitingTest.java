package dmswitch.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitingTest {
  private static final Duration REAL_LIMIT = Duration.ofMillis(300);

  private final AtomicInteger asked = new AtomicInteger();
  private final InstantTime.Clock clock = new InstantTime.Clock();

  private <T> Optional<T> until(Duration limit, Supplier<Optional<T>> question) {
    return Waiting.in(
        clock,
        () ->
            Waiting.until(
                limit,
                () -> {
                  asked.incrementAndGet();
                  return question.get();
                }));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 0", "1, 2, 250", "1000, 5, 1000", "1001, 6, 1250"})
  void asksEveryQuarterOfASecondAndOnceMoreAtTheLimit(int limit, int questions, int waited) {
    assertEquals(Optional.empty(), until(Duration.ofMillis(limit), Optional::empty));
    assertEquals(questions, asked.get());
    assertEquals(Duration.ofMillis(waited).toNanos(), clock.nanos());
  }

  @Test
  void anAnswerEndsIt() {
    assertEquals(
        Optional.of(3),
        until(Duration.ofDays(1), () -> Optional.of(asked.get()).filter(times -> times == 3)));
    assertEquals(Duration.ofMillis(500).toNanos(), clock.nanos());
  }

  @Test
  void withoutAnotherTimeItWaitsByTheClock() {
    long before = System.nanoTime();
    assertEquals(Optional.empty(), Waiting.until(REAL_LIMIT, Optional::empty));
    assertTrue(System.nanoTime() - before >= REAL_LIMIT.toNanos());
  }

  @Test
  void anotherTimeIsThatOfOneThreadUntilItsActEnds() {
    Waiting.in(
        clock,
        () -> {
          assertEquals(0, Waiting.nanos());
          assertTrue(CompletableFuture.supplyAsync(Waiting::nanos).join() != 0);
          return null;
        });
    assertThrows(
        IllegalStateException.class,
        () ->
            Waiting.in(
                clock,
                () -> {
                  throw new IllegalStateException();
                }));
    assertTrue(Waiting.nanos() != 0);
  }

  @Test
  void anInterruptedWaitCannotTellAndLeavesTheThreadInterrupted() {
    Thread.currentThread().interrupt();
    Problem problem = assertThrows(Problem.class, () -> Waiting.until(REAL_LIMIT, Optional::empty));
    assertTrue(Thread.interrupted());
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }
}
