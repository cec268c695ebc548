package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** rescue.yml on the cluster's first worker. */
final class RescueRun {
  private static final String LOOK = "Look at the worker";
  private static final String REPAIR = "Repair what is provably safe";

  private RescueRun() {}

  /** It is found in this state, by a look that succeeds; what the look tells. */
  static JsonNode look(Cluster cluster, String state) {
    RunEnded looked = SwitchRun.rescue(cluster).run().succeeded();
    return told(looked, LOOK, state);
  }

  private static JsonNode told(RunEnded run, String task, String state) {
    JsonNode told = run.result(task).orElseThrow();
    assertEquals(state, told.path("state").asText(), run.output());
    return told;
  }

  static SwitchRun applying(Cluster cluster) {
    return SwitchRun.rescue(cluster).with("rescue_apply", true);
  }

  /** In check mode it says that it would repair this state, and changes nothing; what it tells. */
  static JsonNode wouldRepair(Cluster cluster, String state) {
    Untouched before = Untouched.of(cluster);
    RunEnded checked = applying(cluster).options("--check", "--diff").run().succeeded();
    before.requireSameState();
    JsonNode told = told(checked, REPAIR, state);
    assertTrue(told.path("healable").asBoolean(), checked.output());
    assertTrue(told.path("changed").asBoolean(), checked.output());
    return told;
  }

  /** It repairs this state, by its record, and finds the worker healthy. */
  static RunEnded repair(Cluster cluster, String state) {
    return repair(applying(cluster), state);
  }

  static RunEnded repair(SwitchRun run, String state) {
    RunEnded repaired = run.run().succeeded();
    JsonNode told = told(repaired, REPAIR, "healthy");
    assertTrue(told.path("changed").asBoolean(), repaired.output());
    try {
      String begun =
          Files.readAllLines(Path.of(told.path("journal").asText()).resolve("acts.jsonl")).get(0);
      assertTrue(begun.contains("\"state\":\"" + state + "\""), begun);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return repaired;
  }

  /** It refuses to repair this state and leaves all as it is; what it says. */
  static RunEnded.Told refused(Cluster cluster, String state) {
    return refused(cluster, applying(cluster), state);
  }

  static RunEnded.Told refused(Cluster cluster, SwitchRun run, String state) {
    Untouched before = Untouched.of(cluster);
    RunEnded refused = run.run();
    before.requireSameState();
    RunEnded.Told told = refused.problem();
    assertTrue(told.rc() == 1 || told.rc() == 3, told::toString);
    told(refused, REPAIR, state);
    return told;
  }

  /** relay's sub dirs, in the order of the index. */
  static List<String> subDirs(Cluster cluster) {
    try {
      return Files.readAllLines(cluster.worker().relayDir().resolve("server-uuid.index"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
