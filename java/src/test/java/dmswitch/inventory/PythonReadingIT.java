package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our reading of single strings against Python and Ansible themselves, over random strings. */
class PythonReadingIT {
  private static final int COUNT = 20_000;

  private static List<String> random(long seed, String... pieces) {
    Random random = new Random(seed);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(9); n >= 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      all.add(text.toString());
    }
    return all;
  }

  private static List<JsonNode> ask(Pythons python, String what, List<String> texts)
      throws IOException {
    return python.ask(
        "python_reads.py",
        texts.stream().map(text -> Pythons.json(new String[] {what, text})).toList());
  }

  private static List<String> strings(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void splitsHostLinesIntoTheWordsOfShlex(Pythons python) throws IOException {
    List<String> texts =
        random(1, "a", "b=", "=", " ", "  ", "\t", "\"", "'", "\\", "#", ";", "ü", "\u00a0", "x y");
    List<JsonNode> answers = ask(python, "words", texts);
    int unreadable = 0;
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (answers.get(i).isNull()) {
        unreadable++;
        assertThrows(
            ShellWords.Unreadable.class, () -> ShellWords.split(text, 0, text.length()), text);
        continue;
      }
      try {
        List<ShellWords.Word> words = ShellWords.split(text, 0, text.length());
        assertEquals(
            strings(answers.get(i)), words.stream().map(ShellWords.Word::text).toList(), text);
      } catch (ShellWords.Unreadable e) {
        throw new AssertionError("shlex reads " + text, e);
      }
    }
    assertTrue(unreadable > COUNT / 10 && unreadable < COUNT * 9 / 10, "both kinds occur");
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void replacedValuesReadBackAndAllOtherWordsStay(Pythons python) throws Exception {
    List<String> old =
        random(2, "a", "b", " ", "\t", "\"", "'", "\\", "#", "k=v", "'x y'", "\"#\"", "ü");
    List<String> values = random(3, "a", "'", "\"", "\\", " ", "#", "=", "1", "ü", "\t");
    List<String> edited = new ArrayList<>();
    List<List<String>> wanted = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      String line = "h mysql_host=" + old.get(i);
      List<ShellWords.Word> words;
      try {
        words = ShellWords.split(line, 0, line.length());
      } catch (ShellWords.Unreadable e) {
        continue;
      }
      List<String> texts = new ArrayList<>();
      words.forEach(word -> texts.add(word.text()));
      int which = 1 + i % (words.size() - 1);
      ShellWords.Word word = words.get(which);
      int split = word.text().indexOf('=');
      if (split < 0) {
        continue;
      }
      HostVariable variable =
          new HostVariable(
              word.text().substring(0, split),
              word.text().substring(split + 1),
              1,
              word.equals() + 1,
              word.end(),
              word.equalsIn());
      texts.set(which, variable.name() + "=" + values.get(i));
      wanted.add(texts);
      edited.add(Replacement.apply(line, List.of(Replacement.of(line, variable, values.get(i)))));
    }
    List<JsonNode> answers = ask(python, "words", edited);
    for (int i = 0; i < edited.size(); i++) {
      assertEquals(wanted.get(i), strings(answers.get(i)), edited.get(i));
    }
    assertTrue(edited.size() > COUNT / 4, "enough were readable");
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void neverMistakesWhatLiteralEvalMakesOfAValue(Pythons python) throws IOException {
    List<String> texts =
        random(
            4, "1", "0", "10", ".", "-", "+", "e", "x", "_", "j", "L", "a", "None", "True", "set",
            "(", ")", "[", "]", "{", "}", ":", ",", "'", "\"", "\\", "#", " ", "ü", "@", "if", "%");
    List<JsonNode> answers = ask(python, "literal", texts);
    int itself = 0;
    int told = 0;
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      JsonNode answer = answers.get(i);
      boolean really = answer.get(0).asText().equals("itself");
      // Such a value stops Ansible itself: an unhashable key, for one.
      if (answer.get(0).asText().equals("error")) {
        continue;
      }
      if (PythonLiteral.isItself(text)) {
        assertTrue(really, () -> text + " is " + answer);
        itself++;
      }
      Optional<String> printed = PythonLiteral.text(text);
      if (printed.isPresent()) {
        assertEquals(really ? text : answer.get(1).asText(), printed.get(), text);
        told++;
      }
    }
    assertTrue(itself > COUNT / 3 && told > itself, itself + " " + told);
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void writesStringsThatReadBackAsStrings(Pythons python) throws IOException {
    List<String> texts =
        random(5, "1", "0", ".", "-", "e", "x", "a", "None", "'", "\"", "\\", "#", " ", "ü", ":");
    List<JsonNode> answers =
        ask(python, "literal", texts.stream().map(PythonLiteral::string).toList());
    for (int i = 0; i < texts.size(); i++) {
      JsonNode answer = answers.get(i);
      String written = PythonLiteral.string(texts.get(i));
      if (answer.get(0).asText().equals("itself")) {
        assertEquals(texts.get(i), written);
      } else {
        assertEquals("str", answer.get(0).asText(), written);
        assertEquals(texts.get(i), answer.get(1).asText(), written);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void splitsLinesAsPythonDoes(Pythons python) throws IOException {
    List<String> texts =
        random(
            6, "a", " ", "\t", "\n", "\r", "\r\n", "\u000b", "\f", "\u001c", "\u001d", "\u001e",
            "\u001f", "\u0085", "\u00a0", "\u1680", "\u180e", "\u2000", "\u200a", "\u200b",
            "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff", "ü");
    List<JsonNode> answers = ask(python, "lines", texts);
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      List<List<String>> lines =
          PythonText.lines(text).stream()
              .map(line -> List.of(line.of(text), line.strip(text).of(text)))
              .toList();
      List<List<String>> wanted =
          StreamSupport.stream(answers.get(i).spliterator(), false)
              .map(PythonReadingIT::strings)
              .toList();
      assertEquals(wanted, lines, Pythons.json(text));
    }
  }

  private static long count(String text) {
    try {
      return HostPattern.of(text).hosts("no such").count();
    } catch (IllegalArgumentException e) {
      throw new AssertionError("Ansible reads " + text, e);
    }
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void expandsHostPatternsAsAnsibleDoes(Pythons python) throws IOException {
    List<String> texts =
        random(
            7,
            "a",
            "b",
            "w1",
            "-",
            "_",
            ".",
            ":",
            ":22",
            "[1:3]",
            "[01:03]",
            "[a:c]",
            "[0:9:3]",
            "[1:2",
            "]",
            "[",
            "::1",
            "[::1]",
            "10.0.0.1",
            "ü",
            "[:2]",
            "[2:1]",
            "[A:C]");
    List<JsonNode> answers = ask(python, "hosts", texts);
    int ranges = 0;
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      HostPattern pattern = HostPattern.of(text);
      JsonNode answer = answers.get(i);
      if (answer.isNull()) {
        assertThrows(IllegalArgumentException.class, () -> pattern.hosts("a"), text);
        continue;
      }
      List<String> hosts = strings(answer);
      assertEquals(hosts.size(), count(text), text);
      assertFalse(pattern.hosts("no such").named(), text);
      for (int j : IntStream.range(0, hosts.size()).limit(3).toArray()) {
        assertTrue(pattern.hosts(hosts.get(j)).named(), () -> text + " names " + hosts.get(j));
      }
      ranges += hosts.size() > 1 ? 1 : 0;
    }
    assertTrue(ranges > COUNT / 100, "ranges occur: " + ranges);
  }
}
