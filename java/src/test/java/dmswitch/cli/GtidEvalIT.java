package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code gtid eval} as its own process. */
class GtidEvalIT {
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final int LINES = 1_000_000;

  /** Over a hundred megabytes of requests through a heap of twelve. */
  @Test
  @Timeout(300)
  void aMillionLinesInConstantMemory() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx12m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dmswitch.cli.Main",
                    "gtid",
                    "eval"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> ask(process));
      try (BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 0; i < LINES; i++) {
          assertEquals("{\"result\":" + (i % 3 != 0) + "}", answers.readLine());
        }
        assertNull(answers.readLine());
      }
      asked.get();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends with its input");
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  /** Each line another set; every third asks for a number that is not there. */
  private static void ask(Process process) {
    try (Writer requests =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < LINES; i++) {
        requests.write("{\"op\":\"contains\",\"a\":\"" + UUID + ":1-" + (i + 10) + "\",");
        requests.write("\"b\":\"" + UUID + ":" + (i + (i % 3 == 0 ? 11 : 10)) + "\"}\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
