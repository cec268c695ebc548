package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Report;
import dmswitch.dmansible.Roll;
import dmswitch.inventory.InventoryEdit;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.RepairRecord;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Address;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Runs one step as a module asks for it, and gives its answer. */
public final class Steps {
  private static final String AGAIN = "; then run the same playbook again: it goes on from there";
  private static final String TAKE_BACK = "; rollback.yml takes the switch back, if that is safe";
  private static final String ANOTHER =
      "; if the new server is lost, run it with another one as new_mysql_host";

  /** In an answer: a switch would change nothing. */
  private static final String ALREADY_THERE = "already_there";

  /** How long one call waits for somebody else. */
  private static final Duration SLICE = Duration.ofSeconds(15);

  /** Steps that only look. */
  private static final Set<Step> LOOKING =
      EnumSet.of(
          Step.TASKS_DRAINED,
          Step.RELAY_OBSERVED,
          Step.SWITCHOVER_VERIFIED,
          Step.SWITCHOVER_FINISHED);

  private Steps() {}

  /**
   * How a step ended.
   *
   * @param answer for the module, on stdout
   * @param exitCode of the process
   * @param problem for people, on stderr
   */
  public record Ended(ObjectNode answer, ExitCode exitCode, Optional<Problem> problem) {
    public static Ended well(ObjectNode answer) {
      return new Ended(answer, ExitCode.DONE, Optional.empty());
    }

    public static Ended with(Problem problem, ObjectNode answer) {
      ObjectNode told = Json.object();
      told.put("exit_code", problem.exitCode().jsonName());
      told.put("found", problem.found());
      told.put("wanted", problem.wanted());
      told.put("next", problem.next());
      answer.set("problem", told);
      answer.put("changed", false);
      answer.put("msg", problem.found());
      return new Ended(answer, problem.exitCode(), Optional.of(problem));
    }
  }

  /** A problem with the request is told as JSON too. */
  public static Ended guarded(Supplier<Ended> step) {
    try {
      return step.get();
    } catch (Problem problem) {
      return Ended.with(problem, Json.object());
    }
  }

  /** Checks everything, changes nothing. */
  public static Ended preflight(Request request) {
    requireNoRepair(request);
    Optional<Journal> begun = Journal.peek(request.journalDir());
    if (begun.isPresent() && begun.get().intended(Step.TASKS_STOPPED)) {
      return preflightOfUnfinished(request, begun.get());
    }
    Site site = siteOf(request, begun);
    Planner.Result result = plan(site, begun);
    ObjectNode answer = reported(site, result);
    if (result.alreadyThere().isPresent()) {
      return alreadyThere(result);
    }
    Optional<String> wayBack = begun.flatMap(journal -> wayBack(journal, result));
    if (result.plan().isEmpty()) {
      return Ended.with(refusal(result, wayBack), answer);
    }
    answer.put("changed", false);
    answer.put(
        "msg",
        "every check passes; "
            + wayBack
                .map(
                    text ->
                        "an unfinished switch is found, and switch-upstream.yml goes on with it; "
                            + text)
                .orElse("the switch can be made"));
    return Ended.well(answer);
  }

  private static Ended alreadyThere(Planner.Result result) {
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put(ALREADY_THERE, true);
    answer.put("msg", result.alreadyThere().orElseThrow() + "; nothing is to be done");
    return Ended.well(answer);
  }

  private static Ended preflightOfUnfinished(Request request, Journal journal) {
    Plan plan = journal.plan().orElseThrow();
    requireSameWorker(request, plan, journal);
    OpenSwitch open = open(request, journal);
    if (!isScenarioOf(request, plan) || !OtherNewServer.isAskedFor(open)) {
      throw unfinished(journal);
    }
    Site site = open.site();
    Plan from = OtherNewServer.from(open);
    Planner.Result result = planOther(open, from);
    ObjectNode answer = reported(site, result);
    if (result.plan().isEmpty()) {
      return Ended.with(result.report().problem().orElseThrow(), answer);
    }
    answer.put("changed", false);
    answer.put("msg", "an unfinished switch is found, and switch-upstream.yml " + onTo(result));
    return Ended.well(answer);
  }

  private static String onTo(Planner.Result result) {
    return "goes on with it to another new server, "
        + result.planOrThrow().newServer().address()
        + ", for which every check passes";
  }

