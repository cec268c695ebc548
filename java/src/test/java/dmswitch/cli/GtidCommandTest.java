package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GtidCommandTest {
  private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final String B = "f0c1d2e3-71ca-11e1-9e33-c80aa9429562";

  private record Ran(ExitCode code, String out, String err) {}

  private static Ran run(InputStream in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode code =
        new DmSwitch(
                new Streams(
                    in,
                    new PrintStream(out, false, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8)))
            .run(args);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Ran contains(String... sets) {
    List<String> args = new ArrayList<>(List.of("gtid", "contains"));
    args.addAll(List.of(sets));
    return run(InputStream.nullInputStream(), args.toArray(new String[0]));
  }

  private static String eval(String lines) {
    Ran ran = run(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "gtid", "eval");
    assertEquals("", ran.err());
    assertEquals(ExitCode.DONE, ran.code());
    return ran.out();
  }

  @Test
  void containsYes() {
    assertEquals(
        new Ran(ExitCode.DONE, "{\"result\":true,\"missing\":[]}\n", ""),
        contains(A + ":1-5", A + ":2"));
    assertEquals(ExitCode.DONE, contains(A + ":1-5", "").code());
  }

  @Test
  void containsNoNamesWhatIsMissingPerServer() {
    Ran ran = contains(A + ":1-5", A + ":2-7:9," + B + ":1");
    assertEquals(ExitCode.REFUSED, ran.code());
    assertEquals(
        "{\"result\":false,\"missing\":[\"" + A + ":6-7:9\",\"" + B + ":1\"]}\n", ran.out());
    assertTrue(ran.err().contains("A lacks " + A + ":6-7:9, " + B + ":1\n"), ran.err());
  }

  @Test
  void containsUnreadableNamesTheSetAndThePosition() {
    Ran first = contains(A + ":0", A + ":1");
    assertEquals(ExitCode.CANNOT_TELL, first.code());
    assertEquals("", first.out());
    assertTrue(first.err().contains("A is not a GTID set: position 38: "), first.err());
    Ran second = contains(A + ":1", A);
    assertEquals(ExitCode.CANNOT_TELL, second.code());
    assertTrue(second.err().contains("B is not a GTID set: position 37: "), second.err());
  }

  @Test
  void containsOfMariadb() {
    assertEquals(ExitCode.DONE, contains("--flavor", "mariadb", "0-1-100", "0-2-99").code());
    Ran ran = contains("0-1-100", "0-2-101,1-1-1", "--flavor=mariadb");
    assertEquals(ExitCode.REFUSED, ran.code());
    assertEquals("{\"result\":false,\"missing\":[\"0-2-101\",\"1-1-1\"]}\n", ran.out());
    assertEquals(ExitCode.CANNOT_TELL, contains("0-1-100", "0-1-1").code());
  }

  /** {@code @FILE} is no set, whatever the file holds. */
  @Test
  void anArgumentIsNeverReadFromAFile(@TempDir Path folder) throws IOException {
    Path sets = Files.writeString(folder.resolve("sets"), A + ":1-5\n" + A + ":1\n");
    assertEquals(ExitCode.WRONG_USE, contains("@" + sets).code());
    Ran ran = contains("@" + sets, "");
    assertEquals(ExitCode.CANNOT_TELL, ran.code());
    assertTrue(ran.err().contains("A is not a GTID set: position 1: "), ran.err());
  }

  @Test
  void wrongUse() {
    assertEquals(ExitCode.WRONG_USE, contains(A + ":1").code());
    assertEquals(ExitCode.WRONG_USE, contains(A + ":1", A + ":1", A + ":1").code());
    assertEquals(ExitCode.WRONG_USE, contains("--flavor=oracle", "", "").code());
    assertEquals(ExitCode.WRONG_USE, run(InputStream.nullInputStream(), "gtid").code());
  }

  /** Request and answer in turn; ' stands for ", A and B for uuids. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'op':'contains','a':'A:1-5','b':'A:2'}|{'result':true}",
        "{'op':'contains','a':'A:2','b':'A:1-5'}|{'result':false}",
        "{'op':'contains','a':'','b':''}|{'result':true}",
        "{'op':'equal','a':'A:1-5','b':'A:3-5:1-2'}|{'result':true}",
        "{'op':'equal','a':'A:1-5','b':'A:1-4'}|{'result':false}",
        "{'op':'union','a':'B:1','b':'A:1'}|{'result':'A:1,B:1'}",
        "{'op':'subtract','a':'A:1-5','b':'A:3'}|{'result':'A:1-2:4-5'}",
        "{'op':'subtract','a':'A:1-5','b':'A:1-9'}|{'result':''}",
        "{'op':'intersect','a':'A:1-5','b':'A:3-9'}|{'result':'A:3-5'}",
        "{'op':'normalize','a':' B:3:1-2,\\n A:7'}|{'result':'A:7,B:1-3'}",
        "{'op':'count','a':'A:1-5:7,B:t:1'}|{'result':7}",
        "{'op':'count','a':'A:1-9223372036854775806,B:1-9'}|{'result':9223372036854775815}",
        "{'op':'contains','a':'0-2-9','b':'0-1-8','flavor':'mariadb'}|{'result':true}",
        "{'flavor':'mariadb','b':'0-1-8','a':'1-1-9','op':'union'}|{'result':'0-1-8,1-1-9'}",
        "{'op':'contains','a':'A:2','b':'A:1','flavor':'mysql'}|{'result':false}",
        "{'op':'normalize','a':'A:1','b':'junk is not read'}|{'result':'A:1'}",
        " { 'op' : 'count' , 'a' : 'A:1' } |{'result':1}",
        "{'op':'contains','a':'A:0','b':'A:1'}"
            + "|{'error':'\\'a\\', position 38: the lowest transaction number is 1, found 0'}",
        "{'op':'contains','a':'A:1','b':'A:5-3'}"
            + "|{'error':'\\'b\\', position 38: the interval ends before it begins'}",
        "{'op':'union','a':'0-1-8','b':'0-2-8','flavor':'mariadb'}"
            + "|{'error':'0-1-8 and 0-2-8 are different transactions'}",
        "{'op':'contains','a':'A:1'}|{'error':'\\'b\\' is missing'}",
        "{'op':'contains','b':'A:1'}|{'error':'\\'a\\' is missing'}",
        "{'a':'A:1','b':'A:1'}|{'error':'\\'op\\' is missing'}",
        "{'op':'contains','a':null,'b':''}|{'error':'\\'a\\' is not a JSON string'}",
        "{'op':'contains','a':['A:1'],'b':''}|{'error':'\\'a\\' is not a JSON string'}",
        "{'op':'count','a':'','flavour':'mariadb'}"
            + "|{'error':'\\'flavour\\' is not one of op, a, b, flavor'}",
        "{'op':'count','a':'','flavor':'oracle'}"
            + "|{'error':'\\'flavor\\' is neither mysql nor mariadb'}",
        "{'op':'includes','a':'','b':''}|{'error':'\\'op\\' is not one of contains, union,"
            + " subtract, intersect, equal, normalize, count'}",
        "{'op':'count','a':''} {}|{'error':'something follows the JSON object'}",
        "['op']|{'error':'wanted a JSON object on each line'}",
        "``|{'error':'wanted a JSON object on each line'}",
      })
  void evalAnswers(String request, String answer) {
    assertEquals(json(answer) + "\n", eval(json(request) + "\n"));
  }

  private static String json(String text) {
    return text.replaceAll("\\bA(?=:)", A).replaceAll("\\bB(?=:)", B).replace('\'', '"');
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "junk",
        "{'op':'contains','a':'A:1','b':'A:1'",
        "{'op':'contains','a':'A:1",
        "{'op':'contains','a':'','a':'A:1','b':'A:1'}",
        "{op:'count','a':''}",
      })
  void evalRefusesWhatIsNoJson(String request) {
    String answer = eval(json(request));
    assertTrue(answer.startsWith("{\"error\":\"no JSON: "), answer);
    assertTrue(answer.endsWith("\"}\n"), answer);
  }

  @Test
  void evalAnswersEachLineInOrder() {
    String good = json("{'op':'count','a':'A:1'}");
    assertEquals("", eval(""));
    assertEquals("{\"result\":1}\n", eval(good));
    assertEquals(
        List.of("result", "error", "error", "result"),
        eval(good + "\r\njunk\n\n" + good)
            .lines()
            .map(line -> line.substring(2, line.indexOf('"', 2)))
            .toList());
  }

  @Test
  void evalGoesOnAfterBytesThatAreNoText() {
    byte[] lines =
        ("{\"op\":\"count\",\"a\":\"?\"}\n" + json("{'op':'count','a':'A:1'}"))
            .getBytes(StandardCharsets.UTF_8);
    lines[20] = (byte) 0xff;
    String out = run(new ByteArrayInputStream(lines), "gtid", "eval").out();
    assertTrue(out.startsWith("{\"error\":\"no JSON: "), out);
    assertTrue(out.endsWith("\"}\n{\"result\":1}\n"), out);
  }

  /** Whatever bytes come, each line gets one answer, and the next line its own. */
  @Test
  void evalSurvivesDamagedLines() {
    Random random = new Random(4);
    byte[] good = json("{'op':'count','a':'A:1'}\n").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int round = 0; round < 5_000; round++) {
      byte[] damaged = good.clone();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        byte odd = (byte) random.nextInt(256);
        damaged[random.nextInt(good.length - 1)] = odd == '\n' ? 0 : odd;
      }
      lines.writeBytes(damaged);
      lines.writeBytes(good);
    }
    Ran ran = run(new ByteArrayInputStream(lines.toByteArray()), "gtid", "eval");
    List<String> answers = ran.out().lines().toList();
    assertEquals(10_000, answers.size());
    for (int i = 0; i < answers.size(); i += 2) {
      assertTrue(answers.get(i).matches("\\{\"(result|error)\":.*}"), answers.get(i));
      assertEquals("{\"result\":1}", answers.get(i + 1));
    }
  }

  @Test
  void evalReadsLinesLongerThanAnyBuffer() {
    StringBuilder set = new StringBuilder(A);
    for (int i = 1; i <= 3_000_000; i++) {
      set.append(':').append(2 * i);
    }
    String request = "{\"op\":\"count\",\"a\":\"" + set + "\"}\n";
    assertTrue(request.length() > 20_000_000);
    assertEquals("{\"result\":3000000}\n{\"result\":3000000}\n", eval(request + request));
  }

  /** A program that asks, waits for the answer, and asks again must not wait forever. */
  @Test
  void evalAnswersBeforeItWaitsForMore() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<String> answersSeen = new ArrayList<>();
    InputStream asking =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("one byte at a time is slow");
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            answersSeen.add(out.toString(StandardCharsets.UTF_8));
            if (answersSeen.size() == 3) {
              return -1;
            }
            byte[] request = "{\"op\":\"count\",\"a\":\"\"}\n".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(request, 0, target, offset, request.length);
            return request.length;
          }
        };
    PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8);
    new DmSwitch(new Streams(asking, print, print)).run("gtid", "eval");
    assertEquals(List.of("", "{\"result\":0}\n", "{\"result\":0}\n".repeat(2)), answersSeen);
  }

  @Test
  void evalCannotTellWhenAnEndOfThePipeBreaks() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("it broke");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    Ran ran = run(broken, "gtid", "eval");
    assertEquals(ExitCode.CANNOT_TELL, ran.code());
    assertTrue(ran.err().contains("it broke"), ran.err());

    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Streams streams =
        new Streams(
            new ByteArrayInputStream("x".getBytes(StandardCharsets.UTF_8)),
            new PrintStream(full, false, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    assertEquals(ExitCode.CANNOT_TELL, new DmSwitch(streams).run("gtid", "eval"));
  }
}
