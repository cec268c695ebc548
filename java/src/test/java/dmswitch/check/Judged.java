package dmswitch.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.check.Finding.Outcome;
import java.util.List;
import java.util.function.Consumer;

/** One check judged on spoiled facts, as the report has it. */
final class Judged {
  private Judged() {}

  static Finding by(Check check, Consumer<FactsBuilder> spoil) {
    FactsBuilder facts = new FactsBuilder();
    spoil.accept(facts);
    List<Finding> findings = Report.of(List.of(check), facts.facts()).findings();
    assertEquals(1, findings.size());
    assertEquals(check.id(), findings.get(0).check());
    return findings.get(0);
  }

  static void passes(Check check, Consumer<FactsBuilder> spoil) {
    assertEquals(Outcome.PASSED, by(check, spoil).outcome(), () -> by(check, spoil).toString());
  }

  static void warns(Check check, Consumer<FactsBuilder> spoil, String... words) {
    Finding finding = by(check, spoil);
    assertEquals(Outcome.WARNING, finding.outcome(), finding.toString());
    contains(finding.found() + "\n" + finding.next(), words);
  }

  static void refuses(Check check, Consumer<FactsBuilder> spoil, String... words) {
    complete(by(check, spoil), Outcome.REFUSED, words);
  }

  static void cannotTell(Check check, Consumer<FactsBuilder> spoil, String... words) {
    complete(by(check, spoil), Outcome.CANNOT_TELL, words);
  }

  /** What was found, what was wanted, what to do. */
  private static void complete(Finding finding, Outcome outcome, String... words) {
    assertEquals(outcome, finding.outcome(), finding.toString());
    assertFalse(finding.found().isBlank(), finding.toString());
    assertFalse(finding.wanted().isBlank(), finding.toString());
    assertFalse(finding.next().isBlank(), finding.toString());
    contains(finding.found() + "\n" + finding.wanted() + "\n" + finding.next(), words);
  }

  private static void contains(String text, String... words) {
    for (String word : words) {
      assertTrue(text.contains(word), () -> "'" + word + "' in: " + text);
    }
  }
}
