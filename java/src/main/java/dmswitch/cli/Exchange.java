package dmswitch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command that was requested and has run.
 *
 * @param words the command and its state
 * @param code its exit code
 * @param out its output for programs
 * @param err its output for the operator
 */
record Exchange(List<String> words, ExitCode code, String out, String err) {
  Exchange {
    words = List.copyOf(words);
  }

  /**
   * A complete request.
   *
   * @param words the command and its state
   * @param request the input of the command
   */
  record Asked(List<String> words, String request) {
    /**
     * @throws IOException if the request is incomplete
     */
    static Asked read(byte[] text) throws IOException {
      Asked asked = Json.mapper().readValue(text, Asked.class);
      if (asked == null || asked.words() == null || asked.request() == null) {
        throw new IOException("a request has words and request");
      }
      return asked;
    }
  }

  /** Runs the command. */
  static Exchange of(Asked asked) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(asked.request().getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    ExitCode code = new DmSwitch(streams).run(asked.words().toArray(new String[0]));
    return new Exchange(
        asked.words(),
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  /** Returns the command's output for programs. */
  JsonNode answer() throws IOException {
    return Json.mapper().readTree(out);
  }

  /** Returns the reply: {@code status}, {@code stdout} and {@code stderr}, as for a process. */
  ObjectNode reply() {
    ObjectNode reply = Json.object();
    reply.put("status", code.status());
    reply.put("stdout", out);
    reply.put("stderr", err);
    return reply;
  }
}
