package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.host.RelayTail;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Step 2: pause-relay, so that W stands still; then what follows W in relay's file is read, and
 * both conditions are judged again (rule 7). Nothing replaces reading the file: W equal to the old
 * server's gtid_executed does not, since MySQL sends a transaction before it adds it there.
 *
 * <p>The file tells two facts beside each other: whole transactions that W does not count, and one
 * without its end. Tasks read both from the file, and both again from the new server.
 *
 * <table>
 * <caption>What is done about them; "judged" means: E contains W and the GTIDs after it, and every
 * table whose rows are there has a key; the summary says so</caption>
 * <tr><th>old server, W told by</th><th>nothing after W</th><th>whole ones only</th><th>a half,
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
 * <p>P is held against W alone: relay continues from W. Where the file does not show every GTID
 * after W, it cannot be determined what E has to contain.
 */
final class FenceRelay implements StepAction {
  /** A busy upstream cuts a transaction now and then; more often in a row is no accident. */
  private static final int ATTEMPTS = 5;

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
    requireResolved(open);
    if (open.rolls().running().isPresent()) {
      // Paused now, relay would stop wherever the roll has brought it.
      return Answer.unchanged(
          "the rolling upgrade of an earlier run has not ended: step 7 waits for it");
    }
    requireUpUnlessRolled(open);
    return asAnEarlierRunLeftIt(open).orElseGet(() -> fence(open));
  }

  private static void requireResolved(OpenSwitch open) {
    if (open.plan().oldServer().state() == OldServerState.UNRESOLVED) {
      throw Problem.cannotTell(
          "the worker's host could not resolve the name of the old server "
              + open.plan().oldServer().address()
              + " when this switch was planned",
          "an address, to check whether the old server is alive",
          "make the name resolvable on the worker's host (DNS or /etc/hosts), even if the server"
              + " is lost, then run the playbook again from its beginning");
    }
  }

  /**
   * A worker that is down is started by the rolling upgrade alone, once the tasks are stopped.
   *
   * @throws Problem (cannot tell) when no step will start it
   */
  private static void requireUpUnlessRolled(OpenSwitch open) {
    boolean rolled =
        !open.plan().modes().behindVip() && open.journal().outcome(Step.TASKS_STOPPED).isPresent();
    if (open.tasksTouched() && !rolled && WorkerPort.isSeenDown(open)) {
      throw Problem.cannotTell(
              "the worker is down: nothing listens on its port " + open.plan().dmWorker().address(),
              "a running worker, "
                  + (open.plan().modes().behindVip()
                      ? "whose relay can be switched"
                      : "whose tasks can be stopped"),
              "run rescue.yml with rescue_apply: true, which starts it while the old server"
                  + (open.plan().modes().behindVip()
                      ? " or the new one answers at the VIP"
                      : " answers")
                  + " and otherwise says what to do; then run the same playbook again")
          .namingRerun();
    }
  }

  // ---- what an earlier run has left ------------------------------------------------------------

  /** Nothing to do where relay is on the new server, or as it was fenced: that is judged again. */
  private Optional<Answer> asAnEarlierRunLeftIt(OpenSwitch open) {
    if (open.stoppedAndDown()) {
      judgeAnew(open, open.relayAsLeft());
      return Optional.of(
          Answer.unchanged("the worker is down, and its relay is unchanged since the fence"));
    }
    EarlierFence.requireNotMovedByOthers(open);
    if (!open.switchBegun() && !(open.plan().modes().behindVip() && open.tasksTouched())) {
      return Optional.empty();
    }
    RelayView now = settledAfterRoll(open);
    if (EarlierFence.isOnNewServer(open, now)) {
      return Optional.of(
          Answer.unchanged("relay is on the new server already")
              .withWarnings(WayToNewServer.require(open, now)));
    }
    if (EarlierFence.holds(open, now)) {
      judgeAnew(open, now);
      return Optional.of(Answer.unchanged("relay is unchanged since the fence"));
    }
    return Optional.empty();
  }

  /** Time has passed since: the new server may have purged, or be another. */
  private static void judgeAnew(OpenSwitch open, RelayView now) {
    FenceConditions.require(open, now, open.relayTail(now));
  }

  /**
   * A worker that has just started shows the previous sub dir until it has asked its server; only
   * one that keeps showing it runs on the old server.
   */
  private RelayView settledAfterRoll(OpenSwitch open) {
    return Waiting.until(
            asks,
            () ->
                ifKnown(open)
                    .filter(
                        now ->
                            EarlierFence.isOnNewServer(open, now) || EarlierFence.holds(open, now)))
        .orElseGet(open::relayAsLeft);
  }

  /** dm-master may not have found the worker yet. */
  private static Optional<RelayView> ifKnown(OpenSwitch open) {
    try {
      return Optional.of(open.relayAsLeft());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  // ---- a fence of this run ---------------------------------------------------------------------

  private Answer fence(OpenSwitch open) {
    RelayOnOldServer old = new RelayOnOldServer(open, metaWritten);
    List<String> warnings = new ArrayList<>();
    boolean down = isLeftDown(open);
    if (!down) {
      old.awaitTasks().ifPresent(warnings::add);
    }
    open.requireNewServerAlone();
    if (!down) {
      old.awaitWhole();
    }
    open.journal().intent(step(), Json.object().put("gtid_w", open.plan().relay().gtidW()));
    boolean paused = !down && old.pause();
    Stand stand = Stand.of(open, down ? ofDownWorker(open) : old.settled());
    if (!down) {
      stand = takeIn(open, old, stand);
    }
    FenceConditions.require(open, stand.relay(), stand.tail());
    if (!stand.tail().isClean()) {
      UncountedRows.requireKeys(open, stand.tail(), false);
      warnings.add(UncountedRows.warning(stand.tail()));
    }
    ObjectNode fence = Fence.toJson(stand.relay(), stand.tail());
    open.journal().done(step(), fence);
    String msg = (down ? "the worker is down" : "relay is Paused") + ", W at the fence is ";
    return new Answer(paused, msg + stand.relay().gtidW(), fence).withWarnings(warnings);
  }

  /** Relay that stands still, and what follows its W. */
  private record Stand(RelayView relay, RelayTail tail) {
    static Stand of(OpenSwitch open, RelayView relay) {
      return new Stand(relay, open.relayTail(relay));
    }
  }

  /**
   * Where what follows W may be taken in from the old server: resume, catch up, pause again.
   *
   * @return how relay stands then
   * @throws Problem (refused) when it ends in a half transaction each time, or rows could double
   */
  private static Stand takeIn(OpenSwitch open, RelayOnOldServer old, Stand first) {
    Stand stand = first;
    boolean moves = true;
    for (int attempt = 1;
        moves && !stand.tail().isClean() && attempt < ATTEMPTS && old.canCatchUp();
        attempt++) {
      FenceConditions.awaitTables(open, stand.relay(), stand.tail());
      UncountedRows.requireKeys(open, stand.tail(), true);
      old.resumeAndCatchUp();
      old.awaitWhole();
      old.pause();
      RelayTail before = stand.tail();
      stand = Stand.of(open, open.relay());
      // Whole ones that relay does not come to count, W counts with the next transaction only.
      moves = stand.tail().half().isPresent() || !stand.tail().equals(before);
    }
    if (stand.tail().half().isPresent() && old.canCatchUp()) {
      throw Problem.refused(
              "after "
                  + ATTEMPTS
                  + " times pause-relay the relay file still ends in "
                  + stand.tail().description(),
              "relay paused after a whole transaction",
              "run again when fewer large transactions are written")
          .namingRerun();
    }
    return stand;
  }

  /**
   * Returns whether the worker went down once its tasks were stopped, so that no command reaches
   * relay.
   */
  private static boolean isLeftDown(OpenSwitch open) {
    return !open.plan().modes().behindVip()
        && open.journal().outcome(Step.TASKS_STOPPED).isPresent()
        && WorkerPort.isDown(open);
  }

  /** W of a worker that is down, after it ran on the old server again. */
  private static RelayView ofDownWorker(OpenSwitch open) {
    RelayView relay = RelayView.ofMeta(open.relayDirectory());
    if (!open.relayTail(relay).uncounted().isEmpty() && open.upstreamIsOld()) {
      throw Problem.cannotTell(
              "the worker is down, and its relay.meta lags behind whole transactions in its file",
              "the W that relay has really reached",
              "start the worker on the old server again"
                  + (open.upgradeBegun()
                      ? " (its former dm-worker.toml is in "
                          + open.plan().dmWorker().deployDir()
                          + "/backup)"
                      : "")
                  + ", then run the same playbook again")
          .namingRerun();
    }
    return relay;
  }
}
