package dmswitch.step;

import dmswitch.control.RelayCatchUp;
import dmswitch.control.RelayControl;
import dmswitch.control.RelayControl.LostAnswer;
import dmswitch.control.TasksAtRest;
import dmswitch.dm.RelayStatus;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Optional;

/** Controls relay while it pulls from the old server, until it is Paused there. */
final class RelayOnOldServer {
  private static final Duration PAUSED = Duration.ofSeconds(30);

  private final OpenSwitch open;
  private final Duration metaWritten;

  /**
   * @param metaWritten how long relay.meta may lag behind what relay has pulled
   */
  RelayOnOldServer(OpenSwitch open, Duration metaWritten) {
    this.open = open;
    this.metaWritten = metaWritten;
  }

  /**
   * Pauses relay.
   *
   * @return whether anything had to be done
   * @throws Problem (refused, cannot tell) when it is not Paused
   */
  boolean pause() {
    RelayControl control = open.relayControl();
    return open.plan().oldServer().state().mayHang()
        ? control.pauseUnasked("see why pause-relay fails on the worker, then run again")
        : control.pause(
            PAUSED,
            "see why in query-status -w " + open.plan().dmWorker().address() + ", then run again");
  }

  /**
   * Waits until the tasks have replayed what relay already holds, while relay keeps running, so
   * that little is left for the standstill. A timeout is no error: step 3 waits again.
   *
   * @return what the operator should know
   */
  Optional<String> awaitTasks() {
    Duration limit = open.request().timeouts().drain();
    try {
      return open.tasksTouched()
              || !runsOn()
              || TasksAtRest.awaitNear(open.access().dm(), open.plan().dmWorker().address(), limit)
          ? Optional.empty()
          : Optional.of(
              "before relay was paused, the tasks did not catch up with it within "
                  + limit.toSeconds()
                  + " s (drain_timeout): the standstill of the target is longer");
    } catch (Problem seenBelow) {
      // If a server died meanwhile, the following acts have a form that does not need it.
      return Optional.empty();
    }
  }

  /**
   * Waits for a moment in which relay has no partial transaction: pause-relay would cut it, and
   * nothing repairs that for a table without a key.
   */
  void awaitWhole() {
    if (runsOn() && !catchUp().awaitWhole(open.request().timeouts().catchUp())) {
      throw Problem.refused(
              "for "
                  + open.request().timeouts().catchUp().toSeconds()
                  + " s relay has been in the middle of a transaction of the old server",
              "a moment between two transactions, as pause-relay would cut one",
              "run again at a quieter time, or with a larger catch_up_timeout")
          .namingRerun();
    }
  }

  /**
   * relay.meta is written every 30 s while relay lives on, so at first it may lag behind its file;
   * query-status has it from memory and does not. What it does not count after that, it never will.
   */
  RelayView settled() {
    if (!open.plan().oldServer().state().mayHang()) {
      return open.relay();
    }
    return Waiting.until(
            metaWritten,
            () ->
                Optional.of(open.relay())
                    .filter(relay -> open.relayTail(relay).uncounted().isEmpty()))
        .orElseGet(open::relay);
  }

  /** Returns whether it may be resumed on the old server, to take in what its file ends in. */
  boolean canCatchUp() {
    // Once a roll was begun the worker may have the new address: resumed, it would go there.
    return open.plan().oldServer().state().isAlive()
        && open.abortPossible()
        && !open.switchBegun()
        && open.upstreamIsOld();
  }

  /** resume-relay, until W has all that the old server had at that moment. */
  void resumeAndCatchUp() {
    open.relayControl()
        .resume(
            LostAnswer.FAILS,
            "relay resumed, to take in the half transaction at its end",
            "see why it does not run");
    RelayCatchUp catchUp = catchUp();
    RelayStatus upstream =
        catchUp
            .upstream(Duration.ofSeconds(30))
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                            "the worker no longer sees the old server",
                            "the old server's gtid_executed, to take in the half transaction at the end"
                                + " of the relay file",
                            "run the same playbook again: it continues as with a dead old server")
                        .namingRerun());
    if (!catchUp.await(upstream, open.request().timeouts().catchUp())) {
      throw Problem.refused(
              "relay did not catch up with the old server within "
                  + open.request().timeouts().catchUp().toSeconds()
                  + " s; missing: "
                  + RelayCatchUp.wanted(upstream).subtract(open.relay().gtidW()),
              "relay paused without a half transaction at its end",
              "run again at a quieter time, or with a larger catch_up_timeout")
          .namingRerun();
    }
  }

  /**
   * Returns whether relay runs and its upstream answers it. The worker may see that where the old
   * server accepts no login from here, or where the worker was not restarted on its configuration.
   */
  private boolean runsOn() {
    if (open.plan().oldServer().state().mayHang() || !open.relay().isRunning()) {
      return false;
    }
    return (open.plan().oldServer().state().isAlive() && open.upstreamIsOld())
        || catchUp().upstream(Duration.ZERO).isPresent();
  }

  private RelayCatchUp catchUp() {
    return new RelayCatchUp(
        () -> open.access().dm().queryStatus(open.plan().dmWorker().address()).relay(),
        open::relayDirectory);
  }
}
