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
 * Pauses and resumes the relay of a worker, and waits until that is observed. The caller decides
 * when it is safe. {@code switch-relay-master} is not here: one step calls it, once.
 */
public final class RelayControl {
  /** For one command; DM has no limit of its own for them. */
  private static final Duration COMMAND = Duration.ofMinutes(2);

  /** A relay that reads from a host that swallows packets ends its read after a minute. */
  private static final Duration COMMAND_SILENT = Duration.ofMinutes(11);

  /** What to make of resume-relay where DM's answer is lost. */
  public enum LostAnswer {
    /** It is a failure: relay could be resumed later, unnoticed. */
    FAILS,
    /** Relay is awaited next, whether it goes on at once or later. */
    IS_AWAITED
  }

  private final Supplier<Dm> dm;
  private final String worker;
  private final Supplier<RelayView> look;

  /**
   * Of a worker whose upstream answers, or refuses to.
   *
   * @param worker its HOST:PORT, by which DM names it
   */
  public RelayControl(Supplier<Dm> dm, String worker) {
    this(dm, worker, () -> RelayView.ofStatus(dm.get(), worker));
  }

  /**
   * @param look where relay stands, asked in the way that does not hang
   */
  public RelayControl(Supplier<Dm> dm, String worker, Supplier<RelayView> look) {
    this.dm = dm;
    this.worker = worker;
    this.look = look;
  }

  /**
   * Pauses relay where it is not Paused yet, and waits until it is.
   *
   * @param limit how long to wait for that
   * @param next what to do where it is not, and which run goes on then
   * @return whether DM did it
   * @throws Problem (refused, cannot tell) when it is not Paused in time
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
   * Pauses relay where no packet comes back from the upstream, so that query-status must not be
   * asked.
   *
   * @param next what to do where it does not become Paused, and which run goes on then
   * @return whether DM did it
   * @throws Problem (cannot tell) when it is not Paused
   */
  public boolean pauseUnasked(String next) {
    Outcome outcome = dm.get().pauseRelay(worker, COMMAND_SILENT);
    if (!saysPaused()) {
      throw Problem.cannotTell(
              "pause-relay did not make relay Paused"
                  + (outcome.message().isEmpty() ? "" : ": " + outcome.message()),
              "relay Paused",
              next)
          .namingRerun();
    }
    return outcome.isDone();
  }

  /**
   * Whether relay was Paused already, where query-status must not be asked: DM answers a further
   * pause-relay with "current stage is Paused".
   */
  public boolean saysPaused() {
    return dm.get().pauseRelay(worker, COMMAND_SILENT).kind() == Outcome.Kind.ALREADY_SO;
  }

  /**
   * Resumes relay; whether it runs then is awaited by the caller.
   *
   * @throws Problem (refused, cannot tell) when DM does not do it
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
   * @throws Problem (refused, cannot tell) when it does not run in time
   */
  public void resumeAndAwait(Duration limit, String wanted) {
    awaitEffect(
            "resume-relay",
            dm.get().resumeRelay(worker, COMMAND),
            limit,
            relay -> relay.isRunning() && relay.errors().isEmpty(),
            wanted,
            "fix what query-status -w " + worker + " reports")
        .ifPresent(
            problem -> {
              throw problem;
            });
  }

  /**
   * What is observed decides; what DM answered only says why it may have failed.
   *
   * @return the problem where it is not reached
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
            ? Problem.cannotTell(command + " answered well, but " + seen, wanted, next)
            : outcome.problem(wanted, next).andFound(seen));
  }

  /**
   * Waits until relay is seen so; a worker that does not answer meanwhile is asked again.
   *
   * @param lacks what else to tell of a relay that is not, such as {@code "; W lacks ..."}
   * @throws Problem (cannot tell) with what was seen last, when it is not within the limit
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

  /** What was seen last, for people. */
  private static final class Look {
    private String seen = "";
  }
}
