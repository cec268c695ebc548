package dmswitch.journal;

import java.util.Locale;

/**
 * The steps of a switch, in their order; the names are those of module and state. A scenario has
 * some of them.
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
  /** The way back from before {@link #TASKS_STOPPED}. */
  RELAY_RUNNING,
  /** The way back of its own playbook, from before relay is on the new server. */
  ROLLED_BACK,
  /** The open switch goes to another new server than was planned. */
  NEW_SERVER_CHANGED,
  /** The old server was seen to answer differently from when the plan was made. */
  OLD_SERVER_SEEN;

  /** As it is in the journal. */
  public String journalName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Step ofJournalName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
