package dmswitch.sandbox.dm;

import java.time.Duration;

/**
 * What real DM has as constants, settable so that a test needs neither five minutes nor 400 MB.
 *
 * <p>Each is a system property {@code dm.NAME} of the stand-in's programs; a duration is given in
 * milliseconds, a size in bytes. The default is the real value.
 */
public final class Settings {
  /** How long a task stays in safe mode after it begins to sync. */
  public static final Duration SAFE_MODE = millis("safe-mode", 300_000);

  /** The time between two looks at the queue of operations of a worker. */
  public static final Duration HANDLE_TASK_INTERVAL = millis("handle-task-interval", 1_000);

  /** The time between two looks of dm-master at an operation that it waits for. */
  public static final Duration OPERATION_RETRY_INTERVAL = millis("operation-retry-interval", 1_000);

  /** How often dm-master looks at an operation before it gives up. */
  public static final int OPERATION_RETRIES = Math.toIntExact(number("operation-retries", 30));

  /** The longest time between two tries of dm-master to connect to a worker. */
  public static final Duration CONNECT_BACKOFF_MAX = millis("connect-backoff-max", 3_000);

  /** How long after its start dm-master asks the workers for their tasks. */
  public static final Duration FETCH_TASKS_AFTER = millis("fetch-tasks-after", 3_000);

  /** The time between two tries of the pre-check to query a source. */
  public static final Duration PRE_CHECK_RETRY = millis("pre-check-retry", 1_000);

  /** The largest event that is read within a second when a relay file is recovered. */
  public static final long RECOVER_EVENT_LIMIT = number("recover-event-limit", 105L << 20);

  /** How long relay waits for an event or a heartbeat of its upstream. */
  public static final Duration RELAY_READ_TIMEOUT = millis("relay-read-timeout", 60_000);

  /** How long relay waits for a connection to its upstream. */
  public static final Duration RELAY_DIAL_TIMEOUT = millis("relay-dial-timeout", 10_000);

  /** How long a connection is silent before the kernel asks the other side, in whole seconds. */
  public static final Duration TCP_KEEP_ALIVE = millis("tcp-keep-alive", 15_000);

  /** The time between two heartbeats that relay asks of its upstream. */
  public static final Duration HEARTBEAT_PERIOD = millis("heartbeat-period", 30_000);

  /**
   * How long query-status waits for an answer of the upstream; the worker's lock is held so long.
   */
  public static final Duration STATUS_READ_TIMEOUT = millis("status-read-timeout", 300_000);

  /** The time between two writings of relay.meta while relay runs. */
  public static final Duration FLUSH_META_INTERVAL = millis("flush-meta-interval", 30_000);

  /** The time between two looks for subtasks that an error has paused. */
  public static final Duration TASK_CHECK_INTERVAL = millis("task-check-interval", 5_000);

  /**
   * The time between two writings of a task's checkpoint while rows come, in whole seconds, where
   * the task's file does not say {@code checkpoint-flush-interval}.
   */
  public static final Duration CHECKPOINT_FLUSH = millis("checkpoint-flush", 30_000);

  /** How long a task waits for an event before it writes its checkpoint down. */
  public static final Duration EVENT_TIMEOUT = millis("event-timeout", 60_000);

  /** How often a task looks whether its relay file has grown. */
  public static final Duration WATCH_INTERVAL = millis("watch-interval", 100);

  /** The time between two tries of a transaction that ended in a deadlock. */
  public static final Duration DEADLOCK_RETRY = millis("deadlock-retry", 3_000);

  private Settings() {}

  /** The property that sets {@code name}. */
  public static String property(String name) {
    return "dm." + name;
  }

  private static Duration millis(String name, long real) {
    return Duration.ofMillis(number(name, real));
  }

  private static long number(String name, long real) {
    return Long.parseLong(System.getProperty(property(name), Long.toString(real)));
  }
}
