package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.host.SshWay;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanReportTest {
  @TempDir private Path dir;

  private static Plan plan(List<String> command) {
    ObjectNode plan = (ObjectNode) Json.tree(Plans.ordinary());
    plan.set("ssh", Json.tree(new SshWay(command, "{seen}", "digest")));
    try {
      return Json.mapper().treeToValue(plan, Plan.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** A job's log has each answer. */
  @Test
  void theWayBySshIsNotShown() {
    ObjectNode shown = PlanReport.shown(plan(List.of("ssh", "-o", "User=vaulted", "10.7.7.7")));
    for (String part : List.of("vaulted", "10.7.7.7", "{seen}", "digest")) {
      assertFalse(shown.toString().contains(part), part);
    }
    assertTrue(shown.path("looks_by_ssh").asBoolean());
    assertFalse(PlanReport.shown(plan(List.of())).path("looks_by_ssh").asBoolean());
  }

  /** Later steps go it. */
  @Test
  void theJournalKeepsIt() {
    Plan plan = plan(List.of("ssh", "10.7.7.7"));
    try (Journal journal = Journal.take(dir)) {
      journal.begin(plan, false);
      assertEquals(plan.dmWorker().ssh(), journal.plan().orElseThrow().dmWorker().ssh());
    }
  }
}
