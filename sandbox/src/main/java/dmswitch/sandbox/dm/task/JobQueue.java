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

  private enum Kind {
    APPLY,
    FLUSH,
    END
  }

  /** What lies in the queue; {@code sql} is empty but for {@link Kind#APPLY}. */
  private record Job(Kind kind, String sql) {}

  private final BlockingQueue<Job> queue = new ArrayBlockingQueue<>(CAPACITY);
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
    queue.put(new Job(Kind.APPLY, statement.sql()));
  }

  /** What is in the queue is sent without waiting for more. */
  void flush() throws InterruptedException {
    queue.put(new Job(Kind.FLUSH, ""));
  }

  /** Breaks off the transaction under way; what is in the queue fails as canceled. */
  void cancel() {
    target.cancel();
  }

  /** Ends the thread and the connection; the queue is empty. */
  void end() {
    queue.add(new Job(Kind.END, ""));
  }

  private void work() {
    List<String> statements = new ArrayList<>();
    int taken = 0;
    try (target) {
      while (true) {
        Job next =
            taken == 0 ? queue.take() : queue.poll(BATCH_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null && next.kind() == Kind.END) {
          return;
        }
        if (next != null) {
          taken++;
          if (next.kind() == Kind.APPLY) {
            statements.add(next.sql());
          }
        }
        if (next == null || next.kind() == Kind.FLUSH || taken >= batch) {
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
