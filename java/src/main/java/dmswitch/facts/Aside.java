package dmswitch.facts;

import dmswitch.program.Lazy;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Reads facts ahead of the thread that will need them, in the given order, as many at a time as
 * there are processors. Closing waits for the reads in progress.
 */
final class Aside implements AutoCloseable {
  private static final int AT_A_TIME = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final ThreadPoolExecutor asking =
      new ThreadPoolExecutor(
          AT_A_TIME,
          AT_A_TIME,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          work -> {
            Thread thread = new Thread(work, "aside");
            thread.setDaemon(true);
            // A defect comes up again where the fact is used.
            thread.setUncaughtExceptionHandler((failed, defect) -> {});
            return thread;
          });

  /** Asks for a fact when its turn comes; {@link Lazy#get} reports why it is not known. */
  void ask(Lazy<?> fact) {
    asking.execute(fact::ask);
  }

  @Override
  public void close() {
    // Reads that have not begun are no longer needed; those in progress clean up after themselves.
    asking.getQueue().clear();
    asking.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = asking.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
