package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode run(String... args) {
    return new DmSwitch(
            new Streams(
                InputStream.nullInputStream(),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)))
        .run(args);
  }

  @Test
  void namesEveryExitCode() {
    assertEquals(ExitCode.DONE, run("--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    assertEquals(
        """
        Exit codes:
          0   done, or yes
          1   refused: a condition does not hold
          2   wrong use: an option or value is not valid
          3   cannot tell: something could not be reached or understood
          4   stopped midway: the journal says where, resume or roll back
          5   a defect of dm-switch itself
        """,
        help.substring(help.indexOf("Exit codes:")));
  }

  @ParameterizedTest
  @CsvSource({
    "bash, complete -F _complete_dm-switch",
    "zsh, #compdef dm-switch",
    "FISH, complete -c dm-switch -n '__fish_seen_subcommand_from gtid"
  })
  void completionIsAScriptOfTheShell(String shell, String words) {
    assertEquals(ExitCode.DONE, run("completion", shell));
    String script = out.toString(StandardCharsets.UTF_8);
    assertTrue(script.contains(words), script);
    assertTrue(script.endsWith("\n"));
  }

  @Test
  void completionOfAnotherShellIsWrongUse() {
    assertEquals(ExitCode.WRONG_USE, run("completion", "csh"));
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("csh") && said.contains("bash|zsh|fish"), said);
  }
}
