package dmswitch.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
  @Test
  void linesOfThisThreadAndOfThoseItStarts() {
    List<String> inner = new ArrayList<>();
    List<String> lines =
        Trace.of(
            () -> {
              Trace.say("one");
              Thread thread = new Thread(() -> Trace.say("two"));
              thread.start();
              join(thread);
              inner.addAll(Trace.of(() -> Trace.say("inner")));
              Trace.say("three");
            });
    Trace.say("nobody listens");
    assertEquals(List.of("one", "two", "three"), lines);
    assertEquals(List.of("inner"), inner);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