  /** Where a switch is planned anew: in the inventory of the one that is open. */
  private static Site siteOf(Request request, Optional<Journal> begun) {
    if (begun.flatMap(Journal::plan).isEmpty()) {
      return new Site(request);
    }
    Site site = Site.ofAnyWorker(request);
    // Refuses another one before any check.
    site.inventory();
    return site;
  }

  private static Site siteOf(Request request, Plan plan) {
    Site site = new Site(request, plan);
    // Refuses another one than the plan's.
    site.inventory();
    return site;
  }

  private static boolean isScenarioOf(Request request, Plan plan) {
    return plan.scenario().equals(request.scenario().word());
  }

  /** What to say of a relay that an unfinished switch has paused and nobody has resumed since. */
  private static Optional<String> wayBack(Journal journal, Planner.Result result) {
    return journal
        .plan()
        .filter(
            plan -> journal.relayPausedByUs() && !result.relayRuns() && !plan.relayPausedBefore())
        .map(plan -> WayBack.ofPausedRelay(plan, journal));
  }

  private static Problem refusal(Planner.Result result, Optional<String> wayBack) {
    Problem problem = result.report().problem().orElseThrow();
    // What that check wants comes before any way back.
    return result.report().forbidsResuming()
        ? problem
        : wayBack.map(problem::andNext).orElse(problem);
  }

  /** Step 1: the same checks, then the plan is written; an unfinished switch goes on. */
  public static Ended writePlan(Request request) {
    if (request.checkMode()) {
      Ended ended = preflight(request);
      if (ended.problem().isEmpty() && !ended.answer().has(ALREADY_THERE)) {
        ended.answer().put("changed", true);
      }
      return ended;
    }
    Optional<Ended> waiting = awaitStray(request, SLICE);
    if (waiting.isPresent()) {
      return waiting.get();
    }
    boolean fresh = !Files.exists(request.journalDir());
    try (Journal journal = Journal.take(request.journalDir())) {
      boolean kept = false;
      try {
        Ended ended = writePlan(request, journal);
        kept = ended.exitCode() == ExitCode.DONE && !ended.answer().has(ALREADY_THERE);
        return ended;
      } finally {
        if (!kept) {
          journal.release();
          if (fresh) {
            journal.removeIfEmpty();
          }
        }
      }
    }
  }

  /**
   * Waits for the end of a step whose playbook has ended without it, most of all the rolling
   * upgrade; at most {@code slice}, so that people see how much time is left.
   *
   * @return the answer with which the action calls again; empty when nobody is waited for
   * @throws Problem (refused) when the step has not ended within upgrade_timeout
   */
  static Optional<Ended> awaitStray(Request request, Duration slice) {
    Duration limit = request.upgradeTimeout();
    Duration left = limit.minus(request.waited());
    Optional<String> stray =
        Journal.awaitStray(request.journalDir(), left.compareTo(slice) < 0 ? left : slice);
    if (stray.isEmpty()) {
      return Optional.empty();
    }
    String found =
        "a playbook that switched this worker has ended, but the step that it began works on ("
            + stray.get()
            + Journal.peek(request.journalDir())
                .map(journal -> "; " + journal.whereItStands())
                .orElse("")
            + ")";
    Duration waited = request.waited().plus(slice);
    if (waited.compareTo(limit) >= 0) {
      throw Problem.refused(
              "after " + limit.toSeconds() + " s (upgrade_timeout): " + found,
              "the end of that step: one run at a time",
              "look at what it waits for (journal "
                  + request.journalDir()
                  + "), then run the same playbook again: it goes on from what it finds")
          .namingRerun();
    }
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put("waiting", true);
    answer.put("waited", waited.toSeconds());
    answer.put(
        "msg", found + "; waiting for its end, " + limit.minus(waited).toSeconds() + " s left");
    return Optional.of(Ended.well(answer));
  }

  /** What rescue.yml has begun, it has to end: until then nobody knows what is where. */
  private static void requireNoRepair(Request request) {
    Optional<RepairRecord> repair = RepairRecord.unfinished(request.journalDir());
    if (repair.isPresent()) {
      throw Problem.refused(
          "a repair of this worker was begun and has not ended (done: "
              + repair.get().done()
              + "; record "
              + repair.get().folder()
              + ")",
          "no repair under way",
          "run rescue.yml with rescue_apply: true, then this playbook again");
    }
  }

