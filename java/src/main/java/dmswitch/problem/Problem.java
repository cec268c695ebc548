package dmswitch.problem;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A problem that a user has to act on: what was found, what was wanted, what to do next. It ends a
 * command with its exit code and never shows a stack trace.
 *
 * <p>The three texts are for the operator alone: code that depends on more than the exit code asks
 * for a {@link Hint}. None of the texts may carry a secret.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Properties of a problem, besides its exit code, that code may test. */
  public enum Hint {
    /** What was to be changed is as it was. */
    NOTHING_CHANGED,
    /** {@link #next} names the run that continues once the rest of it is done. */
    NAMES_RERUN
  }

  private final ExitCode exitCode;
  private final String found;
  private final String wanted;
  private final String next;
  private final EnumSet<Hint> hints;

  private Problem(
      ExitCode exitCode,
      String found,
      String wanted,
      String next,
      Set<Hint> hints,
      Throwable cause) {
    super(found + "; wanted: " + wanted + "; next: " + next, cause);
    this.exitCode = exitCode;
    this.found = Objects.requireNonNull(found);
    this.wanted = Objects.requireNonNull(wanted);
    this.next = Objects.requireNonNull(next);
    this.hints = EnumSet.noneOf(Hint.class);
    this.hints.addAll(hints);
  }

  private static Problem of(
      ExitCode exitCode, String found, String wanted, String next, Throwable cause) {
    return new Problem(exitCode, found, wanted, next, Set.of(), cause);
  }

  /** Makes the problem of a condition that does not hold. */
  public static Problem refused(String found, String wanted, String next) {
    return of(ExitCode.REFUSED, found, wanted, next, null);
  }

  /** Makes the problem of an invalid option, value or file from the user. */
  public static Problem wrongUse(String found, String wanted, String next) {
    return of(ExitCode.WRONG_USE, found, wanted, next, null);
  }

  /**
   * Makes the problem of something that could not be reached or understood, so that the answer is
   * unknown.
   */
  public static Problem cannotTell(String found, String wanted, String next) {
    return of(ExitCode.CANNOT_TELL, found, wanted, next, null);
  }

  /** As {@link #cannotTell(String, String, String)}, keeping the cause for a debugger only. */
  public static Problem cannotTell(String found, String wanted, String next, Throwable cause) {
    return of(ExitCode.CANNOT_TELL, found, wanted, next, cause);
  }

  /** Makes the problem of a defect in dm-switch itself. */
  public static Problem defect(String found, String wanted, String next, Throwable cause) {
    return of(ExitCode.DEFECT, found, wanted, next, cause);
  }

  /** Makes the problem of a switch that stopped between two steps. The journal says where. */
  public static Problem stoppedMidway(String found, String wanted, String next) {
    return of(ExitCode.STOPPED_MIDWAY, found, wanted, next, null);
  }

  /** Returns the same problem with a hint. */
  public Problem with(Hint hint) {
    EnumSet<Hint> more = EnumSet.copyOf(hints);
    more.add(hint);
    return new Problem(exitCode, found, wanted, next, more, getCause());
  }

  /** Returns the same problem, whose {@link #next} names the run that continues. */
  public Problem namingRerun() {
    return with(Hint.NAMES_RERUN);
  }

  /** Returns the same problem with the hints of the one whose text it repeats. */
  public Problem hintedAs(Problem other) {
    EnumSet<Hint> more = EnumSet.copyOf(hints);
    more.addAll(other.hints);
    return new Problem(exitCode, found, wanted, next, more, getCause());
  }

  /** Returns the same problem for a switch that is already in progress. */
  public Problem midway(String next) {
    return new Problem(ExitCode.STOPPED_MIDWAY, found, wanted, next, hints, this);
  }

  /** Returns the same problem, with something more to do. */
  public Problem andNext(String more) {
    return new Problem(exitCode, found, wanted, next + "; " + more, hints, this);
  }

  /** Returns the same problem, after what was found before it. */
  public Problem afterFinding(String before) {
    return new Problem(exitCode, before + ", but " + found, wanted, next, hints, this);
  }

  /** Returns the same problem, with something more that was found. */
  public Problem andFound(String more) {
    return new Problem(exitCode, found + "; " + more, wanted, next, hints, this);
  }

  public boolean has(Hint hint) {
    return hints.contains(hint);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** Returns what was found. */
  public String found() {
    return found;
  }

  /** Returns what was wanted. */
  public String wanted() {
    return wanted;
  }

  /** Returns what to do next. */
  public String next() {
    return next;
  }
}
