package dmswitch.step;

import dmswitch.check.Known;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for facts beside the thread that will want them. Closed, it has waited for their answers.
 */
final class Aside implements AutoCloseable {
  private final List<Thread> asking = new ArrayList<>();

  /** Begins to ask; what keeps the fact from being known is told by {@link Known#get}. */
  void ask(Known<?> fact) {
    Thread thread = new Thread(fact::ask, "aside");
    thread.setDaemon(true);
    // A defect comes up again where the fact is wanted.
    thread.setUncaughtExceptionHandler((failed, defect) -> {});
    thread.start();
    asking.add(thread);
  }

  @Override
  public void close() {
    boolean interrupted = false;
    for (Thread thread : asking) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