  private static Ended writePlan(Request request, Journal journal) {
    requireNoRepair(request);
    journal.plan().ifPresent(plan -> requireSameWorker(request, plan, journal));
    if (journal.intended(Step.TASKS_STOPPED)) {
      return goOn(request, journal);
    }
    Site site = siteOf(request, Optional.of(journal));
    Planner.Result result =
        plan(site, Optional.of(journal).filter(open -> open.plan().isPresent()));
    if (result.alreadyThere().isPresent()) {
      return alreadyThere(result);
    }
    ObjectNode answer = reported(site, result);
    if (result.plan().isEmpty()) {
      return Ended.with(refusal(result, wayBack(journal, result)), answer);
    }
    journal.begin(result.planOrThrow(), journal.relayPausedByUs() && !result.relayRuns());
    answer.put("changed", true);
    answer.put("run_id", journal.run());
    answer.put("msg", "every check passes, the plan is in " + journal.file("plan.json"));
    return Ended.well(answer);
  }

  private static Ended goOn(Request request, Journal journal) {
    Plan plan = journal.plan().orElseThrow();
    OpenSwitch open = open(request, journal);
    if (isScenarioOf(request, plan) && OtherNewServer.isAskedFor(open)) {
      return goOnToOther(open);
    }
    requireSameServer(request, plan, journal);
    String user = open.site().newUser();
    if (!user.equals(plan.newServer().user())) {
      throw Problem.refused(
          "the unfinished switch of "
              + plan.worker()
              + " is for MySQL user "
              + plan.newServer().user()
              + ", not "
              + user,
          "the same user on the new server, to finish it",
          "run the playbook with new_mysql_user="
              + plan.newServer().user()
              + " (and its new_mysql_password)");
    }
    if (open.rolls().back().filter(roll -> roll.state() == Roll.State.RUNNING).isPresent()) {
      throw Problem.refused(
              "the rolling upgrade on the old server, which rollback.yml has begun, works still",
              "its end, before the worker goes on",
              "run rollback.yml again, which waits for it; or wait, then run the same playbook again")
          .namingRerun();
    }
    // Behind a VIP that has moved, the new server answers there.
    Plan now =
        plan.behindVip() && open.switchBegun()
            ? plan
            : OldServerNow.look(open.site(), plan, journal);
    ObjectNode answer = Json.object();
    answer.put("changed", false);
    answer.put("run_id", journal.run());
    answer.set("plan", Json.tree(now));
    answer.put("msg", "goes on with an unfinished switch: " + journal.whereItStands());
    new Rolls(journal)
        .running()
        .ifPresent(
            roll ->
                answer.set(
                    "warnings",
                    Json.tree(
                        List.of(
                            "the rolling upgrade that an earlier run has begun works on (output in "
                                + roll.log()
                                + "); step 7 waits for its end, "
                                + request.upgradeTimeout().toSeconds()
                                + " s at most"))));
    return Ended.well(answer);
  }

  private static Ended goOnToOther(OpenSwitch open) {
    Site site = open.site();
    Plan plan = open.plan();
    Journal journal = open.journal();
    // One that was begun and not launched may be launched while we look.
    open.rolls().revoke();
    Plan from = OtherNewServer.from(open);
    Planner.Result result = planOther(open, from);
    ObjectNode answer = reported(site, result);
    if (result.plan().isEmpty()) {
      return Ended.with(
          result
              .report()
              .problem()
              .orElseThrow()
              .andNext(
                  "the tasks of the unfinished switch to "
                      + plan.newServer().address()
                      + " stay stopped until one is found"),
          answer);
    }
    ObjectNode data = Json.object();
    data.put("from", plan.newServer().address());
    data.put("to", result.planOrThrow().newServer().address());
    LeftBehind.first(open, from).ifPresent(first -> data.put(LeftBehind.FROM, first));
    if (isMoved(open, from)) {
      SwitchInventory.backUpAnew(open);
    }
    journal.change(Step.NEW_SERVER_CHANGED, data, result.planOrThrow());
    answer.put("changed", true);
    answer.put("run_id", journal.run());
    answer.put("msg", "an unfinished switch to " + plan.newServer().address() + " " + onTo(result));
    return Ended.well(answer);
  }

