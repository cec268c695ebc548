package dmswitch.dm;

import dmswitch.problem.Problem;
import java.util.List;

/**
 * What DM answered to a command, over all levels of its result; for several workers the worst.
 *
 * @param kind how it went
 * @param messages what DM said, a line for each worker or failed check, with DM's {@code
 *     [code=...]} and without a stack trace; empty when all is well
 */
public record Outcome(Kind kind, List<String> messages) {
  /** How a command went, best first. */
  public enum Kind {
    /** DM says that it did it, on every worker asked for. */
    DONE,
    /** Nothing to do, DM says: paused already, running already, no such task to stop. */
    ALREADY_SO,
    /** DM has no connection (yet), as in the seconds after a worker's restart; not done. */
    NOT_CONNECTED,
    /** No answer in time; it may still happen, or have happened. */
    TIMED_OUT,
    /** An answer that makes no sense here; it may have happened. */
    NOT_UNDERSTOOD,
    /** DM says no. */
    FAILED
  }

  public Outcome {
    messages = List.copyOf(messages);
  }

  public boolean isDone() {
    return kind == Kind.DONE;
  }

  /** Done, or nothing to do. */
  public boolean isDoneOrAlreadySo() {
    return kind == Kind.DONE || kind == Kind.ALREADY_SO;
  }

  /** The same command may well succeed some seconds later. */
  public boolean isTransient() {
    return kind == Kind.NOT_CONNECTED || kind == Kind.TIMED_OUT;
  }

  /** Not known whether the command took, or will still take, effect: look before repeating it. */
  public boolean isEffectUnknown() {
    return kind == Kind.TIMED_OUT || kind == Kind.NOT_UNDERSTOOD;
  }

  /** All messages in one line. */
  public String message() {
    return String.join("; ", messages);
  }

  /** The problem to tell: refused when DM said no, otherwise cannot tell. */
  public Problem problem(String wanted, String next) {
    return kind == Kind.FAILED
        ? Problem.refused(message(), wanted, next)
        : Problem.cannotTell(message(), wanted, next);
  }
}
