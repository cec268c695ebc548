package dmswitch.step;

import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Table;
import java.util.List;

/**
 * Step 3: the tasks replay what relay still holds, so that none is stopped while rows flow, and
 * little is left for after the switch. Not reaching that is no error where every table has a key:
 * what they have not read stays in the old sub dir and is read from there.
 */
final class DrainTasks implements StepAction {
  @Override
  public Step step() {
    return Step.TASKS_DRAINED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.tasksTouched()) {
      return Answer.unchanged("the tasks were drained before they were stopped");
    }
    if (open.plan().oldServer().silent()) {
      return Answer.unchanged(
          "not awaited: no packet comes back from the old server, so query-status must not be asked");
    }
    open.journal().intent(step(), Json.object());
    boolean drained =
        TasksAtRest.await(
            open.site().dm(), open.plan().workerAddress(), open.request().drainTimeout());
    if (!drained) {
      requireKeys(open);
    }
    String msg =
        drained
            ? "the tasks have replayed what relay holds"
            : "after "
                + open.request().drainTimeout().toSeconds()
                + " s the tasks still replay what relay holds; they go on with it after the switch";
    open.journal().done(step(), Json.object().put("drained", drained));
    return Answer.unchanged(msg);
  }

  /**
   * @throws Problem (refused) when rows that the tasks are just replaying could double
   */
  private static void requireKeys(OpenSwitch open) {
    List<Table> keyless = open.keylessTables();
    if (!keyless.isEmpty()) {
      throw TasksAtRest.refused(open.request().drainTimeout(), keyless);
    }
  }
}
