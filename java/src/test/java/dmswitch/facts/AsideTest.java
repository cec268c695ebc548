package dmswitch.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Facts that are asked for before they are wanted. */
@Timeout(60)
class AsideTest {
  @Test
  void twoAreAskedAtATimeAndEachOnce() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    Lazy<Integer> one = new Lazy<>(() -> meet(both, asked));
    Lazy<Integer> other = new Lazy<>(() -> meet(both, asked));
    try (Aside aside = new Aside()) {
      aside.ask(one);
      aside.ask(other);
      both.await();
      assertEquals(3, one.get() + other.get());
    }
    assertEquals(2, asked.get());
  }

  private static int meet(CountDownLatch all, AtomicInteger asked) {
    all.countDown();
    try {
      all.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return asked.incrementAndGet();
  }

  @Test
  void whatKeepsItFromBeingKnownIsToldWhereItIsWanted() {
    Lazy<String> unknown =
        new Lazy<>(
            () -> {
              throw Problem.cannotTell("it is not there", "it", "bring it");
            });
    AtomicInteger asked = new AtomicInteger();
    Lazy<String> broken =
        new Lazy<>(
            () -> {
              asked.incrementAndGet();
              throw new IllegalStateException("a defect");
            });
    try (Aside aside = new Aside()) {
      aside.ask(unknown);
      aside.ask(broken);
    }
    assertEquals("it is not there", assertThrows(Problem.class, unknown::get).found());
    assertThrows(IllegalStateException.class, broken::get);
    assertEquals(1, asked.get(), "a second try could pass, and leave a trial copy behind");
  }

  /** A trial copy would stay behind, were its reader cut off. */
  @Test
  void closingWaitsForWhatHasBegunAndBeginsNothing() throws InterruptedException {
    int many = 2 + Runtime.getRuntime().availableProcessors();
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch closing = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    List<Lazy<Boolean>> facts = new ArrayList<>();
    for (int i = 0; i < 2 * many; i++) {
      facts.add(
          new Lazy<>(
              () -> {
                begun.countDown();
                try {
                  closing.await();
                } catch (InterruptedException e) {
                  interrupted.incrementAndGet();
                }
                return true;
              }));
    }
    Aside aside = new Aside();
    facts.forEach(aside::ask);
    begun.await();
    Thread closes = new Thread(aside::close);
    closes.start();
    while (closes.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    closing.countDown();
    closes.join();

    assertEquals(0, interrupted.get());
    assertTrue(facts.get(0).isKnown());
    assertFalse(facts.get(2 * many - 1).isKnown());
  }
}
