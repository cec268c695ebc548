package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RETURN has the fields of plan and summary, and no others. */
class DocumentedTest {
  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"plan", "preflight"})
  void thePlan(String module) {
    JsonNode plan = PlanReport.shown(Plans.ordinary());

    Documented.require(module, Json.object().set("plan", plan));
    assertEquals(names(plan), Documented.fields(module, "plan"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "preflight"})
  void everyStateOfTheOldServer(String module) {
    String description = Documented.description(module, "plan", "old_server", "answers");

    for (OldServerState state : OldServerState.values()) {
      assertTrue(description.contains("V(" + state.word() + ")"), state.word());
    }
  }

  @Test
  void theSummary() throws IOException {
    Set<String> fields = new TreeSet<>();
    for (Plan plan : new Plan[] {Plans.ordinary(), new Plans().vip().make()}) {
      Path folder = Files.createDirectory(dir.resolve(plan.modes().scenario().word()));
      try (Bench bench = new Bench(folder, plan)) {
        bench.fenced().did(Step.TASKS_RUNNING).did(Step.SWITCHOVER_VERIFIED);
        fields.addAll(names(bench.run(new FinishSwitchover()).answer().path("summary")));
      }
    }

    assertEquals(fields, Documented.fields("switchover", "summary"));
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
