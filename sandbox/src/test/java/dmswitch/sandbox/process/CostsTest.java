package dmswitch.sandbox.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostsTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  @TempDir Path folder;
  private Path file;
  private Costs costs;

  @BeforeEach
  void toAFile() {
    file = folder.resolve("costs");
    costs = new Costs(Optional.of(file));
    costs.setTestClass("AnyIT");
  }

  private boolean waits() {
    return costs.time(Costs.Kind.WAIT, () -> Await.within(SHORT, () -> false));
  }

  @Test
  void whatLiesInsideCountsOnce() throws IOException {
    assertFalse(costs.time(Costs.Kind.MYSQL_START, this::waits));

    List<String> lines = Files.readAllLines(file);
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(lines.get(0).matches("MySQL start\t\\d+\tAnyIT"), lines.get(0));
    assertTrue(Long.parseLong(lines.get(0).split("\t", -1)[1]) >= SHORT.toMillis(), lines.get(0));
  }

  @Test
  void workThatFailsIsRecordedAndWhatFollowsToo() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            costs.time(
                Costs.Kind.CLUSTER_START,
                () -> {
                  waits();
                  throw new IllegalStateException("does not start");
                }));
    waits();

    List<String> kinds =
        Files.readAllLines(file).stream().map(line -> line.replaceFirst("\t.*", "")).toList();
    assertEquals(List.of("cluster start", "wait"), kinds);
  }

  @Test
  void wholeMilliseconds() throws IOException {
    costs.add(Costs.Kind.PLAYBOOK_RUN, Duration.ofNanos(2_999_999));
    costs.add(Costs.Kind.PLAYBOOK_RUN, Duration.ofNanos(999_999));

    assertEquals(List.of("playbook run\t2\tAnyIT"), Files.readAllLines(file));
  }

  @Test
  void nothingWithoutAFile() {
    assertEquals("done", new Costs(Optional.empty()).time(Costs.Kind.WAIT, () -> "done"));
    assertFalse(Files.exists(file));
  }
}
