package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.process.Commands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a newcomer types first: the demo as {@code ./dev demo} runs it once all is set up. */
class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @ParameterizedTest
  @ValueSource(strings = {"", "vip"})
  void endsWellOnlyWithEqualRows(String scenario) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Checkout.sandboxJar().toString(),
                "demo"));
    if (!scenario.isEmpty()) {
      command.add(scenario);
    }

    Commands.Result demo =
        Commands.run(new ProcessBuilder(command).directory(Checkout.root().toFile()), LIMIT);

    assertEquals(0, demo.status(), demo.output());
    assertTrue(demo.output().contains("nothing lost, nothing doubled"), demo.output());
  }
}
