package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.program.Program;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnsibleOutputTest {
  private static String mark(String text) {
    return "m:" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + ":";
  }

  @Test
  void anAnswerIsFoundWhereverItStands() {
    String output =
        "[WARNING]: x\nw1 | SUCCESS => {\"stdout\": \""
            + mark("{\"a\": \"ü\"}")
            + "\\r\\n\", \"stdout_lines\": [\""
            + mark("{\"a\": \"ü\"}")
            + "\"]}";
    assertEquals("ü", AnsibleOutput.answer("m", output).orElseThrow().path("a").asText());
    assertEquals(List.of("x", "y"), AnsibleOutput.answers("m", mark("x") + "\n" + mark("y")));
  }

  @Test
  void twoDifferentAnswersAreNone() {
    assertEquals(Optional.empty(), AnsibleOutput.answer("m", mark("1") + mark("2")));
    assertEquals(Optional.empty(), AnsibleOutput.answer("m", "nom:MQ==: is another mark"));
  }

  /** As 2.6.20 and 2.19.14 print a sudo that refuses. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "w1 | FAILED! => {\n    \"changed\": false,\n    \"module_stderr\": \"sudo: a password is"
            + " required\\n\",\n    \"module_stdout\": \"\",\n    \"msg\": \"MODULE FAILURE\",\n   "
            + " \"rc\": 1\n}\n",
        "w1 | FAILED | rc=-1 >>\nTask failed: Premature end of stream waiting for become"
            + " success.\n>>> Standard Error\nsudo: a password is required\n",
      })
  void theReasonOfAFailureIsToldInOneLine(String stdout) {
    String ending = AnsibleOutput.ending(new Program.Result(2, stdout, "", false));
    assertTrue(ending.startsWith("ended with status 2: "), ending);
    assertTrue(ending.contains("sudo: a password is required"), ending);
    assertFalse(ending.contains("\n"), ending);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u2028", "\u2029", "\u0085", "\r"})
  void aLineEndsAtALineFeedOnly(String other) {
    String stdout = "<h> said" + other + "hush\nw1 | SUCCESS\n";
    assertEquals(
        "w1 | SUCCESS\n",
        AnsibleOutput.withoutDetails(new Program.Result(0, stdout, "", false)).stdout());
    String ending =
        AnsibleOutput.ending(new Program.Result(1, "", "x" + other + "ERROR! y", false));
    assertTrue(ending.startsWith("ended with status 1: x"), ending);
  }

  @Test
  void theLimitIsTold() {
    assertEquals("did not end in time", AnsibleOutput.ending(new Program.Result(-1, "", "", true)));
  }

  @Test
  void withoutAResultTheErrorIsTold() {
    assertEquals(
        "ended with status 4: no such file",
        AnsibleOutput.ending(
            new Program.Result(4, "", "some python warning\nERROR! no such file\n", false)));
    assertEquals(
        "ended with status 1: no output",
        AnsibleOutput.ending(new Program.Result(1, "\n", "", false)));
  }
}
