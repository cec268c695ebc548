package dmswitch.repair;

import dmswitch.control.RelayCatchUp;
import dmswitch.control.TasksAtRest;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import dmswitch.step.Replay;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings relay and tasks to a standstill, so that W and the checkpoints stay as they are. */
final class Standstill {
  /** For one relay command. */
  static final Duration COMMAND = Duration.ofMinutes(2);

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
    context.act("relay_paused", this::pauseRelay);
  }

  private void pauseRelay() {
    requireTaken(context.dm().pauseRelay(context.worker(), COMMAND), "relay Paused");
    boolean paused =
        Waiting.until(
                SETTLE,
                () ->
                    Optional.of(RelayView.ofStatus(context.dm(), context.worker()))
                        .filter(RelayView::isPaused))
            .isPresent();
    if (!paused) {
      throw Problem.cannotTell(
          "after " + SETTLE.toSeconds() + " s relay is not Paused",
          "relay Paused",
          "see query-status -w " + context.worker());
    }
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
    if (seen.taskFacts().keyless().get().isEmpty()) {
      TasksAtRest.await(context.dm(), context.worker(), limit);
    }
    new Replay(
            context.site(),
            new Replay.Worker(
                seen.worker().deployment().alias(),
                context.worker(),
                seen.toml().sourceId(),
                seen.worker().deployment().relayDir(),
                seen.relayRuns()),
            tasks,
            false,
            seen.taskFacts().keyless().get())
        .awaitNone(limit);
  }

  /**
   * Pauses tasks, and waits until they are Paused.
   *
   * @throws Problem when one of them is not
   */
  void pauseTasks(List<String> tasks) {
    context.act(RepairRecords.TASKS_PAUSED, () -> pause(tasks));
  }

  private void pause(List<String> tasks) {
    for (String task : tasks) {
      requireTaken(
          context.dm().pauseTask(task, Scope.only(context.worker())), "task " + task + " Paused");
    }
    boolean paused =
        Waiting.until(SETTLE, () -> Optional.of(true).filter(any -> arePaused(tasks))).isPresent();
    if (!paused) {
      throw Problem.cannotTell(
          "not Paused after " + SETTLE.toSeconds() + " s: one of " + tasks,
          "every task Paused, so that its checkpoint stands still",
          "see query-status -w " + context.worker());
    }
  }

  private boolean arePaused(List<String> tasks) {
    return context.dm().queryStatus(context.worker()).subtasks().stream()
        .filter(task -> tasks.contains(task.name()))
        .allMatch(task -> task.stage() == Stage.PAUSED);
  }

  /**
   * Accepts an outcome that is done, or may still be.
   *
   * @throws Problem when DM says no
   */
  static void requireTaken(Outcome outcome, String wanted) {
    if (!outcome.isDoneOrAlreadySo() && !outcome.isEffectUnknown()) {
      throw outcome.problem(wanted, "fix what DM reports");
    }
  }
}
