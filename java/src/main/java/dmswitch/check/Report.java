package dmswitch.check;

import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The findings of all checks.
 *
 * @param findings one for each check, in the order of the checks. A problem that several checks
 *     meet is a finding of the first one only
 */
public record Report(List<Finding> findings) {
  public Report {
    findings = List.copyOf(findings);
  }

  /** Runs the checks on the facts. A problem that several checks meet is reported once. */
  public static Report of(List<Check> checks, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    Set<Finding> reported = new HashSet<>();
    for (Check check : checks) {
      Finding finding;
      try {
        finding = check.judge(facts);
      } catch (Problem problem) {
        finding = Finding.of(problem);
        if (!reported.add(finding)) {
          continue;
        }
      }
      findings.add(finding.of(check.id()));
    }
    return new Report(findings);
  }

  /** Returns whether every check lets the switch continue. */
  public boolean safe() {
    return findings.stream().allMatch(finding -> finding.outcome().lets());
  }

  /** Returns the warnings: what the operator should know but does not stop the switch. */
  public List<String> warnings() {
    return warnings(false);
  }

  /** Returns the warnings that still hold after the switch. */
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

  /** Returns whether DM could read rows twice if relay were resumed. */
  public boolean forbidsResuming() {
    return findings.stream()
        .anyMatch(
            finding -> finding.isOf(RelayChecks.HALF_TRANSACTION) && !finding.outcome().lets());
  }

  /** Returns the problem that stops the switch. A "no" comes before a "cannot tell". */
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
