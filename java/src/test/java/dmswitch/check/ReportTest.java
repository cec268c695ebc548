package dmswitch.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
  private static Check passing(String name) {
    return Check.blocking(name, facts -> Finding.passed("fine"));
  }

  private static Check warning(String name, String next) {
    return Check.blocking(name, facts -> Finding.warning("odd", next));
  }

  private static Check refusing(String name) {
    return Check.blocking(name, facts -> Finding.refused(name + " is wrong", "right", "fix it"));
  }

  private static Check throwing(String name, Supplier<Problem> problem) {
    return Check.blocking(
        name,
        facts -> {
          throw problem.get();
        });
  }

  private static Problem down() {
    return Problem.cannotTell("the server is down", "a server", "start it");
  }

  private static Report report(Check... checks) {
    return Report.of(List.of(checks), new FactsBuilder().facts());
  }

  private static List<String> names(Report report) {
    return report.findings().stream().map(Finding::check).toList();
  }

  @Test
  void halfATransactionThatIsRefusedForbidsResuming() {
    assertTrue(report(passing("a"), refusing("half_transaction")).forbidsResuming());
    assertFalse(report(refusing("a"), passing("half_transaction")).forbidsResuming());
    assertFalse(report(refusing("a"), warning("half_transaction", "")).forbidsResuming());
  }

  static Stream<List<Check>> scenarios() {
    return Stream.of(
        Checks.ofAddressScenario(),
        Checks.ofStagedRoll(),
        Checks.ofOtherNewServer(),
        Checks.ofVipScenario());
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void factsThatAreAllWellLetASwitchBeMade(List<Check> checks) {
    Report report = Report.of(checks, new FactsBuilder().facts());

    assertEquals(
        List.of(),
        report.findings().stream().filter(f -> f.outcome() != Finding.Outcome.PASSED).toList());
    assertTrue(report.safe());
    assertEquals(Optional.empty(), report.problem());
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void everyCheckHasAnIdOfItsOwn(List<Check> checks) {
    List<String> ids = checks.stream().map(Check::id).toList();

    assertEquals(ids.size(), new HashSet<>(ids).size(), ids.toString());
    ids.forEach(id -> assertTrue(id.matches("[a-z_]+"), id));
  }

  private static List<Check> declaredIn(Class<?>... subjects) {
    List<Check> checks = new ArrayList<>();
    for (Class<?> subject : subjects) {
      for (Field field : subject.getDeclaredFields()) {
        if (field.getType() == Check.class) {
          try {
            checks.add((Check) field.get(null));
          } catch (IllegalAccessException e) {
            throw new AssertionError(field.toString(), e);
          }
        }
      }
    }
    assertTrue(checks.size() >= subjects.length, checks.toString());
    return checks;
  }

  /** A check that is in no list is never run. */
  @Test
  void everyCheckIsInAList() {
    List<Check> missing =
        declaredIn(
            AddressChecks.class,
            BinlogChecks.class,
            GtidChecks.class,
            InventoryChecks.class,
            NewServerChecks.class,
            ReachabilityChecks.class,
            RelayChecks.class,
            ReplicationChecks.class,
            TaskChecks.class);
    scenarios().forEach(missing::removeAll);

    assertEquals(List.of(), missing);
  }

  /** A server that is moved to in any way has to be fit for it. */
  @ParameterizedTest
  @MethodSource("scenarios")
  void theNewServerIsCheckedInEveryScenario(List<Check> checks) {
    List<Check> missing =
        declaredIn(
            BinlogChecks.class, GtidChecks.class, NewServerChecks.class, ReplicationChecks.class);
    missing.removeAll(checks);

    assertEquals(List.of(), missing);
  }

  /** Its severity is what readers and docs go by. */
  @Test
  void aCheckThatWarnsCannotRefuse() {
    Check warning = Check.warning("w", facts -> Finding.refused("f", "w", "n"));
    assertThrows(IllegalStateException.class, () -> warning.judge(new FactsBuilder().facts()));
    assertEquals(
        Finding.Outcome.CANNOT_TELL,
        report(
                Check.warning(
                    "w",
                    facts -> {
                      throw down();
                    }))
            .findings()
            .get(0)
            .outcome(),
        "a fact that cannot be read is no finding of its own");
  }

  @Test
  void findingsComeInTheOrderOfTheChecks() {
    Report report = report(refusing("b"), passing("a"), warning("c", ""), refusing("a2"));

    assertEquals(List.of("b", "a", "c", "a2"), names(report));
  }

  @Test
  void aWarningLetsTheSwitchGoOn() {
    Report report = report(passing("a"), warning("b", "mind it"), warning("c", ""));

    assertTrue(report.safe());
    assertEquals(Optional.empty(), report.problem());
    assertEquals(List.of("odd: mind it", "odd"), report.warnings());
  }

  @Test
  void aProblemThatSeveralMeetIsToldOnce() {
    Problem shared = down();

    assertEquals(
        List.of("a", "c"),
        names(report(throwing("a", () -> shared), throwing("b", () -> shared), passing("c"))));
    assertEquals(
        List.of("a"),
        names(report(throwing("a", ReportTest::down), throwing("b", ReportTest::down))),
        "the same words are the same problem");
  }

  @Test
  void theSameWordsWithAnotherOutcomeAreAnotherProblem() {
    Supplier<Problem> refused =
        () -> Problem.refused(down().found(), down().wanted(), down().next());

    assertEquals(
        List.of("a", "b"), names(report(throwing("a", ReportTest::down), throwing("b", refused))));
  }

  @Test
  void oneThatIsAgainstItIsToldAsItIs() {
    Problem problem = report(passing("a"), refusing("b"), warning("c", "")).problem().orElseThrow();

    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertEquals("b is wrong", problem.found());
    assertEquals("right", problem.wanted());
    assertEquals("fix it", problem.next());
  }

  @Test
  void aNoComesBeforeACannotTell() {
    Report report = report(throwing("a", ReportTest::down), refusing("b"), refusing("c"));

    Problem problem = report.problem().orElseThrow();

    assertFalse(report.safe());
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().startsWith("b is wrong"), problem.found());
    assertTrue(problem.found().contains("a: the server is down"), problem.found());
    assertTrue(problem.found().contains("c: c is wrong"), problem.found());
    assertFalse(problem.found().contains("b: b is wrong"), problem.found());
  }

  @Test
  void theExitCodeIsThatOfTheWorst() {
    Check wrongUse = throwing("w", () -> Problem.wrongUse("no alias", "an alias", "correct it"));
    Check cannotTell = throwing("t", ReportTest::down);
    Check defect = throwing("m", () -> Problem.stoppedMidway("x", "y", "z"));

    assertEquals(ExitCode.WRONG_USE, code(refusing("r"), wrongUse, cannotTell));
    assertEquals(ExitCode.REFUSED, code(cannotTell, refusing("r")));
    assertEquals(ExitCode.CANNOT_TELL, code(passing("p"), cannotTell));
    assertEquals(ExitCode.CANNOT_TELL, code(defect), "neither yes nor no");
  }

  private static ExitCode code(Check... checks) {
    return report(checks).problem().orElseThrow().exitCode();
  }

  @Test
  void aFactIsAskedForOnce() {
    List<String> asked = new ArrayList<>();
    Lazy<String> known =
        new Lazy<>(
            () -> {
              asked.add("once");
              return "fact";
            });

    assertFalse(known.isKnown());
    assertEquals("fact", known.get());
    assertEquals("fact", known.get());
    assertTrue(known.isKnown());
    assertEquals(List.of("once"), asked);
  }

  @Test
  void aFactThatCannotBeKnownIsAskedForOnceToo() {
    List<Problem> problems = new ArrayList<>();
    int[] asked = {0};
    Lazy<String> unknown =
        new Lazy<>(
            () -> {
              asked[0]++;
              throw down();
            });
    for (int i = 0; i < 2; i++) {
      try {
        unknown.get();
      } catch (Problem problem) {
        problems.add(problem);
      }
    }

    assertEquals(2, problems.size());
    assertEquals(problems.get(0), problems.get(1), "the same one");
    assertEquals(1, asked[0]);
    assertFalse(unknown.isKnown());
  }
}
