package dmswitch.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.Problem.Hint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemTest {
  private static final Path SOURCES = Path.of("src/main/java/dmswitch");
  private static final Pattern MADE =
      Pattern.compile(
          "(?:\\bProblem\\s*\\.\\s*(?:refused|cannotTell|wrongUse|stoppedMidway|defect)"
              + "|\\.andNext|\\.problem)\\(");
  private static final Pattern RERUN = Pattern.compile("\\brun (?:the same playbook )?again");

  /** A text that is wanted, not one that is to be done. */
  private static final String NOT_NEXT = "every task that ran before to run again";

  @Test
  void hintsGoWithTheProblemThroughAllItsForms() {
    Problem plain = Problem.refused("found", "wanted", "next");
    Problem hinted = plain.with(Hint.NOTHING_CHANGED).namingRerun();
    for (Problem same :
        List.of(
            hinted,
            hinted.midway("other"),
            hinted.andNext("more"),
            hinted.andFound("more"),
            hinted.afterFinding("before"),
            plain.hintedAs(hinted))) {
      assertTrue(same.has(Hint.NOTHING_CHANGED), same.toString());
      assertTrue(same.has(Hint.NAMES_RERUN), same.toString());
    }
    assertFalse(plain.has(Hint.NAMES_RERUN));
    assertEquals("next", hinted.next());
    assertEquals(ExitCode.REFUSED, hinted.exitCode());
  }

  /** Else the run is named twice: what stops a switch midway adds it to problems without it. */
  @Test
  void whoeverNamesTheRerunSaysSo() throws IOException {
    List<String> silent = new ArrayList<>();
    int marked = 0;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String text = Files.readString(file);
        for (Matcher made = MADE.matcher(text); made.find(); ) {
          int end = closing(text, made.end());
          String words = text.substring(made.end(), end).replaceAll("\"\\s*\\+\\s*\"", "");
          if (RERUN.matcher(words.replace(NOT_NEXT, "")).find()) {
            if (text.substring(end + 1).stripLeading().startsWith(".namingRerun()")) {
              marked++;
            } else {
              silent.add(file + ": " + words.strip());
            }
          }
        }
      }
    }
    assertEquals(List.of(), silent);
    assertTrue(marked > 20, "the scan sees problems: " + marked);
  }

  /** Returns where the parenthesis before {@code at} is closed; literals may hold others. */
  private static int closing(String text, int at) {
    boolean quoted = false;
    int depth = 1;
    for (int i = at; ; i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
      } else if (!quoted && c == ')' && --depth == 0) {
        return i;
      }
    }
  }
}
