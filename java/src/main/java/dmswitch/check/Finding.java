package dmswitch.check;

import dmswitch.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The outcome of a check.
 *
 * @param check the id of the check
 * @param outcome its kind
 * @param found what was found
 * @param wanted what was wanted; empty if passed
 * @param next what to do; empty if passed
 * @param lasting whether a warning still holds after the switch
 */
public record Finding(
    String check, Outcome outcome, String found, String wanted, String next, boolean lasting) {

  /** The kinds of outcome. */
  public enum Outcome {
    PASSED,
    /** The switch may continue, but the operator should know. */
    WARNING,
    /** The condition does not hold. */
    REFUSED,
    /** Something could not be reached or understood. */
    CANNOT_TELL,
    /** The request itself is wrong. */
    WRONG_USE;

    /** Returns the outcome's name in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns whether the switch may continue with this outcome. */
    public boolean lets() {
      return this == PASSED || this == WARNING;
    }
  }

  static Finding passed(String found) {
    return new Finding("", Outcome.PASSED, found, "", "", false);
  }

  static Finding warning(String found, String next) {
    return new Finding("", Outcome.WARNING, found, "", next, false);
  }

  /** Returns a warning that still holds after the switch. */
  static Finding lastingWarning(String found, String next) {
    return new Finding("", Outcome.WARNING, found, "", next, true);
  }

  static Finding refused(String found, String wanted, String next) {
    return new Finding("", Outcome.REFUSED, found, wanted, next, false);
  }

  static Finding cannotTell(String found, String wanted, String next) {
    return new Finding("", Outcome.CANNOT_TELL, found, wanted, next, false);
  }

  static Finding of(Problem problem) {
    Outcome outcome =
        switch (problem.exitCode()) {
          case REFUSED -> Outcome.REFUSED;
          case WRONG_USE -> Outcome.WRONG_USE;
          default -> Outcome.CANNOT_TELL;
        };
    return new Finding("", outcome, problem.found(), problem.wanted(), problem.next(), false);
  }

  /** Returns the same finding with the id of its check. */
  Finding of(String checkId) {
    return new Finding(checkId, outcome, found, wanted, next, lasting);
  }

  boolean isOf(Check other) {
    return check.equals(other.id());
  }

  /** Returns the same finding, which also names the other checks that did not pass. */
  Finding andOthers(List<Finding> others) {
    String names =
        others.stream()
            .map(other -> other.check() + ": " + other.found())
            .collect(Collectors.joining("; "));
    return new Finding(check, outcome, found + " (also: " + names + ")", wanted, next, lasting);
  }

  /** Names the first ones, and says how many more there are. */
  static String some(List<?> all, int most) {
    String named = all.stream().limit(most).map(Object::toString).collect(Collectors.joining(", "));
    return all.size() > most ? named + " and " + (all.size() - most) + " more" : named;
  }

  /** Returns the problem to report if the switch may not continue. */
  public Problem problem() {
    return switch (outcome) {
      case REFUSED -> Problem.refused(found, wanted, next);
      case WRONG_USE -> Problem.wrongUse(found, wanted, next);
      default -> Problem.cannotTell(found, wanted, next);
    };
  }
}