  private static void requireSameWorker(Request request, Plan plan, Journal journal) {
    if (!plan.worker().equals(request.dmWorker())) {
      throw Problem.refused(
          "the journal "
              + journal.folder()
              + " holds an unfinished switch of "
              + plan.worker()
              + ", not of "
              + request.dmWorker(),
          "a journal of its own for each worker",
          "leave journal_dir out, or name another one");
    }
  }

  private static void requireSameServer(Request request, Plan plan, Journal journal) {
    if (!isScenarioOf(request, plan)) {
      throw Problem.refused(
          "an unfinished switch of "
              + plan.worker()
              + " by "
              + plan.playbook()
              + " is under way ("
              + journal.whereItStands()
              + ", journal "
              + journal.folder()
              + ")",
          "the same playbook, to finish it",
          "run "
              + plan.playbook()
              + " with new_mysql_host="
              + Address.bare(plan.newServer().host()));
    }
    if (!Address.isSame(
        plan.newServer().host(),
        plan.newServer().port(),
        request.newMysqlHost(),
        request.newMysqlPort())) {
      throw Problem.refused(
          "an unfinished switch of "
              + plan.worker()
              + " to "
              + plan.newServer().address()
              + " is under way ("
              + journal.whereItStands()
              + ", journal "
              + journal.folder()
              + ")",
          "the same new server, to finish it",
          "run the playbook with new_mysql_host="
              + Address.bare(plan.newServer().host())
              + " and new_mysql_port="
              + plan.newServer().port());
    }
  }

  /** A step of the switch that is open. */
  static Ended step(Request request, StepAction action) {
    if (request.checkMode()) {
      return notRun(request, action);
    }
    String run =
        request
            .runId()
            .orElseThrow(
                () ->
                    Problem.wrongUse(
                        "run_id is missing",
                        "the run_id that 'plan written' answered with",
                        "use the playbook, or hand on its run_id"));
    try (Journal journal = Journal.of(request.journalDir(), run)) {
      Plan plan =
          journal
              .plan()
              .orElseThrow(
                  () ->
                      Problem.wrongUse(
                          "the journal " + journal.folder() + " has no plan",
                          "'plan written' before any other step",
                          "run the playbook from its beginning"));
      requireSameWorker(request, plan, journal);
      requireSameServer(request, plan, journal);
      return step(new OpenSwitch(request, plan, journal, siteOf(request, plan)), action);
    }
  }

  /** As {@link #step(Request, StepAction)}, once the switch is known. */
  static Ended step(OpenSwitch open, StepAction action) {
    try {
      action.after().ifPresent(before -> requireDone(open, before, action.step()));
      return Ended.well(action.run(open).toJson());
    } catch (Problem problem) {
      return failed(open, action, problem);
    }
  }

  private static void requireDone(OpenSwitch open, Step before, Step step) {
    if (open.journal().outcome(before).isEmpty()) {
      throw Problem.wrongUse(
          before.journalName() + " is not done, so " + step.journalName() + " cannot be",
          "the steps in their order",
          "use the playbook, or run its steps in order");
    }
  }

  /** {@code rollback}: takes back the switch that is under way, as long as that is safe. */
  public static Ended rollBack(Request request) {
    requireNoRepair(request);
    if (!request.checkMode()) {
      awaitStray(request);
    }
    Optional<Journal> begun = Journal.peek(request.journalDir());
    if (begun.isEmpty()) {
      ObjectNode nothing = Json.object();
      nothing.set("will", Json.tree(List.of()));
      nothing.put("changed", false);
      nothing.put("msg", "no switch of " + request.dmWorker() + " is under way");
      return Ended.well(nothing);
    }
    if (request.checkMode()) {
      return Ended.well(RollBack.of(open(request, begun.get())).toJson());
    }
    try (Journal journal = Journal.take(request.journalDir())) {
      try {
        return rollBack(open(request, journal));
      } finally {
        journal.release();
      }
    }
  }

