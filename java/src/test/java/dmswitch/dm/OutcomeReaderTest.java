package dmswitch.dm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Outcome.Kind;
import dmswitch.problem.ExitCode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of which there is no recording; what DM can say is from its source. */
class OutcomeReaderTest {
  private static final String W1 = "10.0.0.1:8262";
  private static final String W2 = "10.0.0.2:8262";

  @Test
  void aWorkerMissingInTheAnswerIsAFailure() {
    Outcome outcome = read(Verb.STOP_TASK, Set.of(W1, W2), answer(meta(W1, true, "")));
    assertEquals(Kind.FAILED, outcome.kind());
    assertEquals(List.of(W2 + ": missing in DM's answer"), outcome.messages());
  }

  @Test
  void noWorkerAtAllIsAFailure() {
    assertEquals(Kind.FAILED, read(Verb.PAUSE_RELAY, Set.of(W1), answer("")).kind());
  }

  @Test
  void theWorstWorkerCounts() {
    String paused = "[code=40050:x] current stage is Paused but not running, invalid";
    String down =
        "[code=38008:x] grpc request error: rpc error: code = Unavailable desc = all SubConns are"
            + " in TransientFailure, latest connection error: x";
    Outcome outcome =
        read(
            Verb.PAUSE_TASK,
            Set.of(W1, W2),
            answer(meta(W1, false, paused) + "," + meta(W2, false, down)));
    assertEquals(Kind.NOT_YET, outcome.kind());
    assertTrue(outcome.isTransient());
    assertFalse(outcome.isEffectUnknown());
    assertEquals(List.of(W1 + ": " + paused, W2 + ": " + down), outcome.messages());
  }

  @Test
  void failureOfAWorkerNotAskedForCounts() {
    Outcome outcome =
        read(
            Verb.STOP_TASK,
            Set.of(W1),
            answer(meta(W1, true, "") + "," + meta(W2, false, "[code=40049:x] worker already")));
    assertEquals(Kind.NOT_YET, outcome.kind());
  }

