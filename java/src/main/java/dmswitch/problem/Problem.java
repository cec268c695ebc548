package dmswitch.problem;

import java.util.Objects;

/**
 * Something a user has to know and act on: what was found, what was wanted, what to do next. It
 * ends a command with its exit code and never shows a stack trace.
 *
 * <p>None of the three texts may carry a secret.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String found;
  private final String wanted;
  private final String next;

  private Problem(ExitCode exitCode, String found, String wanted, String next, Throwable cause) {
    super(found + "; wanted: " + wanted + "; next: " + next, cause);
    this.exitCode = exitCode;
    this.found = Objects.requireNonNull(found);
    this.wanted = Objects.requireNonNull(wanted);
    this.next = Objects.requireNonNull(next);
  }

  /** A condition does not hold. */
  public static Problem refused(String found, String wanted, String next) {
    return new Problem(ExitCode.REFUSED, found, wanted, next, null);
  }

  /** An option, a value or a file given by the user is not valid. */
  public static Problem wrongUse(String found, String wanted, String next) {
    return new Problem(ExitCode.WRONG_USE, found, wanted, next, null);
  }

  /** Something could not be reached or understood, so neither yes nor no is known. */
  public static Problem cannotTell(String found, String wanted, String next) {
    return new Problem(ExitCode.CANNOT_TELL, found, wanted, next, null);
  }

  /** As {@link #cannotTell(String, String, String)}, keeping the cause for a debugger only. */
  public static Problem cannotTell(String found, String wanted, String next, Throwable cause) {
    return new Problem(ExitCode.CANNOT_TELL, found, wanted, next, cause);
  }

  /** Something that dm-switch did not expect of itself. */
  public static Problem defect(String found, String wanted, String next, Throwable cause) {
    return new Problem(ExitCode.DEFECT, found, wanted, next, cause);
  }

  /** The switch stands between two steps; the journal says where. */
  public static Problem stoppedMidway(String found, String wanted, String next) {
    return new Problem(ExitCode.STOPPED_MIDWAY, found, wanted, next, null);
  }

  /** The same problem, met where a switch is already under way. */
  public Problem midway(String next) {
    return new Problem(ExitCode.STOPPED_MIDWAY, found, wanted, next, this);
  }

  /** The same problem, with something more to do. */
  public Problem andNext(String more) {
    return new Problem(exitCode, found, wanted, next + "; " + more, this);
  }

  /** The same problem, behind what was found before it. */
  public Problem afterFinding(String before) {
    return new Problem(exitCode, before + ", but " + found, wanted, next, this);
  }

  /** The same problem, with something more that was found. */
  public Problem andFound(String more) {
    return new Problem(exitCode, found + "; " + more, wanted, next, this);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  /** What was found. */
  public String found() {
    return found;
  }

  /** What was wanted. */
  public String wanted() {
    return wanted;
  }

  /** What to do next. */
  public String next() {
    return next;
  }
}