  /**
   * Waits for the end of a step whose playbook has ended without it.
   *
   * @throws Problem (refused) when it has not ended within upgrade_timeout
   */
  private static void awaitStray(Request request) {
    Optional<String> stray = Journal.awaitStray(request.journalDir(), request.upgradeTimeout());
    if (stray.isPresent()) {
      throw Problem.refused(
          "after "
              + request.upgradeTimeout().toSeconds()
              + " s (upgrade_timeout) the step that an ended playbook has begun works still ("
              + stray.get()
              + ")",
          "the end of that step: one run at a time",
          "look at what it waits for (journal "
              + request.journalDir()
              + "), then run rollback.yml again");
    }
  }

  /** As {@link #rollBack(Request)}, once the switch is known. */
  static Ended rollBack(OpenSwitch open) {
    RollBack back = RollBack.of(open);
    try {
      return Ended.well(back.apply());
    } catch (Problem problem) {
      Problem told = open.journal().failed(Step.ROLLED_BACK, problem);
      return Ended.with(
          told.midway(
              told.next()
                  + "; then run rollback.yml again: it goes on from there, or run "
                  + open.plan().playbook()
                  + ", on to the new server"),
          Json.object());
    }
  }

  /** The switch that a journal is of. */
  private static OpenSwitch open(Request request, Journal journal) {
    Plan plan = journal.plan().orElseThrow();
    requireSameWorker(request, plan, journal);
    return new OpenSwitch(request, plan, journal, siteOf(request, plan));
  }

  private static Ended notRun(Request request, StepAction action) {
    boolean isNext =
        Journal.peek(request.journalDir())
            .filter(journal -> journal.plan().isPresent())
            .filter(journal -> journal.outcome(action.step()).isEmpty())
            .isPresent();
    String msg = "check mode: not run; what it rests on is looked at by 'plan written'";
    return Ended.well(
        new Answer(isNext && !LOOKING.contains(action.step()), msg, Json.object()).toJson());
  }

  private static Ended failed(OpenSwitch open, StepAction action, Problem met) {
    Journal journal = open.journal();
    Problem problem = journal.failed(action.step(), met);
    if (open.canGoBack()) {
      return Ended.with(problem, Json.object());
    }
    journal.release();
    String next = problem.has(Problem.Hint.NAMES_RERUN) ? problem.next() : problem.next() + AGAIN;
    Problem midway = problem.midway(next + stillOpen(open.plan(), journal));
    ObjectNode answer = Json.object();
    answer.put("journal", journal.folder().toString());
    if (journal.outcome(Step.TASKS_RUNNING).isEmpty() && !open.plan().handledTasks().isEmpty()) {
      answer.set(
          "warnings",
          Json.tree(
              List.of(
                  "the tasks "
                      + open.plan().handledTasks().stream()
                          .map(Plan.PlannedTask::name)
                          .collect(Collectors.joining(", "))
                      + " may be "
                      + (StopTasks.isPause(open.plan()) ? "Paused" : "stopped")
                      + " now, and relay purge does not spare what they still need")));
    }
    return Ended.with(midway, answer);
  }

  /** The plan to the other server that is asked for. */
  private static Planner.Result planOther(OpenSwitch open, Plan from) {
    Planner.Result result = new Planner(open.site(), Optional.of(from)).planOtherServer(from);
    result.plan().ifPresent(to -> LeftBehind.require(open, to));
    return result;
  }

  /** Whether relay has left the sub dir of the plan, for the server that was planned. */
  private static boolean isMoved(OpenSwitch open, Plan from) {
    return !from.relaySubDir().equals(open.plan().relaySubDir());
  }

  private static Planner.Result plan(Site site, Optional<Journal> begun) {
    boolean pausedByUs = begun.map(journal -> journal.relayPausedByUs()).orElse(false);
    return new Planner(site, pausedByUs ? begun.flatMap(Journal::plan) : Optional.empty())
        .plan(begun.flatMap(Journal::plan), pausedByUs);
  }

  private static ObjectNode reported(Site site, Planner.Result result) {
    ObjectNode answer = Json.object();
    answer.set("checks", checks(result.report()));
    result.plan().ifPresent(plan -> answer.set("plan", Json.tree(plan)));
    if (result.plan().isPresent()) {
      if (!result.planOrThrow().behindVip()) {
        InventoryEdit edit = site.inventoryEdit();
        answer.set(
            "diff", withSettings(Diffs.ofEdit(site.inventory(), edit), result.planOrThrow()));
      }
      answer.set("warnings", Json.tree(result.report().warnings()));
    }
    return answer;
  }

