package dmswitch.check;

import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What all checks came to.
 *
 * @param findings one for each check, in the order of the checks; but a problem that several checks
 *     meet stands with the first of them only
 */
public record Report(List<Finding> findings) {
  public Report {
    findings = List.copyOf(findings);
  }

  /** Runs the checks over the facts; a problem that several meet is told once. */
  public static Report of(List<Check> checks, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    Set<Finding> told = new HashSet<>();
    for (Check check : checks) {
      Finding finding;
      try {
        finding = check.judge(facts);
      } catch (Problem problem) {
        finding = Finding.of(problem);
        if (!told.add(finding)) {
          continue;
        }
      }
      findings.add(finding.of(check.id()));
    }
    return new Report(findings);
  }

  /** Whether every check lets the switch go on. */
  public boolean safe() {
    return findings.stream().allMatch(finding -> finding.outcome().lets());
  }

  /** What the operator should know and cannot be refused for. */
  public List<String> warnings() {
    return warnings(false);
  }

  /** Those of the warnings that hold after the switch too. */
  public List<String> lastingWarnings() {
    return warnings(true);
  }

  private List<String> warnings(boolean lastingOnly) {
    return findings.stream()
        .filter(finding -> finding.outcome() == Finding.Outcome.WARNING)
        .filter(finding -> finding.lasting() || !lastingOnly)
        .map(finding -> finding.found() + (finding.next().isEmpty() ? "" : ": " + finding.next()))
        .toList();
  }

  /** Whether relay, resumed, could let DM read rows twice. */
  public boolean forbidsResuming() {
    return findings.stream()
        .anyMatch(
            finding -> finding.isOf(RelayChecks.HALF_TRANSACTION) && !finding.outcome().lets());
  }

  /** What keeps the switch from going on: a "no" before a "cannot tell". */
  public Optional<Problem> problem() {
    List<Finding> against = findings.stream().filter(finding -> !finding.outcome().lets()).toList();
    return against.stream()
        .min(Comparator.comparingInt(finding -> rank(finding.outcome())))
        .map(
            worst ->
                against.size() == 1
                    ? worst.problem()
                    : worst
                        .andOthers(against.stream().filter(other -> !other.equals(worst)).toList())
                        .problem());
  }

  private static int rank(Finding.Outcome outcome) {
    return switch (outcome) {
      case WRONG_USE -> 0;
      case REFUSED -> 1;
      default -> 2;
    };
  }
}
