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
 * One command that was asked for, and done.
 *
 * @param words the command and its state
 * @param code how it ended
 * @param out what it has printed for programs
 * @param err what it has printed for the operator
 */
record Exchange(List<String> words, ExitCode code, String out, String err) {
  Exchange {
    words = List.copyOf(words);
  }

  /**
   * What comes in, to its end.
   *
   * @param words the command and its state
   * @param request the text that the command reads
   */
  record Asked(List<String> words, String request) {
    /**
     * @throws IOException when it is no whole request
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

  /** Returns what the command has printed for programs. */
  JsonNode answer() throws IOException {
    return Json.mapper().readTree(out);
  }

  /** Returns what goes back: {@code status}, {@code stdout} and {@code stderr}, as of a process. */
  ObjectNode reply() {
    ObjectNode reply = Json.object();
    reply.put("status", code.status());
    reply.put("stdout", out);
    reply.put("stderr", err);
    return reply;
  }
}