  /** What stands there is no difference that the switch makes, but one that it meets. */
  private static ObjectNode withSettings(ObjectNode diff, Plan plan) {
    if (!plan.ansibleSettings().isEmpty()) {
      diff.put(
          "prepared",
          plan.ansibleSettings().stream()
              .map(setting -> "  " + setting.described() + "\n")
              .collect(
                  Collectors.joining(
                      "", "ansible.cfg has settings that can change the rolling upgrade:\n", "")));
    }
    return diff;
  }

  private static JsonNode checks(Report report) {
    return Json.tree(
        report.findings().stream()
            .map(
                finding -> {
                  ObjectNode check = Json.object();
                  check.put("name", finding.name());
                  check.put("outcome", finding.outcome().word());
                  check.put("found", finding.found());
                  check.put("wanted", finding.wanted());
                  check.put("next", finding.next());
                  return check;
                })
            .toList());
  }

  private static Problem unfinished(Journal journal) {
    return Problem.stoppedMidway(
        "an unfinished switch of this worker has stopped tasks already: "
            + journal.whereItStands()
            + " (journal "
            + journal.folder()
            + ")",
        "no switch under way",
        "run "
            + journal.plan().orElseThrow().playbook()
            + " with the same new server: it goes on from there"
            + stillOpen(journal.plan().orElseThrow(), journal));
  }

  /** What else can be done; behind a VIP, while nothing has taken relay to the new server. */
  private static String stillOpen(Plan plan, Journal journal) {
    if (plan.behindVip()) {
      return OpenSwitch.switchBegun(journal) ? "" : TAKE_BACK;
    }
    return journal.outcome(Step.RELAY_OBSERVED).isPresent() ? ANOTHER : ANOTHER + TAKE_BACK;
  }

  /** {@code binary_logs flushed}: of the server that relay reads now, or of the new one. */
  public static Ended flushBinaryLogs(Request request) {
    return step(
        request,
        switch (request.server().orElse("")) {
          case "current" -> new LeaveHole();
          case "new" -> new FlushNewServer();
          default ->
              throw Problem.wrongUse(
                      "server is '" + request.server().orElse("") + "'",
                      "current or new",
                      "correct it and run again; nothing was changed")
                  .namingRerun();
        });
  }

  /** {@code relay fenced}. */
  public static Ended fenceRelay(Request request) {
    return step(request, new FenceRelay());
  }

  /** {@code relay observed}. */
  public static Ended observeRelay(Request request) {
    return step(request, new ObserveRelay());
  }

  /** {@code relay running}: the way back. */
  public static Ended resumeRelay(Request request) {
    return step(request, new ResumeRelay());
  }

  /** {@code relay switched}: switch-relay-master. */
  public static Ended switchRelayMaster(Request request) {
    return step(request, new SwitchRelayMaster());
  }

  /** {@code relay resumed}: on the new server behind the VIP. */
  public static Ended resumeRelayOnNewServer(Request request) {
    return step(request, new ResumeRelayOnNewServer());
  }

  /** {@code vip looked_at}. */
  public static Ended lookAtVip(Request request) {
    return step(request, new LookAtVip());
  }

  /** {@code vip moved}. */
  public static Ended moveVip(Request request) {
    return step(request, new MoveVip());
  }

  /** {@code tasks drained}. */
  public static Ended drainTasks(Request request) {
    return step(request, new DrainTasks());
  }

  /** {@code tasks stopped}. */
  public static Ended stopTasks(Request request) {
    return step(request, new StopTasks());
  }

  /** {@code tasks running}. */
  public static Ended startTasks(Request request) {
    return step(request, new StartTasks());
  }

  /** {@code inventory switched}. */
  public static Ended switchInventory(Request request) {
    return step(request, new SwitchInventory());
  }

  /** {@code worker upgraded}. */
  public static Ended upgradeWorker(Request request) {
    return step(request, new UpgradeWorker());
  }

  /** {@code switchover verified}. */
  public static Ended verifySwitchover(Request request) {
    return step(request, new VerifySwitchover());
  }

  /** {@code switchover finished}. */
  public static Ended finishSwitchover(Request request) {
    return step(request, new FinishSwitchover());
  }
}
