package dmswitch.repair;

import dmswitch.access.Replay;
import dmswitch.control.RelayCatchUp;
import dmswitch.problem.Problem;
import java.time.Duration;
import java.util.List;

/** Brings relay and tasks to a standstill, so that W and the checkpoints stay as they are. */
final class Standstill {
  private static final Duration SETTLE = Duration.ofSeconds(60);

  /**
   * How long to wait for a moment without a partial transaction. Relay may wait forever on an old
   * connection.
   */
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private final RepairContext context;

  Standstill(RepairContext context) {
    this.context = context;
  }

  /**
   * Pauses relay, between two transactions if possible, and waits until it is Paused.
   *
   * @param runs whether relay runs now
   * @throws Problem if it does not become Paused
   */
  void pauseRelay(boolean runs) {
    if (runs) {
      new RelayCatchUp(
              () -> context.dm().queryStatus(context.worker()).relay(),
              () -> context.control().relayLook().directory().get())
          .awaitWhole(WHOLE);
    }
    context.act(
        "relay_paused",
        () -> context.relayControl().pause(SETTLE, "see query-status -w " + context.worker()));
  }

  /**
   * Waits until tasks may be paused. Tasks that are paused while rows flow could replay some twice.
   *
   * @throws Problem if rows of a table without a key could double, or that is unknown
   */
  void awaitAtRest(List<String> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    Duration limit = context.request().timeouts().drain();
    Observation seen = context.observe().get();
    new Replay(
            context.access(),
            new Replay.Worker(
                seen.worker().deployment().alias(),
                context.worker(),
                seen.toml().sourceId(),
                seen.worker().deployment().relayDir(),
                seen.relayRuns()),
            tasks,
            false,
            seen.taskFacts().keyless().get())
        .awaitRest(limit);
  }

  /**
   * Pauses tasks, and waits until they are Paused.
   *
   * @throws Problem when one of them is not
   */
  void pauseTasks(List<String> tasks) {
    context.act(
        RepairRecords.TASKS_PAUSED,
        () -> context.taskControl().pause(context.worker(), tasks, SETTLE));
  }
}
