package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.control.RelayCatchUp;
import dmswitch.control.TasksAtRest;
import dmswitch.dm.Outcome;
import dmswitch.dm.RelayStatus;
import dmswitch.dmansible.RelayTail;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Step 2: pause-relay, so that W stands still; then what lies behind W in relay's file is read, and
 * both conditions are judged again (rule 7). Nothing replaces reading the file: W equal to the old
 * server's gtid_executed does not, since MySQL sends a transaction before it adds it there.
 *
 * <p>The file tells two facts beside each other: whole transactions that W does not count, and one
 * without its end. Tasks read both from the file, and both once more from the new server.
 *
 * <table>
 * <caption>What is done about them; "judged" means: E contains W and the GTIDs behind it, and every
 * table whose rows lie there has a key; the summary says so</caption>
 * <tr><th>old server, W told by</th><th>nothing behind W</th><th>whole ones only</th><th>a half,
 * with or without whole ones</th></tr>
 * <tr><td>alive, may be resumed; query-status</td><td>clean</td><td>resume, catch up, pause again;
 * judged once that changes nothing more (they end in COMMIT without XID)</td><td>resume, catch up,
 * pause again, 5 times; else refused</td></tr>
 * <tr><td>alive, but a hole or a begun switch forbids resuming; query-status</td><td>clean</td>
 * <td>judged</td><td>judged</td></tr>
 * <tr><td>dead; query-status</td><td>clean</td><td>judged</td><td>judged</td></tr>
 * <tr><td>silent; relay.meta, which may lag</td><td>clean</td><td>awaited for 45 s, then judged</td>
 * <td>the whole ones awaited for 45 s, then judged</td></tr>
 * <tr><td>worker down, old server alive; relay.meta</td><td>clean</td><td>cannot tell: only the
 * worker on the old server knows W</td><td>cannot tell with whole ones; the half alone is
 * judged</td></tr>
 * <tr><td>worker down, old server dead; relay.meta</td><td>clean</td><td>judged</td>
 * <td>judged</td></tr>
 * </table>
 *
 * <p>P is held against W alone: relay goes on from W. Where the file does not tell every GTID
 * behind W, it cannot be told what E has to contain.
 */
final class FenceRelay implements StepAction {
  /** A busy upstream cuts a transaction now and then; more often in a row is no accident. */
  private static final int ATTEMPTS = 5;

  private static final Duration PAUSE_LIMIT = Duration.ofMinutes(2);

  /** A relay that reads from a host that swallows packets ends its read after a minute. */
  private static final Duration PAUSE_LIMIT_SILENT = Duration.ofMinutes(11);

  private final Duration asks;
  private final Duration metaWritten;

  FenceRelay() {
    this(Duration.ofSeconds(10), Duration.ofSeconds(45));
  }

  /**
   * @param asks how long a worker that has just started may take to ask its server who it is
   * @param metaWritten how long relay.meta may lag behind what relay has pulled
   */
  FenceRelay(Duration asks, Duration metaWritten) {
    this.asks = asks;
    this.metaWritten = metaWritten;
  }

