package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * One of a task's queues: a thread and a connection of its own, which applies the statements in
 * their order, many in one transaction.
 */
final class JobQueue {
  /** What the queue reports; called in its thread. */
  interface Listener {
    /** A transaction went through or failed; so many statements are done with. */
    void done(int statements, int taken);

    /** A transaction failed, and was not canceled. */
    void failed(DmError error);

    /** A transaction was canceled: its rows are not there. */
    void canceled();
  }

  /** How long statements wait for more of them before they are sent. */
  private static final Duration BATCH_WAIT = Duration.ofMillis(10);

  private static final int CAPACITY = 1024;
  private static final Dml FLUSH = new Dml("flush", List.of());
  private static final Dml END = new Dml("end", List.of());

  private final BlockingQueue<Dml> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Target target;
  private final int batch;
  private final Listener listener;

  JobQueue(String name, Target target, int batch, Listener listener) {
    this.target = target;
    this.batch = batch;
    this.listener = listener;
    Thread thread = new Thread(this::work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for room in the queue. */
  void add(Dml statement) throws InterruptedException {
    queue.put(statement);
  }

  /** What is in the queue is sent without waiting for more. */
  void flush() throws InterruptedException {
    queue.put(FLUSH);
  }

  /** Breaks off the transaction under way; what is in the queue fails as canceled. */
  void cancel() {
    target.cancel();
  }

  /** Ends the thread and the connection; the queue is empty. */
  void end() {
    queue.add(END);
  }

  private void work() {
    List<String> statements = new ArrayList<>();
    int taken = 0;
    try (target) {
      while (true) {
        Dml next =
            taken == 0 ? queue.take() : queue.poll(BATCH_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        if (END.equals(next)) {
          return;
        }
        if (next != null) {
          taken++;
          if (!FLUSH.equals(next)) {
            statements.add(next.sql());
          }
        }
        if (next == null || FLUSH.equals(next) || taken >= batch) {
          execute(statements);
          listener.done(statements.size(), taken);
          statements.clear();
          taken = 0;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void execute(List<String> statements) throws InterruptedException {
    if (statements.isEmpty()) {
      return;
    }
    try {
      target.execute(statements);
    } catch (CancellationException e) {
      listener.canceled();
    } catch (DmError e) {
      listener.failed(e);
    }
  }
}
