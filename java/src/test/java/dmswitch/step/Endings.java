package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;

/** How steps end. */
final class Endings {
  private Endings() {}

  static void well(StepResult ended, boolean changed, String... words) {
    assertEquals(ExitCode.DONE, ended.exitCode(), ended.answer().toString());
    assertEquals(changed, ended.answer().path("changed").asBoolean(), ended.answer().toString());
    contains(ended, words);
  }

  static void badly(StepResult ended, ExitCode code, String... words) {
    assertEquals(code, ended.exitCode(), ended.answer().toString());
    assertEquals(code.jsonName(), ended.answer().path("problem").path("exit_code").asText());
    for (String part : new String[] {"found", "wanted", "next"}) {
      assertTrue(
          !ended.answer().path("problem").path(part).asText().isBlank(),
          part + " in " + ended.answer());
    }
    contains(ended, words);
  }

  static void contains(StepResult ended, String... words) {
    for (String word : words) {
      assertTrue(ended.answer().toString().contains(word), word + " in " + ended.answer());
    }
  }
}
