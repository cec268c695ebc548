package dmswitch.dm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A DM cluster, as far as the switch of one worker's upstream needs it.
 *
 * <p>Every call is bounded. Questions throw {@link dmswitch.problem.Problem} (cannot tell) when
 * there is no answer to rely on, and (refused) when DM does not know the worker; a wait that polls
 * a question catches the former and asks again. Commands answer with an {@link Outcome}; that
 * proves only what DM said, so a step then asks for the state.
 *
 * <p>A worker is named as DM names it, {@code HOST:PORT} of its dm-worker process.
 */
public interface Dm {
  /**
   * DM 1.0, reached through its dmctl.
   *
   * @param dmctl the program
   * @param masterAddr HOST:PORT of dm-master
   */
  static Dm through(Path dmctl, String masterAddr) {
    return new Dmctl(dmctl, masterAddr, Limits.DEFAULT);
  }

  /**
   * State of the worker, its relay and its subtasks.
   *
   * <p>The worker asks its upstream for this. While that host swallows packets the call hangs, and
   * so does whatever is asked of the worker next: use {@link #queryError} then.
   */
  WorkerStatus queryStatus(String worker);

  /** Stages and errors of relay and subtasks; asks no upstream. */
  WorkerErrors queryError(String worker);

  /** Returns all tasks that DM knows. A worker that does not answer is missing in it silently. */
  List<TaskSummary> tasks();

  /** Returns all unresolved sharding DDL locks. */
  List<DdlLock> showDdlLocks();

  /**
   * Stops the relay from pulling; a restart of the worker forgets that.
   *
   * @param limit how long to wait; relay operations have no built-in limit in DM
   */
  Outcome pauseRelay(String worker, Duration limit);

  /**
   * Lets a Paused relay continue, in a new sub dir if the server at the worker's address is
   * another.
   *
   * @param limit how long to wait; relay operations have no built-in limit in DM
   */
  Outcome resumeRelay(String worker, Duration limit);

  /**
   * Makes a Paused relay open a new sub dir for the server that answers at the worker's address.
   * Not idempotent: every call opens one more, even for the same server.
   *
   * @param limit how long to wait; relay operations have no built-in limit in DM
   */
  Outcome switchRelayMaster(String worker, Duration limit);

  /** Stops a task and forgets it; only {@link #startTask} with its file brings it back. */
  Outcome stopTask(String task, Scope scope);

  /** Starts a task, after DM's pre-check against all sources of the task, whatever the scope. */
  Outcome startTask(Path file, Scope scope);

  Outcome pauseTask(String task, Scope scope);

  Outcome resumeTask(String task, Scope scope);

  /** Returns the pre-check of {@link #startTask}; starts nothing. */
  Outcome checkTask(Path file);
}
