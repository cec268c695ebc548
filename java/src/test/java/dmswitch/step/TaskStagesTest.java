package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.dm.Stage;
import dmswitch.journal.Plan.Handling;
import dmswitch.journal.Plans;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskStagesTest {
  private static Map<String, Stage> stage(String name) {
    return name == null ? Map.of() : Map.of("orders", Stage.valueOf(name));
  }

  @ParameterizedTest
  @CsvSource({
    "STOP_ON_WORKER, , , true",
    "STOP_ON_WORKER, , RUNNING, true",
    "STOP_ON_WORKER, RUNNING, , false",
    "STOP_ON_WORKER, PAUSED, , false",
    "STOP_WHOLE, , , true",
    "STOP_WHOLE, , RUNNING, false",
    "STOP_WHOLE, , PAUSED, false",
    "STOP_WHOLE, RUNNING, , false",
    "PAUSE_ON_WORKER, PAUSED, RUNNING, true",
    "PAUSE_ON_WORKER, RUNNING, PAUSED, false",
    "PAUSE_ON_WORKER, , PAUSED, false",
    "LEAVE_PAUSED, PAUSED, , true",
    "LEAVE_PAUSED, RUNNING, , true",
  })
  void isOut(Handling handling, String here, String there, boolean out) {
    TaskStages stages =
        new TaskStages(
            Plans.WORKER, Map.of(Plans.WORKER, stage(here), Plans.OTHER_WORKER, stage(there)));

    assertEquals(out, stages.isOut(Plans.task("orders", handling)));
  }

  @Test
  void isDescribedWithEveryWorkerThatStillHasIt() {
    Map<String, Map<String, Stage>> byWorker = new TreeMap<>();
    byWorker.put(Plans.WORKER, Map.of());
    byWorker.put(Plans.OTHER_WORKER, stage("PAUSED"));

    assertEquals(
        "orders (Paused on " + Plans.OTHER_WORKER + ")",
        new TaskStages(Plans.WORKER, byWorker).describe(Plans.task("orders", Handling.STOP_WHOLE)));
  }
}
