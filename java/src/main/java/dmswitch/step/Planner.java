package dmswitch.step;

import dmswitch.access.ClusterAccess;
import dmswitch.check.Check;
import dmswitch.check.Checks;
import dmswitch.check.CompletedSwitch;
import dmswitch.check.Facts;
import dmswitch.check.Report;
import dmswitch.check.Subtask;
import dmswitch.dm.TaskSummary;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.facts.FactsReader;
import dmswitch.journal.Modes;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.request.Request;
import dmswitch.task.TaskFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Runs the checks and, when they all pass, makes the plan. */
final class Planner {
  private final ClusterAccess access;
  private final Optional<Plan> given;

  /**
   * @param given the plan of a switch that was begun and has not stopped any task: relay may be
   *     Paused by it
   */
  Planner(ClusterAccess access, Optional<Plan> given) {
    this.access = access;
    this.given = given;
  }

  /**
   * What came of it.
   *
   * @param plan only when every check lets the switch continue
   * @param relayRuns whether relay was seen Running
   * @param alreadyThere what is seen of a worker that a switch would not change
   */
  record Result(
      Report report, Optional<Plan> plan, boolean relayRuns, Optional<String> alreadyThere) {
    /** Returns the plan, or the problem that the checks came to. */
    Plan planOrThrow() {
      return plan.orElseThrow(() -> report.problem().orElseThrow());
    }
  }

  /**
   * @param begun the switch in progress, if there is one
   * @param relayPausedByUs whether an earlier run of dm-switch has paused relay
   */
  Result plan(Optional<Plan> begun, boolean relayPausedByUs) {
    try (FactsReader reader = new FactsReader(access, relayPausedByUs)) {
      reader.askAhead();
      Facts facts = reader.facts();
      if (begun.isEmpty()) {
        Optional<String> there =
            CompletedSwitch.look(facts, () -> !access.ansible().inventoryEdit().isChange());
        if (there.isPresent()) {
          return new Result(new Report(List.of()), Optional.empty(), true, there);
        }
      }
      Report report = Report.of(checks(facts.request()), facts);
      return new Result(
          report,
          report.safe() ? Optional.of(make(facts, report)) : Optional.empty(),
          facts.relay().view().isKnown() && facts.relay().view().get().isRunning(),
          Optional.empty());
    }
  }

  private static List<Check> checks(Facts.Request request) {
    if (request.behindVip()) {
      return Checks.ofVipScenario();
    }
    return request.staged() ? Checks.ofStagedRoll() : Checks.ofAddressScenario();
  }

  /**
   * For a switch whose tasks are stopped, the same plan with the new server that is asked for now.
   *
   * @param begun its plan, as {@link OtherNewServer#from} has it
   * @throws Problem (refused) when relay has left the sub dir in which it was fenced
   */
  Result planOtherServer(Plan begun) {
    try (FactsReader reader = FactsReader.withTasksOf(begun, access)) {
      reader.askAhead();
      Facts facts = reader.facts();
      Report report = Report.of(Checks.ofOtherNewServer(), facts);
      if (facts.relay().view().isKnown()) {
        requireNotMoved(facts.relay().view().get(), begun);
      }
      return new Result(
          report,
          report.safe()
              ? Optional.of(
                  begun.to(
                      newServer(facts),
                      oldServer(facts),
                      withFiles(begun.tasks(), facts.tasks().files().get()),
                      cautions(report)))
              : Optional.empty(),
          false,
          Optional.empty());
    }
  }

  /** The files may have been moved since. */
  private static List<PlannedTask> withFiles(List<PlannedTask> tasks, Map<String, TaskFile> files) {
    return tasks.stream()
        .map(
            task ->
                new PlannedTask(
                    task.name(),
                    Optional.ofNullable(files.get(task.name()))
                        .map(file -> file.path().toString())
                        .orElse(task.file()),
                    task.stage(),
                    task.workers(),
                    task.handling()))
        .toList();
  }

