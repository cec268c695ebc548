package dmswitch.sandbox.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LongestGapTest {
  private final LongestGap gap = new LongestGap();

  @Test
  void betweenTwoFreshRowsHoweverOftenOneLooks() {
    look(7, 0);
    look(8, 1);
    look(8, 2);
    look(8, 3);
    look(9, 5);
    look(10, 6);

    assertEquals(Duration.ofSeconds(4), gap.longest());
    assertEquals(10, gap.greatest());
  }

  @Test
  void oneThatIsStillOpenCounts() {
    look(7, 10);
    look(8, 11);
    look(8, 14);

    assertEquals(Duration.ofSeconds(3), gap.longest());
  }

  @Test
  void aRowThatIsAppliedAgainIsNotFresh() {
    look(8, 0);
    look(6, 2);
    look(8, 3);
    look(9, 4);

    assertEquals(Duration.ofSeconds(4), gap.longest());
  }

  @Test
  void beginsWithTheFirstLook() {
    look(7, 1000);

    assertEquals(Duration.ZERO, gap.longest());
  }

  private void look(long id, long seconds) {
    gap.look(id, Duration.ofSeconds(seconds).toNanos());
  }
}
