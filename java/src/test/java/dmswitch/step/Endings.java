package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import java.util.regex.Pattern;

/** How steps end. */
final class Endings {
  private static final Pattern RERUN_TWICE =
      Pattern.compile(
          "run (the same playbook )?again.*; then run the same playbook again: it continues");

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
    String next = ended.answer().path("problem").path("next").asText();
    assertFalse(RERUN_TWICE.matcher(next).find(), "names the rerun twice: " + next);
    contains(ended, words);
  }

  static void contains(StepResult ended, String... words) {
    for (String word : words) {
      assertTrue(ended.answer().toString().contains(word), word + " in " + ended.answer());
    }
  }
}