  @Override
  public Step step() {
    return Step.RELAY_FENCED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.plan().oldServer().answers().equals("unresolved")) {
      throw Problem.cannotTell(
          "the worker's host could not resolve the name of the old server "
              + open.plan().oldServer().address()
              + " when this switch was planned",
          "an address, to see whether the old server lives",
          "make the name known on the worker's host (DNS or /etc/hosts), also of a server that is"
              + " lost, then run the playbook again from its beginning");
    }
    if (open.rolls().running().isPresent()) {
      // Told to pause now, relay would be stopped wherever the roll has brought it.
      return Answer.unchanged(
          "the rolling upgrade of an earlier run has not ended: step 7 awaits it");
    }
    requireUpUnlessRolled(open);
    if (open.stoppedAndDown()) {
      RelayView now = asLeft(open);
      judge(open, now, open.relayTail(now));
      return Answer.unchanged("the worker is down, and its relay is as it was fenced");
    }
    requireNotMovedByOthers(open);
    if (open.switchBegun() || (open.plan().behindVip() && open.tasksTouched())) {
      RelayView now = settledAfterRoll(open);
      if (isOnNewServer(open, now)) {
        return Answer.unchanged("relay is on the new server already")
            .withWarnings(WayToNewServer.require(open, now));
      }
      if (isFencedStill(open, now)) {
        // Time has passed since: the new server may have purged, or be another.
        judge(open, now, open.relayTail(now));
        return Answer.unchanged("relay is as it was fenced");
      }
    }
    return fence(open);
  }

  private Answer fence(OpenSwitch open) {
    List<String> warnings = new ArrayList<>();
    boolean down = isLeftDown(open);
    if (!down) {
      awaitTasks(open).ifPresent(warnings::add);
    }
    open.requireNewServerAlone();
    if (!down) {
      awaitWhole(open);
    }
    ObjectNode before = Json.object();
    before.put("gtid_w", open.plan().gtidW());
    open.journal().intent(step(), before);
    boolean paused = !down && pause(open);
    RelayView relay = down ? ofDownWorker(open) : settled(open);
    RelayTail tail = open.relayTail(relay);
    boolean moves = true;
    for (int attempt = 1;
        moves && !tail.isClean() && attempt < ATTEMPTS && !down && canCatchUp(open);
        attempt++) {
      awaitTables(open, relay, tail);
      UncountedRows.requireKeys(open, tail, true);
      resumeAndCatchUp(open);
      awaitWhole(open);
      pause(open);
      relay = open.relay();
      RelayTail last = tail;
      tail = open.relayTail(relay);
      // Whole ones that relay does not come to count, W counts with the next transaction only.
      moves = tail.half().isPresent() || !tail.equals(last);
    }
    if (tail.half().isPresent() && !down && canCatchUp(open)) {
      throw Problem.refused(
              "after "
                  + ATTEMPTS
                  + " times pause-relay the relay file still ends in "
                  + tail.description(),
              "relay that can be paused behind a whole transaction",
              "run again at a quieter time")
          .namingRerun();
    }
    judge(open, relay, tail);
    if (!tail.isClean()) {
      UncountedRows.requireKeys(open, tail, false);
      warnings.add(UncountedRows.warning(tail));
    }
    ObjectNode fence = OpenSwitch.Fence.toJson(relay, tail);
    open.journal().done(step(), fence);
    String msg = (down ? "the worker is down" : "relay is Paused") + ", W at the fence is ";
    return new Answer(paused, msg + relay.gtidW(), fence).withWarnings(warnings);
  }

  /**
   * A worker that has just started shows the sub dir of before until it has asked its server; only
   * one that keeps showing it runs on the old server.
   */
  private RelayView settledAfterRoll(OpenSwitch open) {
    return Waiting.until(
            asks,
            () -> ifKnown(open).filter(now -> isOnNewServer(open, now) || isFencedStill(open, now)))
        .orElseGet(() -> asLeft(open));
  }

  /** dm-master may not have found the worker yet. */
  private static Optional<RelayView> ifKnown(OpenSwitch open) {
    try {
      return Optional.of(asLeft(open));
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  /**
   * Somebody may have rolled the worker by hand since the tasks were stopped. That is as a roll of
   * ours that has begun: relay is told no more, and what it has pulled there is no fence.
   *
   * @throws Problem (refused) when relay has gone elsewhere
   */
  private static void requireNotMovedByOthers(OpenSwitch open) {
    if (open.plan().behindVip() || !open.tasksTouched() || open.switchBegun()) {
      return;
    }
    RelayView now = asLeft(open);
    if (isOnNewServer(open, now)) {
      WayToNewServer.require(open, now);
      open.journal().intent(Step.WORKER_UPGRADED, Json.object().put("by", "somebody else"));
    } else if (!now.subDir().toString().equals(open.plan().relaySubDir())) {
      throw Problem.refused(
          "relay is in " + now.subDir() + ", which this switch has not opened",
          "relay in " + open.plan().relaySubDir() + ", where it was fenced",
          "find out who restarted the worker; rescue.yml names the state");
    }
  }

  static boolean isOnNewServer(OpenSwitch open, RelayView relay) {
    return relay.subDir().isOf(open.plan().newServer().uuid());
  }

  /**
   * Before a roll, since systemd may have restarted the worker any moment: relay is on the new
   * server, or the fence that this run has judged, or taken over, holds.
   *
   * @return relay as it is left; without a stage where the worker is down, and where the old server
   *     is silent, so that the worker is not asked
   * @throws Problem (refused) when the worker came up on the old server meanwhile
   */
  static RelayView requireOnNewServerOrFenced(OpenSwitch open) {
    RelayView now = asLeft(open);
    if (!isOnNewServer(open, now)) {
      requireFencedStill(open, now);
    }
    return now;
  }

  private static void requireFencedStill(OpenSwitch open, RelayView now) {
    if (!isFencedStill(open, now)) {
      OpenSwitch.Fence fence = open.fence();
      throw Problem.refused(
              "relay is "
                  + now.stage().map(Object::toString).orElse("left")
                  + " in "
                  + now.subDir()
                  + ", W is "
                  + now.gtidW()
                  + (now.isRunning() ? "" : behind(open.relayTail(now)))
                  + ": not as it was fenced",
              "relay Paused before a rolling upgrade, in "
                  + fence.subDir()
                  + " with W as at the fence: "
                  + fence.gtidW(),
              "run the same playbook again; it fences relay once more")
          .namingRerun();
    }
  }

  private static String behind(RelayTail tail) {
    return tail.isClean() ? "" : ", behind W lies " + tail.description();
  }

  /**
   * Relay as an earlier run, or a restart, has left it: of a worker that is down as its relay.meta
   * says.
   *
   * @throws Problem (cannot tell) when the worker does not answer and is not seen to be down
   */
  private static RelayView asLeft(OpenSwitch open) {
    if (open.plan().behindVip() || (open.plan().oldServer().silent() && open.isBeforeRoll())) {
      return open.relay();
    }
    try {
      return RelayView.ofStatus(open.site().dm(), open.plan().workerAddress());
    } catch (Problem unanswered) {
      WorkerPort.requireRefused(open, unanswered);
      return RelayView.ofMeta(open.relayDirectory());
    }
  }

  /**
   * A worker that is down is started by the rolling upgrade alone, once the tasks are stopped.
   *
   * @throws Problem (cannot tell) when no step will start it
   */
  private static void requireUpUnlessRolled(OpenSwitch open) {
    boolean rolled =
        !open.plan().behindVip() && open.journal().outcome(Step.TASKS_STOPPED).isPresent();
    if (open.tasksTouched() && !rolled && WorkerPort.isSeenDown(open)) {
      throw Problem.cannotTell(
              "the worker is down: nothing listens on its port " + open.plan().workerAddress(),
              "a worker that runs, to be told "
                  + (open.plan().behindVip() ? "of the new server" : "to stop its tasks"),
              "run rescue.yml with rescue_apply: true, which starts it while the old server"
                  + (open.plan().behindVip() ? " or the new one answers at the VIP" : " answers")
                  + " and says what to do otherwise; then run the same playbook again")
          .namingRerun();
    }
  }

  /** Whether relay can be told nothing, since the worker went down once its tasks were stopped. */
  private static boolean isLeftDown(OpenSwitch open) {
    return !open.plan().behindVip()
        && open.journal().outcome(Step.TASKS_STOPPED).isPresent()
        && WorkerPort.isDown(open);
  }

  /** As {@link #isFencedStill(OpenSwitch, RelayView)}, of relay as it is left. */
  static boolean isFencedStill(OpenSwitch open) {
    return open.journal().outcome(Step.RELAY_FENCED).isPresent()
        && isFencedStill(open, asLeft(open));
  }

  /**
   * Whether the fence of an earlier run holds although more was begun: relay is still where it was
   * fenced. A worker that came up by itself on the old server meanwhile has pulled on, and its W
   * was never judged; if it died there, W may not tell of that, but its file.
   */
  private static boolean isFencedStill(OpenSwitch open, RelayView relay) {
    OpenSwitch.Fence fence = open.fence();
    if (relay.isRunning()
        || !relay.gtidW().equals(fence.gtidW())
        || !relay.subDir().toString().equals(fence.subDir())) {
      return false;
    }
    // W of a worker that was killed lags, so only its file tells that it pulled on.
    return fence.judged(open.relayTail(relay));
  }

  /** W of a worker that is down, after it ran on the old server again. */
  private static RelayView ofDownWorker(OpenSwitch open) {
    RelayView relay = RelayView.ofMeta(open.relayDirectory());
    if (!open.relayTail(relay).uncounted().isEmpty() && open.upstreamIsOld()) {
      throw Problem.cannotTell(
              "the worker is down, and its relay.meta lies behind whole transactions in its file",
              "W as relay has pulled it",
              "start the worker on the old server once more"
                  + (open.upgradeBegun()
                      ? " (its former dm-worker.toml is in " + open.plan().deployDir() + "/backup)"
                      : "")
                  + ", then run the same playbook again")
          .namingRerun();
    }
    return relay;
  }

  /** Both conditions, on the W that stands still and what lies behind it. */
  private static void judge(OpenSwitch open, RelayView relay, RelayTail tail) {
    requireW(open, relay);
    requireFilled(open, relay);
    try (Server newServer = open.newServer()) {
      Conditions.awaitExecuted(newServer, relay.gtidW(), tail, open.request().timeouts().catchUp());
      Conditions.requirePurged(newServer, relay.gtidW());
    }
  }

  /**
   * Where the old address shows another server, a worker that was restarted has opened a sub dir
   * for that. While that is empty, a further one behind it makes a wall (rule 9).
   */
  private static void requireFilled(OpenSwitch open, RelayView relay) {
    if (relay.subDir().isOf(open.plan().oldServer().uuid()) || relay.binlog().hasFile()) {
      return;
    }
    boolean filled =
        open.relayDirectory()
            .subDir(relay.subDir().toString())
            .map(subDir -> !subDir.files().isEmpty())
            .orElse(false);
    if (!filled) {
      throw Problem.refused(
              "relay has opened the sub dir "
                  + relay.subDir()
                  + " for another server, and it is empty",
              "a binlog file there before relay opens the next one, which no task would reach",
              "let that server answer at "
                  + open.plan().oldServer().address()
                  + ", resume-relay -w "
                  + open.plan().workerAddress()
                  + ", and once relayBinlog names a file, run the same playbook again")
          .namingRerun();
    }
  }

  /**
   * Waits until the new server has every table too into which rows behind W could go: W and the
   * whole transactions, since one of them may create it. The half comes later, with relay resumed.
   */
  private static void awaitTables(OpenSwitch open, RelayView relay, RelayTail tail) {
    requireW(open, relay);
    try (Server newServer = open.newServer()) {
      Conditions.awaitExecuted(
          newServer, relay.gtidW(), tail.whole(), open.request().timeouts().catchUp());
    }
  }

  private static void requireW(OpenSwitch open, RelayView relay) {
    if (relay.gtidW().isEmpty()) {
      throw Conditions.emptyW(open.plan().oldServer().alive());
    }
  }

  /**
   * Whether relay was Paused already, where query-status must not be asked: a further pause-relay
   * is then told "current stage is Paused".
   */
  static boolean saysPaused(OpenSwitch open) {
    return open.site().dm().pauseRelay(open.plan().workerAddress(), PAUSE_LIMIT_SILENT).kind()
        == Outcome.Kind.ALREADY_SO;
  }

  /** Whether anything had to be done for relay to be Paused. */
  private static boolean pause(OpenSwitch open) {
    boolean silent = open.plan().oldServer().silent();
    if (!silent && open.relay().isPaused()) {
      return false;
    }
    Outcome outcome =
        open.site()
            .dm()
            .pauseRelay(open.plan().workerAddress(), silent ? PAUSE_LIMIT_SILENT : PAUSE_LIMIT);
    if (silent) {
      if (saysPaused(open)) {
        return outcome.isDone();
      }
      throw Problem.cannotTell(
              "pause-relay did not make relay Paused"
                  + (outcome.message().isEmpty() ? "" : ": " + outcome.message()),
              "relay Paused",
              "see why pause-relay fails on the worker, then run again")
          .namingRerun();
    }
    Optional<RelayView> paused =
        Waiting.until(
            Duration.ofSeconds(30), () -> Optional.of(open.relay()).filter(RelayView::isPaused));
    if (paused.isEmpty()) {
      throw outcome.isDoneOrAlreadySo()
          ? Problem.cannotTell(
              "pause-relay answered well, but after 30 s relay is not Paused",
              "relay Paused",
              "look at query-status -w " + open.plan().workerAddress())
          : outcome
              .problem("relay Paused", "see why pause-relay fails, then run again")
              .namingRerun();
    }
    return outcome.isDone();
  }

  /**
   * relay.meta is written every 30 s while relay lives on, so at first it may lie behind its file;
   * query-status has it from memory and does not. What it does not count after that, it never will.
   */
  private RelayView settled(OpenSwitch open) {
    if (!open.plan().oldServer().silent()) {
      return open.relay();
    }
    return Waiting.until(
            metaWritten,
            () ->
                Optional.of(open.relay())
                    .filter(relay -> open.relayTail(relay).uncounted().isEmpty()))
        .orElseGet(open::relay);
  }

  private static boolean canCatchUp(OpenSwitch open) {
    // Once a roll was begun the worker may have the new address: resumed, it would go there.
    return open.plan().oldServer().alive()
        && open.abortPossible()
        && !open.switchBegun()
        && open.upstreamIsOld();
  }

  /**
   * Lets the tasks replay what relay holds already while it runs on, so that the standstill begins
   * with little to replay. Not reaching that is no error: step 3 waits once more.
   *
   * @return what the operator should know
   */
  private static Optional<String> awaitTasks(OpenSwitch open) {
    Duration limit = open.request().timeouts().drain();
    try {
      return open.tasksTouched()
              || !runsOn(open)
              || TasksAtRest.awaitNear(open.site().dm(), open.plan().workerAddress(), limit)
          ? Optional.empty()
          : Optional.of(
              "before relay was paused, the tasks did not come within "
                  + limit.toSeconds()
                  + " s (drain_timeout) to where it stood: the target stands still for longer");
    } catch (Problem seenBelow) {
      // Whoever has died meanwhile, what follows has a form that does without.
      return Optional.empty();
    }
  }

  /**
   * Waits for a moment in which relay has no transaction in part only: pause-relay would cut it,
   * and where a table has no key nothing fixes that.
   */
  private static void awaitWhole(OpenSwitch open) {
    if (runsOn(open) && !catchUp(open).awaitWhole(open.request().timeouts().catchUp())) {
      throw Problem.refused(
              "for "
                  + open.request().timeouts().catchUp().toSeconds()
                  + " s relay has been in the middle of a transaction of the old server",
              "a moment without one, since pause-relay would cut it",
              "run again at a quieter time, or with a larger catch_up_timeout")
          .namingRerun();
    }
  }

  /**
   * Whether relay runs and its upstream answers it. That may be so where the old server does not
   * let us in, or the worker was not restarted on its configuration: the worker knows better.
   */
  private static boolean runsOn(OpenSwitch open) {
    if (open.plan().oldServer().silent() || !open.relay().isRunning()) {
      return false;
    }
    return (open.plan().oldServer().alive() && open.upstreamIsOld())
        || catchUp(open).upstream(Duration.ZERO).isPresent();
  }

  private static RelayCatchUp catchUp(OpenSwitch open) {
    return new RelayCatchUp(
        () -> open.site().dm().queryStatus(open.plan().workerAddress()).relay(),
        open::relayDirectory);
  }

  /** resume-relay, until W has all that the old server had at that moment. */
  private static void resumeAndCatchUp(OpenSwitch open) {
    Outcome outcome = open.site().dm().resumeRelay(open.plan().workerAddress(), PAUSE_LIMIT);
    if (!outcome.isDoneOrAlreadySo()) {
      throw outcome.problem(
          "relay resumed, to take in the half transaction at its end", "see why it does not run");
    }
    RelayCatchUp catchUp = catchUp(open);
    RelayStatus upstream =
        catchUp
            .upstream(Duration.ofSeconds(30))
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                            "the worker does not see the old server any more",
                            "the old server's gtid_executed, to take in the half transaction at the end"
                                + " of the relay file",
                            "run the same playbook again: it goes on as with a dead old server")
                        .namingRerun());
    if (!catchUp.await(upstream, open.request().timeouts().catchUp())) {
      throw Problem.refused(
              "relay did not catch up with the old server within "
                  + open.request().timeouts().catchUp().toSeconds()
                  + " s; missing: "
                  + RelayCatchUp.wanted(upstream).subtract(open.relay().gtidW()),
              "relay that can be paused with no half transaction at its end",
              "run again at a quieter time, or with a larger catch_up_timeout")
          .namingRerun();
    }
  }
}
