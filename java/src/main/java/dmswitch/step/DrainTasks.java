package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.KeylessTables;
import dmswitch.access.Replay;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Step 3: waits until the tasks have replayed what relay still holds, so that none is stopped while
 * rows flow, and little is left for after the switch. If every table has a key, a timeout is no
 * error: the tasks read the rest from the old sub dir later. Rows of a table without a key must be
 * before the checkpoint, on every worker on which the tasks are stopped. On workers whose relay
 * keeps running, that is checked seconds before stop-task, and a warning says so.
 */
final class DrainTasks implements StepAction {
  /** In the outcome: the other workers of sharded tasks where a table lacks a key. */
  private static final String KEYLESS_SHARDS = "keyless_shards";

  @Override
  public Step step() {
    return Step.TASKS_DRAINED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.pastTasks()) {
      return Answer.unchanged("the tasks were stopped or Paused before the switch began");
    }
    if (open.stoppedAndDown()) {
      return Answer.unchanged("the tasks were drained and stopped before the worker went down");
    }
    List<PlannedTask> toStop = open.plan().handledTasks();
    if (open.tasksTouched()) {
      // The intent to stop them proves nothing: it may have failed, or they were brought back.
      toStop = TaskStages.ask(open).notOut(open.plan());
      if (toStop.isEmpty()) {
        return Answer.unchanged("the tasks were drained before they were stopped");
      }
    }
    Duration limit = open.request().timeouts().drain();
    open.journal().intent(step(), Json.object());
    String msg = drain(open, toStop.stream().map(PlannedTask::name).toList(), limit);
    List<String> keylessShards = OtherShards.awaitRest(open, toStop, limit);
    ObjectNode data = Json.object();
    data.set(KEYLESS_SHARDS, Json.tree(keylessShards));
    open.journal().done(step(), data);
    return Answer.unchanged(msg);
  }

  /**
   * Checks again, just before stop-task, the workers whose relay keeps running.
   *
   * @param toStop the tasks that are not yet stopped or Paused
   * @throws Problem when rows could double there
   */
  static void requireShardsAtRest(OpenSwitch open, List<PlannedTask> toStop) {
    List<String> workers = keylessShards(open);
    if (!workers.isEmpty()) {
      OtherShards.requireRest(open, toStop, workers);
    }
  }

  /**
   * Returns what the looks at workers whose relays run on leave open; none where every table has a
   * key.
   */
  static List<String> warnings(OpenSwitch open) {
    List<String> workers = keylessShards(open);
    return workers.isEmpty()
        ? List.of()
        : List.of(
            "tables without a key are replicated from "
                + String.join(", ", workers)
                + ": a row that arrived there in the seconds between the last check of its relay"
                + " and"
                + " stop-task could be applied twice; compare these tables if they were written to"
                + " then");
  }

  private static List<String> keylessShards(OpenSwitch open) {
    List<String> workers = new ArrayList<>();
    open.journal()
        .outcome(Step.TASKS_DRAINED)
        .ifPresent(
            data -> data.path(KEYLESS_SHARDS).forEach(worker -> workers.add(worker.asText())));
    return workers;
  }

  private static String drain(OpenSwitch open, List<String> tasks, Duration limit) {
    Plan plan = open.plan();
    boolean silent = plan.oldServer().state().mayHang();
    KeylessTables keyless = open.access().keylessTables().read(plan.dmWorker().sourceId(), tasks);
    // Also where every listed table has a key: relay may hold rows of one that is gone.
    boolean still =
        new Replay(
                open.access(),
                new Replay.Worker(
                    plan.dmWorker().alias(),
                    plan.dmWorker().address(),
                    plan.dmWorker().sourceId(),
                    plan.dmWorker().relayDir(),
                    false),
                tasks,
                silent,
                keyless)
            .awaitRest(limit);
    if (!keyless.isEmpty()) {
      return "every row of a table without a key is before the tasks' checkpoints";
    }
    if (silent) {
      return "not awaited, as every table has a key: no packet comes back from the old server, so"
          + " query-status would hang";
    }
    return still
        ? "the tasks are idle"
        : "after "
            + limit.toSeconds()
            + " s the tasks still replay what relay holds; they replay the rest after the switch";
  }
}
