package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.sql.Login;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * The queues of one run of a task. A statement's first key chooses its queue, so rows of different
 * keys come into the target in any order. Once a statement has failed or was canceled, no
 * checkpoint may be written in this run: what was read before it may be missing in the target.
 */
final class JobQueues implements JobQueue.Listener {
  private final List<JobQueue> queues = new ArrayList<>();
  private final Target ddlTarget;
  private final Causality causality = new Causality();
  private final AtomicLong finished;
  private DmError failure;
  private boolean incomplete;
  private int pending;

  /**
   * Starts the queues.
   *
   * @param count how many, {@code worker-count} of the task's file
   * @param batch the most statements of one transaction
   * @param finished counts the statements that are done with, failed ones too
   */
  JobQueues(Login target, int count, int batch, AtomicLong finished) {
    this.finished = finished;
    this.ddlTarget = new Target(target);
    for (int i = 0; i < count; i++) {
      queues.add(new JobQueue("queue " + i, new Target(target), batch, this));
    }
  }

  /** Whether one of its keys is in another queue than another: {@link #flush} first. */
  boolean conflicts(Dml statement) {
    return causality.conflicts(statement.keys());
  }

  /** Puts a statement that does not conflict into its queue. */
  void add(Dml statement) throws InterruptedException {
    CRC32 hash = new CRC32();
    hash.update(causality.relate(statement.keys()).getBytes(StandardCharsets.UTF_8));
    synchronized (this) {
      pending++;
    }
    queues.get((int) (hash.getValue() % queues.size())).add(statement);
  }

  /** Waits until all queues are empty. */
  void await() throws InterruptedException {
    synchronized (this) {
      while (pending > 0) {
        wait();
      }
    }
    causality.reset();
  }

  /** Sends what is there without waiting for more, and waits until all queues are empty. */
  void flush() throws InterruptedException {
    synchronized (this) {
      pending += queues.size();
    }
    for (JobQueue queue : queues) {
      queue.flush();
    }
    await();
  }

  /**
   * Runs DDL once all queues are empty, as one job.
   *
   * @param schema the schema of names without one; empty for none
   * @return whether it went through
   */
  boolean executeDdl(String schema, List<String> statements) throws InterruptedException {
    await();
    try {
      if (!schema.isEmpty()) {
        ddlTarget.executeDdl(List.of("USE `" + schema + "`"));
      }
      ddlTarget.executeDdl(statements);
      finished.addAndGet(statements.size());
      return true;
    } catch (CancellationException e) {
      canceled();
    } catch (DmError e) {
      failed(e);
    }
    return false;
  }

  /** Breaks off what is under way. */
  void cancel() {
    queues.forEach(JobQueue::cancel);
    ddlTarget.cancel();
  }

  /** Ends the queues, which are empty. */
  void end() {
    queues.forEach(JobQueue::end);
    ddlTarget.close();
  }

  /** The first error; a statement that was canceled is none. */
  synchronized Optional<DmError> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether a statement has failed or was canceled. */
  synchronized boolean isIncomplete() {
    return incomplete;
  }

  @Override
  public synchronized void done(int statements, int taken) {
    finished.addAndGet(statements);
    pending -= taken;
    notifyAll();
  }

  @Override
  public void failed(DmError error) {
    synchronized (this) {
      incomplete = true;
      if (failure == null) {
        failure = error;
      }
    }
    cancel();
  }

  @Override
  public synchronized void canceled() {
    incomplete = true;
  }
}
