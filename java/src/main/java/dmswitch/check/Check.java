package dmswitch.check;

import java.util.function.Function;

/**
 * One condition of a switch.
 *
 * <p>To add one, add a constant to the class of its subject, such as {@link RelayChecks}, and a
 * line to each list of {@link Checks} that it applies to.
 *
 * @param id its name in reports, in snake_case
 * @param severity the worst possible outcome
 * @param judgement judges the facts. If reading a fact throws a {@link dmswitch.problem.Problem},
 *     that becomes the finding, whatever the severity
 */
public record Check(String id, Severity severity, Function<Facts, Finding> judgement) {

  /** What happens to the switch if the condition does not hold. */
  public enum Severity {
    /** The switch is refused. */
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
   * Makes a blocking check that passes unless the requirement throws.
   *
   * @param requirement reads a fact or tests a condition, and returns what was found. A Problem
   *     that it throws is the finding
   */
  static Check requires(String id, Function<Facts, String> requirement) {
    return blocking(id, facts -> Finding.passed(requirement.apply(facts)));
  }

  /**
   * Judges the facts.
   *
   * @throws dmswitch.problem.Problem if a fact cannot be read, or if the requirement of {@link
   *     #requires} throws
   */
  Finding judge(Facts facts) {
    Finding finding = judgement.apply(facts);
    if (severity == Severity.WARNING && !finding.outcome().lets()) {
      throw new IllegalStateException(id + " is a warning, but came to " + finding.outcome());
    }
    return finding.of(id);
  }
}
