package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Pythons with an Ansible that {@code ./dev setup} provides, as oracles. */
enum Pythons {
  /** With ansible-core 2.14, the oldest that runs on the Pythons of today. */
  OLD("dmswitch.ansible.old.python", "../.cache/dm-ansible-venv/bin/python"),
  /** With the newest ansible-core. */
  NEW("dmswitch.ansible.new.python", "../.venv/bin/python");

  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final String property;
  private final String usual;

  Pythons(String property, String usual) {
    this.property = property;
    this.usual = usual;
  }

  /** Runs a script of our test resources; one line of JSON in the answer for each given line. */
  List<JsonNode> ask(String script, List<String> lines) throws IOException {
    Path python = Path.of(System.getProperty(property, usual)).toAbsolutePath().normalize();
    assertTrue(
        Files.isExecutable(python), python + " is missing: run ./dev setup, or set " + property);
    Path source = Path.of("src/test/resources/dmswitch/inventory", script).toAbsolutePath();
    Program.Result result =
        new Program(
                List.of(python.toString(), source.toString()),
                Path.of("target"),
                Map.of(),
                String.join("\n", lines) + "\n",
                LIMIT)
            .run();
    assertEquals(0, result.exitStatus(), result.stderr());
    List<JsonNode> answers = new ArrayList<>();
    for (String line : result.stdout().lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    assertEquals(lines.size(), answers.size(), result.stderr());
    return answers;
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