  @Test
  void failureBelowOrAboveATrueResultCounts() {
    String above =
        "{\"meta\":{\"result\":true,\"worker\":\"" + W1 + "\",\"msg\":\"x\"},\"result\":false}";
    assertEquals(Kind.FAILED, read(Verb.STOP_TASK, Set.of(W1), answer(above)).kind());
    Outcome silent = read(Verb.STOP_TASK, Set.of(W1), answer(meta(W1, false, "")));
    assertEquals(List.of(W1 + ": DM gave no reason"), silent.messages());
    assertEquals(Kind.FAILED, silent.kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          STOP_TASK|ALREADY_SO|[code=38032:x] operation 3 of task t on worker w not success: [code=40054:x] sub task with name t not found
          PAUSE_TASK|FAILED|[code=38032:x] operation 3 of task t on worker w not success: [code=40054:x] sub task with name t not found
          RESUME_TASK|ALREADY_SO|[code=40051:x] current stage is Running but not paused, invalid
          RESUME_TASK|FAILED|[code=40051:x] current stage is Stopped but not paused, invalid
          PAUSE_TASK|FAILED|[code=40050:x] current stage is Finished but not running, invalid
          PAUSE_RELAY|FAILED|[code=40039:x] current stage is Stopped, Running required, relay op PauseRelay
          RESUME_RELAY|FAILED|[code=40039:x] current stage is Stopped, Paused required, relay op ResumeRelay
          START_TASK|NOT_YET|[code=40068:x] relay log purger is purging, cannot start sub task t, please try again later
          START_TASK|FAILED|worker not found in task's config or deployment config
          STOP_TASK|NO_ANSWER|[code=38033:x] request to dm-worker w is timeout, but request may be successful, please execute `query-status` to check status
          STOP_TASK|NO_ANSWER|[code=38031:x] operation 3 of task t on worker w not found, please execute `query-status` to check status
          PAUSE_RELAY|NO_ANSWER|[code=38008:x] grpc request error: rpc error: code = DeadlineExceeded desc = context deadline exceeded
          PAUSE_RELAY|NO_ANSWER|[code=38008:x] grpc request error: rpc error: code = Unavailable desc = transport is closing
          STOP_TASK|NOT_YET|[code=38018:x] fail to get emit opportunity for worker w
          """)
  void kindOfAFailure(Verb verb, Kind kind, String message) {
    Outcome outcome = read(verb, Set.of(W1), answer(meta(W1, false, message)));
    assertEquals(kind, outcome.kind());
    assertEquals(List.of(W1 + ": " + message), outcome.messages());
  }

  @Test
  void stoppingATaskThatDmDoesNotKnowHasNothingToDo() {
    String message = "task t has no workers or not exist, can try `refresh-worker-tasks` cmd first";
    String answer = "{\"result\":false,\"msg\":\"" + message + "\",\"workers\":[]}";
    Outcome outcome = read(Verb.STOP_TASK, Set.of(W1), answer);
    assertEquals(Kind.ALREADY_SO, outcome.kind());
    assertTrue(outcome.isDoneOrAlreadySo());
    assertFalse(outcome.isDone());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"result\":\"true\",\"workers\":[]}",
        "{\"result\":true,\"workers\":[{\"worker\":\"10.0.0.1:8262\"}]}",
        "{\"result\":true,\"workers\":[{\"result\":true}]}",
        "{\"result\":true,\"workers\":[null]}",
        "{\"result\":true} trailing",
        "{\"result\":true",
        "panic: runtime error"
      })
  void whatIsNoAnswerOfDmIsNotUnderstood(String stdout) {
    Outcome outcome = read(Verb.PAUSE_RELAY, Set.of(W1), stdout);
    assertEquals(Kind.NOT_UNDERSTOOD, outcome.kind());
    assertEquals(1, outcome.messages().size());
    assertTrue(outcome.isEffectUnknown());
    assertEquals(ExitCode.CANNOT_TELL, outcome.problem("w", "n").exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[code=20003:x] decode task config failed: yaml: unknown anchor 'hunter2' referenced",
        "[code=20003:x] yaml: unmarshal errors: cannot unmarshal !!str `hunter2` into int",
        "[code=38030:x] unmarshal worker w config, resp: {\\\"password\\\":\\\"hunter2\\\"}",
        "[code=1:x] can not decrypt password hunter2",
        "[code=20010:x] decrypt DB password hunter2 failed",
        "[code=20003:x] decode task config failed: yaml: unmarshal errors:\\n  line 3: hunter2"
      })
  void contentOfFilesIsNotShown(String message) {
    String answer = "{\"result\":false,\"msg\":\"" + message + "\",\"workers\":[]}";
    Outcome outcome = read(Verb.START_TASK, Set.of(W1), answer);
    assertEquals(Kind.FAILED, outcome.kind());
    assertTrue(outcome.message().contains("[code="), outcome.message());
    assertFalse(outcome.message().contains("hunter2"), outcome.message());
  }

  @Test
  void aFailedPrecheckThatCannotBeReadIsStillAFailure() {
    String answer =
        "{\n \"result\": false,\n \"msg\": \"[code=26005:x] fail to check synchronization"
            + " configuration with type: check was failed, please see detail\n \tdetail: {\n"
            + "\"results\": oops\n\",\"workers\": []}";
    Outcome outcome = read(Verb.START_TASK, Set.of(W1), answer);
    assertEquals(Kind.FAILED, outcome.kind());
    assertTrue(outcome.message().startsWith("DM's pre-check failed: "), outcome.message());
  }

  @Test
  void warningsOfAFailedPrecheckAreLeftOut() {
    String answer =
        """
        {
            "result": false,
            "msg": "[code=26005:x] fail to check synchronization configuration with type: check was failed, please see detail
            \tdetail: {
        		"results": [
        			{"id": 1, "name": "first", "state": "warn", "errorMsg": "a", "instruction": "b"},
        			{"id": 2, "name": "second", "state": "fail", "errorMsg": "c\\nd"}
        		],
        		"summary": {"passed": false}
        	}
        github.com/x
        	/y.go:1",
            "workers": [
            ]
        }
        """;
    assertEquals(
        new Outcome(Kind.FAILED, List.of("second: c d")), read(Verb.CHECK_TASK, Set.of(), answer));
  }

  private static Outcome read(Verb verb, Set<String> workers, String stdout) {
    return OutcomeReader.read(verb, workers, stdout);
  }

  private static String answer(String workers) {
    return "{\"op\":\"x\",\"result\":true,\"msg\":\"\",\"workers\":[" + workers + "]}";
  }

  private static String meta(String worker, boolean result, String message) {
    String stack = message.isEmpty() ? "" : "\\ngithub.com/x\\n\\t/y.go:1";
    return String.format(
        "{\"meta\":{\"result\":%s,\"worker\":\"%s\",\"msg\":\"%s%s\"}}",
        result, worker, message, stack);
  }
}
