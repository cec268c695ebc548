package dmswitch.journal;

import java.util.Locale;

/**
 * The steps of a switch, in order, named after module and state. Each scenario uses some of them.
 */
public enum Step {
  PLAN_WRITTEN,
  OLD_BINARY_LOGS_FLUSHED,
  RELAY_FENCED,
  TASKS_DRAINED,
  NEW_BINARY_LOGS_FLUSHED,
  TASKS_STOPPED,
  INVENTORY_SWITCHED,
  WORKER_UPGRADED,
  VIP_MOVED,
  RELAY_SWITCHED,
  RELAY_RESUMED,
  RELAY_OBSERVED,
  TASKS_RUNNING,
  SWITCHOVER_VERIFIED,
  SWITCHOVER_FINISHED,
  /** The way back until {@link #TASKS_STOPPED}. */
  RELAY_RUNNING,
  /** The way back by rollback.yml, until relay is on the new server. */
  ROLLED_BACK,
  /** The open switch continues to another new server than planned. */
  NEW_SERVER_CHANGED,
  /** The old server's state has changed since the plan was made. */
  OLD_SERVER_SEEN;

  /** Returns the name in the journal. */
  public String journalName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Step ofJournalName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
