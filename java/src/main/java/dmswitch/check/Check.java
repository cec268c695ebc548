package dmswitch.check;

import java.util.function.Function;

/**
 * One condition of a switch.
 *
 * <p>A further one is a constant in the class of its subject, such as {@link RelayChecks}, and a
 * line in each list of {@link Checks} that it applies to.
 *
 * @param id its name in reports, in snake_case
 * @param severity the worst that its judgement comes to
 * @param judgement judges the facts; a {@link dmswitch.problem.Problem} that reading one of them
 *     throws becomes the finding, whatever the severity
 */
public record Check(String id, Severity severity, Function<Facts, Finding> judgement) {

  /** What a condition that does not hold does to the switch. */
  public enum Severity {
    /** The switch is not made. */
    BLOCKING,
    /** The operator is warned. */
    WARNING
  }

  static Check blocking(String id, Function<Facts, Finding> judgement) {
    return new Check(id, Severity.BLOCKING, judgement);
  }

  static Check warning(String id, Function<Facts, Finding> judgement) {
    return new Check(id, Severity.WARNING, judgement);
  }

  /**
   * Makes a check that holds unless the requirement throws.
   *
   * @param requirement reads a fact or tests a condition, and returns what was found; the Problem
   *     that it throws is the finding
   */
  static Check requires(String id, Function<Facts, String> requirement) {
    return blocking(id, facts -> Finding.passed(requirement.apply(facts)));
  }

  /**
   * Judges the facts.
   *
   * @throws dmswitch.problem.Problem when a fact cannot be read, or as {@link #requires} has it
   */
  Finding judge(Facts facts) {
    Finding finding = judgement.apply(facts);
    if (severity == Severity.WARNING && !finding.outcome().lets()) {
      throw new IllegalStateException(id + " is a warning, but came to " + finding.outcome());
    }
    return finding.of(id);
  }
}
