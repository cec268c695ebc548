package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import java.util.List;
import java.util.Optional;

/**
 * A DDL that all shards have to come to: the subtask waits here until dm-master says whether it is
 * to run it or to pass over it.
 */
public final class ShardDdl {
  /** What dm-master has decided. */
  private enum Decision {
    NONE,
    RUN,
    SKIP
  }

  private final Table target;
  private final List<String> statements;
  private String lockId = "";
  private Decision decision = Decision.NONE;
  private boolean done;
  private DmError failure;

  ShardDdl(Table target, List<String> statements) {
    this.target = target;
    this.statements = statements;
  }

  public Table target() {
    return target;
  }

  public List<String> statements() {
    return statements;
  }

  /** dm-master's lock; empty until it has one. */
  public synchronized String lockId() {
    return lockId;
  }

  public synchronized void setLockId(String id) {
    lockId = id;
  }

  /**
   * dm-master's decision; returns when it has been carried out.
   *
   * @throws DmError when that failed
   */
  public synchronized void decide(boolean run) throws InterruptedException {
    decision = run ? Decision.RUN : Decision.SKIP;
    while (!done) {
      wait();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether to run it; nothing while there is no decision. */
  synchronized Optional<Boolean> decision() {
    return decision == Decision.NONE ? Optional.empty() : Optional.of(decision == Decision.RUN);
  }

  synchronized void finish(DmError error) {
    done = true;
    failure = error;
    notifyAll();
  }
}
