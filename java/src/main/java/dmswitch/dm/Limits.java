package dmswitch.dm;

import java.time.Duration;

/**
 * How long dmctl may take. dm-master gives up on a worker after 30 s, and on the operation of a
 * subtask after 30 tries a second apart; the pre-check of start-task has no limit in DM.
 *
 * @param question for a question
 * @param operation for stopping, pausing and resuming a task
 * @param precheck for what runs the pre-check
 */
public record Limits(Duration question, Duration operation, Duration precheck) {
  /** 45 s, 2 min, 5 min. */
  public static final Limits DEFAULT =
      new Limits(Duration.ofSeconds(45), Duration.ofMinutes(2), Duration.ofMinutes(5));
}
