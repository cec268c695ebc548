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
    /**
     * Nothing to do, DM says: paused, running or existing already (in whatever stage), or no such
     * task to stop (which a dm-master that has lost sight of a worker says too).
     */
    ALREADY_SO,
    /** Not done: DM has no connection (yet), as in the seconds after a restart, or is busy. */
    NOT_YET,
    /** No answer in time, or the connection broke; it may have happened, or still happen. */
    NO_ANSWER,
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
    return kind == Kind.NOT_YET || kind == Kind.NO_ANSWER;
  }

  /** Not known whether the command took, or will still take, effect: look before repeating it. */
  public boolean isEffectUnknown() {
    return kind == Kind.NO_ANSWER || kind == Kind.NOT_UNDERSTOOD;
  }

  /** Returns all messages in one line. */
  public String message() {
    return String.join("; ", messages);
  }

  /** Returns the problem to report: refused if DM refused, else cannot tell. */
  public Problem problem(String wanted, String next) {
    return kind == Kind.FAILED
        ? Problem.refused(message(), wanted, next)
        : Problem.cannotTell(message(), wanted, next);
  }
}
