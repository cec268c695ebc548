package dmswitch.journal;

import dmswitch.host.SshWay;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plan.PlannedTask;
import java.util.List;

/** Plans for tests; what a test does not say is an ordinary switch with a living old server. */
public final class Plans {
  public static final String WORKER = "10.0.1.21:8262";
  public static final String OTHER_WORKER = "10.0.1.22:8262";
  public static final String OLD_UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  public static final String NEW_UUID = "f0c1d2e3-71ca-11e1-9e33-c80aa9429562";

  private Modes.Scenario scenario = Modes.Scenario.ADDRESS;
  private OldServerState oldServer = OldServerState.OPEN;
  private String inventory = "inventory.ini";
  private Modes.TaskMode taskMode = Modes.TaskMode.STOP;
  private List<PlannedTask> tasks = List.of(task("orders", Handling.STOP_ON_WORKER));
  private boolean relayPausedBefore;
  private boolean leaveHole;
  private boolean abortPossible = true;
  private Modes.FlushBinaryLogs flush = Modes.FlushBinaryLogs.AUTO;
  private Modes.RollMode rollMode = Modes.RollMode.DOCUMENTED;
  private List<String> warnings = List.of();
  private List<String> lastingWarnings = List.of();

  public static PlannedTask task(String name, Handling handling) {
    return new PlannedTask(
        name,
        handling == Handling.PAUSE_ON_WORKER ? "" : "/dm/conf/" + name + ".yaml",
        handling == Handling.LEAVE_PAUSED ? "Paused" : "Running",
        handling == Handling.STOP_WHOLE ? List.of(WORKER, OTHER_WORKER) : List.of(WORKER),
        handling);
  }

  public static Plan ordinary() {
    return new Plans().make();
  }

  public Plans oldServer(OldServerState state) {
    oldServer = state;
    return this;
  }

  public Plans inventory(String path) {
    inventory = path;
    return this;
  }

  /** Behind a VIP, the tasks paused. */
  public Plans vip() {
    scenario = Modes.Scenario.VIP;
    taskMode = Modes.TaskMode.PAUSE;
    tasks = List.of(task("orders", Handling.PAUSE_ON_WORKER));
    return this;
  }

  public Plans pausesTasks() {
    taskMode = Modes.TaskMode.PAUSE;
    return this;
  }

  public Plans tasks(PlannedTask... given) {
    tasks = List.of(given);
    return this;
  }

  public Plans relayPausedBefore() {
    relayPausedBefore = true;
    return this;
  }

  public Plans leaveHole() {
    leaveHole = true;
    abortPossible = false;
    return this;
  }

  public Plans noAbort() {
    abortPossible = false;
    return this;
  }

  public Plans neverFlush() {
    flush = Modes.FlushBinaryLogs.NEVER;
    return this;
  }

  public Plans staged() {
    rollMode = Modes.RollMode.STAGED;
    return this;
  }

  public Plans lastingWarnings(String... given) {
    lastingWarnings = List.of(given);
    return this;
  }

  public Plans warnings(String... given) {
    warnings = List.of(given);
    return this;
  }

  public Plan make() {
    return new Plan(
        new Modes(scenario, taskMode, flush, rollMode),
        new Plan.Tools(inventory, List.of(), "10.0.1.11:8261", "/dm/dmctl/dmctl"),
        new Plan.PlannedWorker(
            "dm_worker1",
            WORKER,
            "mysql-replica-01",
            "/home/tidb/deploy",
            "/home/tidb/deploy/relay_log",
            "",
            SshWay.NONE),
        new Plan.OldServer("10.0.1.31", 3306, "dm", OLD_UUID, oldServer),
        new Plan.NewServer("10.0.1.32", 3306, "dm", NEW_UUID),
        tasks,
        new Plan.PlannedRelay(
            OLD_UUID + ".000001", relayPausedBefore, leaveHole, abortPossible, OLD_UUID + ":1-100"),
        new Plan.Cautions(warnings, lastingWarnings));
  }
}
