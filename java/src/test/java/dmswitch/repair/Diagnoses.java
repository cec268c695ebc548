package dmswitch.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;

/** What a test expects of a diagnosis. */
final class Diagnoses {
  private Diagnoses() {}

  static Diagnosis diagnosed(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = Rules.diagnose(seen.observation());
    assertEquals(state, diagnosis.state(), diagnosis.text());
    return diagnosis;
  }

  static RelayDirectoryRepair files(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = diagnosed(seen, state);
    return assertInstanceOf(
        RelayDirectoryRepair.class, diagnosis.repair().orElse(null), () -> diagnosis.text());
  }

  static RelayRepair relay(ObservationBuilder seen, String state) {
    Diagnosis diagnosis = diagnosed(seen, state);
    return assertInstanceOf(
        RelayRepair.class, diagnosis.repair().orElse(null), () -> diagnosis.text());
  }

  /** Not repaired; the text has all these words. */
  static void refused(ObservationBuilder seen, String state, ExitCode code, String... words) {
    Diagnosis diagnosis = diagnosed(seen, state);
    assertTrue(diagnosis.repair().isEmpty(), diagnosis.text());
    assertEquals(code, diagnosis.refusal().orElseThrow().exitCode());
    for (String word : words) {
      assertTrue(diagnosis.text().contains(word), diagnosis.text());
    }
  }
}