  private static void requireNotMoved(RelayView relay, Plan begun) {
    if (!relay.subDir().toString().equals(begun.relay().subDir())) {
      throw Problem.refused(
          "relay is in " + relay.subDir() + ", which this switch has not opened",
          "relay in " + begun.relay().subDir() + ", where it was fenced",
          "find out who restarted the worker; run rescue.yml, which names the state");
    }
  }

  private Plan.NewServer newServer(Facts facts) {
    return new Plan.NewServer(
        access.request().newServer().host(),
        access.request().newServer().port(),
        access.mysql().newUser(),
        facts.newServer().facts().get().serverUuid());
  }

  private Plan make(Facts facts, Report report) {
    Request request = access.request();
    WorkerSurvey survey = facts.deployment().survey().get();
    WorkerToml now = facts.deployment().runningToml().get().toml();
    RelayView relay = facts.relay().view().get();
    boolean hole = facts.relay().head().get().filter(Hole::isRisky).isPresent();
    return new Plan(
        request.modes(),
        new Plan.Tools(
            access.ansible().inventory().toString(),
            facts.request().behindVip() ? List.of() : access.ansible().settings(),
            access.masterAddr(),
            request.dm().dmctl().toString()),
        new Plan.PlannedWorker(
            request.dmWorker(),
            survey.deployment().address(),
            now.sourceId(),
            survey.deployment().deployDir(),
            survey.deployment().relayDir(),
            access.hosts().workerHost().surroundings(),
            access.hosts().workerHost().ssh()),
        new Plan.OldServer(
            now.host(), now.port(), now.user(), relay.subDir().serverUuid(), oldServer(facts)),
        newServer(facts),
        tasks(facts),
        new Plan.PlannedRelay(
            relay.subDir().toString(),
            given.map(before -> before.relay().pausedBefore()).orElse(relay.isPaused()),
            hole
                && request.modes().flushBinaryLogs() == Modes.FlushBinaryLogs.AUTO
                && relay.isRunning(),
            !hole,
            relay.gtidW().toString()),
        cautions(report));
  }

  private static Plan.Cautions cautions(Report report) {
    return new Plan.Cautions(report.warnings(), report.lastingWarnings());
  }

  private static OldServerState oldServer(Facts facts) {
    return switch (facts.oldServer()) {
      case ALIVE -> OldServerState.OPEN;
      case REPLACED -> OldServerState.REPLACED;
      case UNSEEN -> OldServerState.UNSEEN;
      case LOST -> OldServerState.ofClosed(facts.upstream().port().get().state());
    };
  }

  private List<PlannedTask> tasks(Facts facts) {
    Map<String, TaskFile> files = facts.tasks().files().get();
    List<PlannedTask> tasks = new ArrayList<>();
    for (Subtask task : facts.tasks().subtasks().get()) {
      List<String> workers =
          facts.tasks().summaries().get().stream()
              .filter(summary -> summary.name().equals(task.name()))
              .map(TaskSummary::workers)
              .findFirst()
              .map(found -> List.copyOf(new TreeSet<>(found)))
              .orElseThrow(
                  () ->
                      Problem.cannotTell(
                              "dm-master does not know of task " + task.name() + " on this worker",
                              "every worker that the task runs on",
                              "dmctl refresh-worker-tasks, then run again")
                          .namingRerun());
      tasks.add(
          new PlannedTask(
              task.name(),
              Optional.ofNullable(files.get(task.name()))
                  .map(file -> file.path().toString())
                  .orElse(""),
              task.stage().toString(),
              workers,
              handling(task, workers.size() > 1)));
    }
    return tasks;
  }

  private Handling handling(Subtask task, boolean sharded) {
    if (task.isPausedByOperator()) {
      return Handling.LEAVE_PAUSED;
    }
    if (access.request().modes().task() == Modes.TaskMode.PAUSE) {
      return Handling.PAUSE_ON_WORKER;
    }
    return sharded ? Handling.STOP_WHOLE : Handling.STOP_ON_WORKER;
  }
}
