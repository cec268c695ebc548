package dmswitch.control;

import dmswitch.dm.Dm;
import dmswitch.dm.Outcome;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Pauses and resumes the relay of a worker, and waits until the effect is observed. The caller
 * decides when that is safe. {@code switch-relay-master} is not here: a single step calls it, once.
 */
public final class RelayControl {
  /** The limit of one command; DM has none for relay commands. */
  private static final Duration COMMAND = Duration.ofMinutes(2);

  /** The limit while the upstream's host swallows packets; relay ends its read after a minute. */
  private static final Duration COMMAND_SILENT = Duration.ofMinutes(11);

  /** What a lost answer to resume-relay means. */
  public enum LostAnswer {
    /** A failure: relay could be resumed later, unnoticed. */
    FAILS,
    /** No failure: the caller waits for relay next, whether it resumes now or later. */
    IS_AWAITED
  }

  private final Supplier<Dm> dm;
  private final String worker;
  private final Supplier<RelayView> look;

  /**
   * Makes the control of a worker whose upstream answers or refuses connections.
   *
   * @param worker its HOST:PORT, by which DM names it
   */
  public RelayControl(Supplier<Dm> dm, String worker) {
    this(dm, worker, () -> RelayView.ofStatus(dm.get(), worker));
  }

  /**
   * @param look reads the state of relay in a way that does not hang
   */
  public RelayControl(Supplier<Dm> dm, String worker, Supplier<RelayView> look) {
    this.dm = dm;
    this.worker = worker;
    this.look = look;
  }

  /**
   * Pauses relay unless it is Paused already, and waits until it is.
   *
   * @param limit how long to wait for that
   * @param next what to do if it does not become Paused, and which run continues then
   * @return whether DM paused it
   * @throws Problem (refused, cannot tell) if it is not Paused in time
   */
  public boolean pause(Duration limit, String next) {
    if (look.get().isPaused()) {
      return false;
    }
    Outcome outcome = dm.get().pauseRelay(worker, COMMAND);
    awaitEffect("pause-relay", outcome, limit, RelayView::isPaused, "relay Paused", next)
        .ifPresent(
            problem -> {
              throw problem.namingRerun();
            });
    return outcome.isDone();
  }

  /**
   * Pauses relay while no packet comes back from the upstream, so that query-status must not be
   * called.
   *
   * @param next what to do if it does not become Paused, and which run continues then
   * @return whether DM paused it
   * @throws Problem (cannot tell) if it is not Paused
   */
  public boolean pauseUnasked(String next) {
    Outcome outcome = dm.get().pauseRelay(worker, COMMAND_SILENT);
    if (!saysPaused()) {
      throw Problem.cannotTell(
              "pause-relay did not pause relay"
                  + (outcome.message().isEmpty() ? "" : ": " + outcome.message()),
              "relay Paused",
              next)
          .namingRerun();
    }
    return outcome.isDone();
  }

  /**
   * Returns whether relay is Paused already, without query-status, which must not be called. DM
   * answers a second pause-relay with "current stage is Paused".
   */
  public boolean saysPaused() {
    return dm.get().pauseRelay(worker, COMMAND_SILENT).kind() == Outcome.Kind.ALREADY_SO;
  }

  /**
   * Resumes relay. The caller waits until it runs.
   *
   * @throws Problem (refused, cannot tell) if DM does not resume it
   */
  public void resume(LostAnswer lost, String wanted, String next) {
    Outcome outcome = dm.get().resumeRelay(worker, COMMAND);
    boolean taken =
        outcome.isDoneOrAlreadySo() || (lost == LostAnswer.IS_AWAITED && outcome.isEffectUnknown());
    if (!taken) {
      throw outcome.problem(wanted, next);
    }
  }

  /**
   * Resumes relay, and waits until it runs without errors.
   *
   * @param limit how long to wait for that
   * @throws Problem (refused, cannot tell) if it does not run in time
   */
  public void resumeAndAwait(Duration limit, String wanted) {
    awaitEffect(
            "resume-relay",
            dm.get().resumeRelay(worker, COMMAND),
            limit,
            relay -> relay.isRunning() && relay.errors().isEmpty(),
            wanted,
            "fix the error that query-status -w " + worker + " reports")
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  /**
   * Waits for the effect of a command. Only the observed state decides; DM's answer merely explains
   * a failure.
   *
   * @return the problem if the state is not reached
   */
  private Optional<Problem> awaitEffect(
      String command,
      Outcome outcome,
      Duration limit,
      Predicate<RelayView> reached,
      String wanted,
      String next) {
    Look last = new Look();
    if (until(limit, last, reached, relay -> "").isPresent()) {
      return Optional.empty();
    }
    String seen = "after " + limit.toSeconds() + " s " + last.seen;
    return Optional.of(
        outcome.isDoneOrAlreadySo()
            ? Problem.cannotTell(command + " succeeded according to DM, but " + seen, wanted, next)
            : outcome.problem(wanted, next).andFound(seen));
  }

  /**
   * Waits until relay is in the wanted state. A worker that does not answer meanwhile is queried
   * again.
   *
   * @param lacks what else to report of a relay that is not, such as {@code "; W lacks ..."}
   * @throws Problem (cannot tell) with the last observed state, if the limit passes
   */
  public RelayView await(
      Duration limit,
      Predicate<RelayView> reached,
      Function<RelayView, String> lacks,
      String wanted,
      String next) {
    Look last = new Look();
    return until(limit, last, reached, lacks)
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "after " + limit.toSeconds() + " s: " + last.seen, wanted, next));
  }

  private Optional<RelayView> until(
      Duration limit, Look last, Predicate<RelayView> reached, Function<RelayView, String> lacks) {
    return Waiting.until(
        limit,
        () -> {
          try {
            RelayView relay = look.get();
            last.seen = relay.description() + lacks.apply(relay);
            return Optional.of(relay).filter(reached);
          } catch (Problem notNow) {
            last.seen = notNow.found();
            return Optional.empty();
          }
        });
  }

  /** The last observed state, for messages. */
  private static final class Look {
    private String seen = "";
  }
}
