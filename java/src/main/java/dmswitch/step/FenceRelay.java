package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
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
 * Step 2: pause-relay, so that W stands still, with no half transaction behind it (rule 7); then
 * both conditions again on that W.
 */
final class FenceRelay implements StepAction {
  /** A busy upstream cuts a transaction now and then; more often in a row is no accident. */
  private static final int ATTEMPTS = 5;

  private static final Duration PAUSE_LIMIT = Duration.ofMinutes(2);

  private static final Duration META_WRITTEN = Duration.ofSeconds(45);

  /** A relay that reads from a host that swallows packets ends its read after a minute. */
  private static final Duration PAUSE_LIMIT_SILENT = Duration.ofMinutes(11);

  private final Duration asks;

  FenceRelay() {
    this(Duration.ofSeconds(10));
  }

  /**
   * @param asks how long a worker that has just started may take to ask its server who it is
   */
  FenceRelay(Duration asks) {
    this.asks = asks;
  }

  @Override
  public Step step() {
    return Step.RELAY_FENCED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.rolls().running().isPresent()) {
      // Told to pause now, relay would be stopped wherever the roll has brought it.
      return Answer.unchanged(
          "the rolling upgrade of an earlier run has not ended: step 7 awaits it");
    }
    if (open.switchBegun() || (open.plan().behindVip() && open.tasksTouched())) {
      RelayView now = settledAfterRoll(open);
      if (isOnNewServer(open, now)) {
        return Answer.unchanged("relay is on the new server already");
      }
      if (isFencedStill(open, now)) {
        // Time has passed since: the new server may have purged, or be another.
        judge(open, now);
        return Answer.unchanged("relay is as it was fenced");
      }
    }
    boolean down = open.upgradeBegun() && !answers(open);
    if (!down) {
      awaitWhole(open);
    }
    ObjectNode before = Json.object();
    before.put("gtid_w", open.plan().gtidW());
    open.journal().intent(step(), before);
    List<String> warnings = new ArrayList<>();
    boolean paused = !down && pause(open);
    RelayView relay = down ? ofDownWorker(open) : settled(open);
    Optional<RelayTail> half = HalfTransaction.find(open, relay);
    for (int attempt = 1;
        half.isPresent() && attempt < ATTEMPTS && !down && canMend(open);
        attempt++) {
      awaitExecuted(open, relay);
      HalfTransaction.requireKeys(open, half.get(), true);
      mend(open);
      awaitWhole(open);
      pause(open);
      relay = open.relay();
      half = HalfTransaction.find(open, relay);
    }
    if (half.isPresent() && !down && canMend(open)) {
      throw Problem.refused(
          "after "
              + ATTEMPTS
              + " times pause-relay the relay file still ends behind W, in a transaction that is not"
              + " whole or not counted",
          "relay that can be paused behind a whole transaction",
          "run again at a quieter time");
    }
    judge(open, relay);
    if (half.isPresent()) {
      HalfTransaction.requireKeys(open, half.get(), false);
      warnings.add(HalfTransaction.WARNING);
    }
    ObjectNode fence = Json.object();
    fence.put("gtid_w", relay.gtidW().toString());
    fence.put("relay_sub_dir", relay.subDir().toString());
    fence.put("relay_binlog", relay.binlog().toString());
    fence.put("half_transaction", half.isPresent());
    open.journal().done(step(), fence);
    return new Answer(paused, "relay is Paused, W at the fence is " + relay.gtidW(), fence)
        .withWarnings(warnings);
  }

  /**
   * A worker that has just started shows the sub dir of before until it has asked its server; only
   * one that keeps showing it runs on the old server.
   */
  private RelayView settledAfterRoll(OpenSwitch open) {
    return Waiting.until(
            asks,
            () ->
                Optional.of(asLeft(open))
                    .filter(now -> isOnNewServer(open, now) || isFencedStill(open, now)))
        .orElseGet(() -> asLeft(open));
  }

  private static boolean isOnNewServer(OpenSwitch open, RelayView relay) {
    return relay.subDir().isOf(open.plan().newServer().uuid());
  }

  /**
   * For a further roll: the fence that this run has judged, or taken over, holds.
   *
   * @throws Problem (refused) when the worker came up on the old server meanwhile
   */
  static void requireFencedStill(OpenSwitch open) {
    RelayView now = asLeft(open);
    if (!isFencedStill(open, now)) {
      throw Problem.refused(
          "the worker runs on the old server again, W is " + now.gtidW() + " in " + now.subDir(),
          "W as at the fence before a further rolling upgrade: " + open.fence().gtidW(),
          "run the same playbook again; it fences relay once more");
    }
  }

  /** Relay as an earlier run has left it; a rolling upgrade may have left the worker down. */
  private static RelayView asLeft(OpenSwitch open) {
    if (open.plan().behindVip()) {
      return open.relay();
    }
    return answers(open)
        ? RelayView.ofStatus(open.site().dm(), open.plan().workerAddress())
        : RelayView.ofMeta(open.relayDirectory());
  }

  /**
   * Whether the fence of an earlier run holds although more was begun: relay is still where it was
   * fenced. A worker that came up by itself on the old server meanwhile has pulled on, and its W
   * was never judged; if it died there, relay.meta may not tell of that, but its file.
   */
  private static boolean isFencedStill(OpenSwitch open, RelayView relay) {
    OpenSwitch.Fence fence = open.fence();
    if (relay.isRunning() || !relay.gtidW().equals(fence.gtidW())) {
      return false;
    }
    // What was allowed behind the fence is allowed still: its tables have keys.
    return relay.isPaused()
        || !relay.binlog().hasFile()
        || fence.halfTransaction()
        || open.relayTail(relay).isClean();
  }

  private static boolean answers(OpenSwitch open) {
    try {
      open.site().dm().queryStatus(open.plan().workerAddress());
      return true;
    } catch (Problem notConnected) {
      return false;
    }
  }

  /** W of a worker that a rolling upgrade has left down, after it ran on the old server again. */
  private static RelayView ofDownWorker(OpenSwitch open) {
    RelayView relay = RelayView.ofMeta(open.relayDirectory());
    if (relay.binlog().hasFile()
        && open.relayTail(relay).state() == RelayTail.State.UNCOUNTED
        && oldServerAnswers(open)) {
      throw Problem.cannotTell(
          "the worker is down, and its relay.meta lies behind whole transactions in its file",
          "W as relay has pulled it",
          "start the worker on the old server once more (its former dm-worker.toml is in "
              + open.plan().deployDir()
              + "/backup), then run the same playbook again");
    }
    return relay;
  }

  private static boolean oldServerAnswers(OpenSwitch open) {
    Optional<Server> server = open.site().oldServer(open.plan().oldServer());
    server.ifPresent(Server::close);
    return server.isPresent();
  }

  /** Both conditions, on the W that stands still. */
  static void judge(OpenSwitch open, RelayView relay) {
    requireW(open, relay);
    try (Server newServer = open.site().newServer()) {
      Conditions.awaitExecuted(newServer, relay.gtidW(), open.request().catchUpTimeout());
      Conditions.requirePurged(newServer, relay.gtidW());
    }
  }

  /** Until the new server has every table too into which rows behind W could go. */
  private static void awaitExecuted(OpenSwitch open, RelayView relay) {
    requireW(open, relay);
    try (Server newServer = open.site().newServer()) {
      Conditions.awaitExecuted(newServer, relay.gtidW(), open.request().catchUpTimeout());
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
          "see why pause-relay fails on the worker, then run again");
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
          : outcome.problem("relay Paused", "see why pause-relay fails, then run again");
    }
    return outcome.isDone();
  }

  /**
   * relay.meta is written every 30 s while relay lives on, so at first it may lie behind its file;
   * query-status has it from memory and does not.
   */
  private static RelayView settled(OpenSwitch open) {
    if (!open.plan().oldServer().silent()) {
      return open.relay();
    }
    return Waiting.until(
            META_WRITTEN,
            () ->
                Optional.of(open.relay())
                    .filter(
                        relay ->
                            !relay.binlog().hasFile()
                                || open.relayTail(relay).state() != RelayTail.State.UNCOUNTED))
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "after "
                        + META_WRITTEN.toSeconds()
                        + " s relay.meta still lies behind whole transactions in its file",
                    "W as relay has pulled it; no packet comes back from it, so the worker"
                        + " cannot be asked",
                    "run the same playbook again in a minute"));
  }

  private static boolean canMend(OpenSwitch open) {
    // Once a roll was begun the worker may have the new address: resumed, it would go there.
    return open.plan().oldServer().alive()
        && open.abortPossible()
        && !open.switchBegun()
        && open.upstreamIsOld();
  }

  /**
   * Waits for a moment in which relay has no transaction in part only: pause-relay would cut it,
   * and where a table has no key nothing mends that.
   */
  private static void awaitWhole(OpenSwitch open) {
    if (open.plan().oldServer().alive()
        && open.upstreamIsOld()
        && open.relay().isRunning()
        && !catchUp(open).awaitWhole(open.request().catchUpTimeout())) {
      throw Problem.refused(
          "for "
              + open.request().catchUpTimeout().toSeconds()
              + " s relay has been in the middle of a transaction of the old server",
          "a moment without one, since pause-relay would cut it",
          "run again at a quieter time, or with a larger catch_up_timeout");
    }
  }

  private static RelayCatchUp catchUp(OpenSwitch open) {
    return new RelayCatchUp(
        () -> open.site().dm().queryStatus(open.plan().workerAddress()).relay(),
        open::relayDirectory);
  }

  /** resume-relay, until W has all that the old server had at that moment. */
  private static void mend(OpenSwitch open) {
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
                        "run the same playbook again: it goes on as with a dead old server"));
    if (!catchUp.await(upstream, open.request().catchUpTimeout())) {
      throw Problem.refused(
          "relay did not catch up with the old server within "
              + open.request().catchUpTimeout().toSeconds()
              + " s; missing: "
              + RelayCatchUp.wanted(upstream).subtract(open.relay().gtidW()),
          "relay that can be paused with no half transaction at its end",
          "run again at a quieter time, or with a larger catch_up_timeout");
    }
  }
}
