package dmswitch.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code dm-switch gtid eval}: gives one answer for each line, in the same order. */
@Command(
    name = "eval",
    description = {
      "Reads JSON lines and answers each with one JSON line:",
      "@|bold {\"op\":\"contains\",\"a\":\"SET\",\"b\":\"SET\"}|@ with {\"result\":true}, or with"
          + " {\"error\":\"why\"}.",
      "op: contains (a contains b), equal, union, subtract, intersect, normalize, count; the last"
          + " two take no b. \"flavor\":\"mariadb\" reads MariaDB positions.",
      "An error is the answer to its line only; the exit status stays 0."
    },
    mixinStandardHelpOptions = true)
final class GtidEval implements Callable<ExitCode> {
  // A set with a million intervals is longer than Jackson's default limit allows.
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .rootValueSeparator("")
          .build();

  private final Streams streams;

  GtidEval(Streams streams) {
    this.streams = streams;
  }

  @Override
  public ExitCode call() {
    ByteLines lines = new ByteLines(streams.in());
    try (JsonGenerator json = JSON.createGenerator(streams.out())) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      while (lines.next(() -> flush(json))) {
        answer(lines, json);
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw Problem.cannotTell(
          "reading the requests or writing the answers failed: " + e.getMessage(),
          "JSON lines on stdin, and a stdout that takes the answers",
          "look at the two ends of the pipe",
          e);
    }
  }

  /** Flushes the answers, for a client that waits for one before it sends the next request. */
  private void flush(JsonGenerator json) throws IOException {
    json.flush();
    if (streams.out().checkError()) {
      throw new IOException("stdout takes no more");
    }
  }

  private static void answer(ByteLines lines, JsonGenerator json) throws IOException {
    json.writeStartObject();
    try (JsonParser parser = JSON.createParser(lines.buffer(), lines.start(), lines.length())) {
      Object result = GtidRequest.read(parser).evaluate();
      json.writeFieldName("result");
      if (result instanceof Boolean yes) {
        json.writeBoolean(yes);
      } else if (result instanceof BigInteger count) {
        json.writeNumber(count);
      } else {
        json.writeString(result.toString());
      }
    } catch (GtidRequest.Refused e) {
      json.writeStringField("error", e.getMessage());
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }
}
