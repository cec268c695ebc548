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
   * For a moment without a transaction in part; relay may wait on a connection of before for ever.
   */
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private final RepairContext context;

  Standstill(RepairContext context) {
    this.context = context;
  }

  /**
   * Pauses relay, in the middle of no transaction if that can be had, and waits until it is Paused.
   *
   * @param runs whether it runs now
   * @throws Problem when it is not Paused
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
   * Waits until tasks may be paused: paused while rows flow, they could replay some twice.
   *
   * @throws Problem when rows of a table without a key could double, or that is not known
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
