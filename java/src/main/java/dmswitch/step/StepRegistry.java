package dmswitch.step;

import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The steps of a switch by module and state, as requests name them. */
public final class StepRegistry {
  private static final Map<String, Map<String, Function<Request, StepResult>>> STEPS =
      Map.of(
          "preflight", Map.of("", PreflightStep::run),
          "plan", Map.of("written", PlanStep::run),
          "binary_logs", Map.of("flushed", StepRegistry::flushBinaryLogs),
          "relay",
              Map.of(
                  "fenced", step(FenceRelay::new),
                  "switched", step(SwitchRelayMaster::new),
                  "resumed", step(ResumeRelayOnNewServer::new),
                  "observed", step(ObserveRelay::new),
                  "running", step(ResumeRelay::new)),
          "tasks",
              Map.of(
                  "drained", step(DrainTasks::new),
                  "stopped", step(StopTasks::new),
                  "running", step(StartTasks::new)),
          "vip", Map.of("looked_at", step(LookAtVip::new), "moved", step(MoveVip::new)),
          "inventory", Map.of("switched", step(SwitchInventory::new)),
          "worker", Map.of("upgraded", step(UpgradeWorker::new)),
          "switchover",
              Map.of(
                  "verified", step(VerifySwitchover::new),
                  "finished", step(FinishSwitchover::new)),
          "rollback", Map.of("", RollbackStep::run));

  private StepRegistry() {}

  /** Returns the states of a module with their steps; the state is empty where it takes none. */
  public static Map<String, Function<Request, StepResult>> ofModule(String module) {
    return STEPS.get(module);
  }

  private static Function<Request, StepResult> step(Supplier<StepAction> action) {
    return request -> StepRunner.run(request, action.get());
  }

  private static StepResult flushBinaryLogs(Request request) {
    return switch (request.run().server().orElse("")) {
      case "current" -> StepRunner.run(request, new LeaveHole());
      case "new" -> StepRunner.run(request, new FlushNewServer());
      default ->
          throw Problem.wrongUse(
                  "server is '" + request.run().server().orElse("") + "'",
                  "current or new",
                  "correct it and run again; nothing was changed")
              .namingRerun();
    };
  }
}
