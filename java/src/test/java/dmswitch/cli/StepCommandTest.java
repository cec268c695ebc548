package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.Trace;
import dmswitch.request.RequestReader;
import dmswitch.step.StepResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that the modules run: what goes in, what comes out, and where. */
class StepCommandTest {
  private static final String PASSWORD = "hunter2-Zebra";

  @TempDir private Path dir;

  private record Ran(ExitCode code, String out, String err) {
    /** The answer, the only thing on stdout. */
    JsonNode answer() {
      assertTrue(out.endsWith("\n") && out.indexOf('\n') == out.length() - 1, "one line: " + out);
      try {
        return Json.mapper().readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError(out, e);
      }
    }
  }

  private static Ran run(String stdin, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode code =
        new DmSwitch(
                new Streams(
                    new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                    new PrintStream(out, false, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8)))
            .run(args);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private ObjectNode request() {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", dir.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "10.0.1.32");
    json.put("new_mysql_port", 3306);
    json.put("new_mysql_password", PASSWORD);
    return json;
  }

  /** A problem: JSON on stdout, the same for the operator on stderr, the password in neither. */
  private static void problem(Ran ran, ExitCode code, String found) {
    assertEquals(code, ran.code(), ran.toString());
    JsonNode answer = ran.answer();
    JsonNode problem = answer.path("problem");
    assertEquals(code.jsonName(), problem.path("exit_code").asText());
    assertTrue(problem.path("found").asText().contains(found), ran.out());
    assertEquals(problem.path("found"), answer.path("msg"));
    assertFalse(answer.path("changed").asBoolean(true));
    assertTrue(
        ran.err().startsWith("dm-switch: " + problem.path("found").asText() + "\n"), ran.err());
    assertTrue(ran.err().contains("  wanted: " + problem.path("wanted").asText()), ran.err());
    assertTrue(ran.err().contains("  next:   " + problem.path("next").asText()), ran.err());
    assertFalse((ran.out() + ran.err()).contains("hunter2"), ran.toString());
  }

  /** A step that says which ways it went, and fails where the worker is called so. */
  @Command(name = "looking")
  private static final class Looking extends StepCommand {
    Looking(Streams streams) {
      super(
          streams,
          Map.of(
              "",
              request -> {
                Trace.say("look by ssh");
                if (request.dmWorker().equals("failing")) {
                  throw Problem.refused("found", "wanted", "next");
                }
                return StepResult.done(Json.object());
              }),
          RequestReader::read);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"failing", "dm_worker1"})
  void theAnswerTellsTheWaysOfTheLooks(String worker) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(
                request().put("dm_worker", worker).toString().getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    new CommandLine(new Looking(streams)).execute();
    JsonNode answer = Json.mapper().readTree(out.toByteArray());
    assertEquals(worker.equals("failing"), answer.has("problem"));
    assertEquals("[\"look by ssh\"]", answer.path("looks").toString());
  }

  private void nothingLeft() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "preflight, ''",
    "plan, written",
    "binary_logs, flushed",
    "relay, fenced",
    "relay, observed",
    "relay, running",
    "tasks, drained",
    "tasks, stopped",
    "tasks, running",
    "inventory, switched",
    "worker, upgraded",
    "switchover, verified",
    "switchover, finished",
  })
  void everyModuleAndStateOfTheTableReadsARequest(String module, String state) throws IOException {
    String[] args = state.isEmpty() ? new String[] {module} : new String[] {module, state};

    problem(run("{\"new_mysql_password\":\"" + PASSWORD, args), ExitCode.WRONG_USE, "not JSON");
    problem(run("", args), ExitCode.WRONG_USE, "JSON object");
    nothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"a\":1}", "nonsense"})
  void badRequests(String stdin) throws IOException {
    problem(run(stdin, "plan", "written"), ExitCode.WRONG_USE, "request");
    nothingLeft();
  }

  @ParameterizedTest
  @CsvSource({
    "relay stopped, 'STATE ''stopped''; relay takes one of: fenced, observed, resumed, running,"
        + " switched'",
    "relay, 'no STATE; relay takes one of: fenced, observed, resumed, running, switched'",
    "tasks FENCED, 'STATE ''FENCED''; tasks takes one of: drained, running, stopped'",
    "preflight now, 'STATE ''now'', but preflight takes none'",
  })
  void unknownStates(String words, String told) {
    Ran ran = run(request().toString(), words.split(" ", -1));

    assertEquals(ExitCode.WRONG_USE, ran.code());
    assertEquals("", ran.out());
    assertTrue(ran.err().startsWith("dm-switch: " + told + "\n"), ran.err());
    assertFalse(ran.err().contains("hunter2"), ran.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"switch", "relay fenced now", "relay --fenced", ""})
  void unknownCommands(String words) {
    Ran ran = run("", words.isEmpty() ? new String[0] : words.split(" ", -1));

    assertEquals(ExitCode.WRONG_USE, ran.code());
    assertEquals("", ran.out());
    assertTrue(ran.err().startsWith("dm-switch: "), ran.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay fenced", "tasks stopped", "worker upgraded"})
  void aStepWithoutItsRun(String words) throws IOException {
    problem(
        run(request().toString(), words.split(" ", -1)), ExitCode.WRONG_USE, "run_id is missing");
    problem(
        run(request().put("run_id", "r").toString(), words.split(" ", -1)),
        ExitCode.WRONG_USE,
        "no journal at");
    nothingLeft();
  }

  @Test
  void whichServerIsFlushedMustBeSaid() {
    problem(
        run(request().toString(), "binary_logs", "flushed"), ExitCode.WRONG_USE, "server is ''");
    problem(
        run(request().put("server", "old").toString(), "binary_logs", "flushed"),
        ExitCode.WRONG_USE,
        "server is 'old'");
  }

  /** Begins a switch of dm_worker1 to 10.0.1.32:3306; its run. */
  private String begun() {
    try (Journal journal = Journal.take(dir.resolve(".dm-switch/dm_worker1"))) {
      journal.begin(Plans.ordinary(), false);
      return journal.run();
    }
  }

  @Test
  void inCheckModeNoStepIsDone() {
    String run = begun();

    Ran ran =
        run(request().put("run_id", run).put("check_mode", true).toString(), "relay", "fenced");

    assertEquals(ExitCode.DONE, ran.code(), ran.toString());
    Journal journal = Journal.peek(dir.resolve(".dm-switch/dm_worker1")).orElseThrow();
    assertFalse(journal.intended(Step.RELAY_FENCED));
  }

  @Test
  void aJournalOfAnotherSwitchIsNotGoneOnWith() {
    String run = begun();
    ObjectNode same = request().put("run_id", run);
    same.put("journal_dir", dir.resolve(".dm-switch/dm_worker1").toString());

    problem(
        run(same.deepCopy().put("dm_worker", "dm_worker2").toString(), "tasks", "stopped"),
        ExitCode.REFUSED,
        "unfinished switch of dm_worker1, not of dm_worker2");
    problem(
        run(same.deepCopy().put("new_mysql_host", "10.0.1.33").toString(), "tasks", "stopped"),
        ExitCode.REFUSED,
        "to 10.0.1.32:3306 is in progress");
    problem(
        run(same.deepCopy().put("run_id", "another").toString(), "tasks", "stopped"),
        ExitCode.REFUSED,
        "another run");
  }

  @Test
  void anotherRunIsRefusedBeforeAnythingIsAsked() {
    begun();

    problem(run(request().toString(), "plan", "written"), ExitCode.REFUSED, "another run");
  }

  /** dm_ansible_dir is empty here: no check can pass, and nothing of the attempt stays. */
  @Test
  void aPlanThatCannotBeMadeLeavesNothing() throws IOException {
    Ran ran = run(request().toString(), "plan", "written");

    assertFalse(ran.code() == ExitCode.DONE || ran.code() == ExitCode.DEFECT, ran.toString());
    assertTrue(ran.answer().path("problem").isObject());
    assertFalse((ran.out() + ran.err()).contains("hunter2"), ran.toString());
    nothingLeft();
  }

  /** A command whose step does what no step may. */
  private Ran unexpected(Throwable thrown) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(request().toString().getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    ExitCode code =
        new StepCommand(
                streams,
                Map.of(
                    "",
                    request -> {
                      if (thrown instanceof Error error) {
                        throw error;
                      }
                      throw (RuntimeException) thrown;
                    }),
                RequestReader::read)
            .call();
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatNoStepMayDoIsAnAnswerToo() {
    for (Throwable thrown :
        List.of(
            new IllegalStateException("with words of its own"),
            new NoClassDefFoundError("x"),
            new StackOverflowError())) {
      Ran ran = unexpected(thrown);

      problem(ran, ExitCode.DEFECT, thrown.getClass().getName());
      assertEquals(
          dir.resolve(".dm-switch/dm_worker1").toString(), ran.answer().path("journal").asText());
      assertTrue(ran.out().contains("StepCommandTest"), "where it happened: " + ran.out());
      assertFalse(ran.out().contains("words of its own"), "they may hold anything");
      assertTrue(ran.err().contains("\tat dmswitch.cli.StepCommandTest"), ran.err());
    }
  }

  @Test
  void aPreFlightWhileTasksAreStopped() {
    Path folder = dir.resolve(".dm-switch/dm_worker1");
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), false);
      journal.intent(Step.TASKS_STOPPED, Json.object());
      journal.release();
    }

    problem(
        run(request().toString(), "preflight"), ExitCode.STOPPED_MIDWAY, "tasks_stopped was begun");
  }
}
