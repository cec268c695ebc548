package dmswitch.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.check.Subtask;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked for another new server, by the plan: the worker knows no stopped task. */
class TasksReaderTest {
  /** The rows of a paused task come from the new server as well, once it is resumed. */
  @Test
  void everyTaskOfThePlanIsJudgedAndAPausedOneStaysPaused() {
    List<Subtask> tasks =
        TasksReader.subtasksOf(
            new Plans()
                .tasks(
                    Plans.task("orders", Plan.Handling.STOP_ON_WORKER),
                    Plans.task("audit", Plan.Handling.LEAVE_PAUSED))
                .make());
    assertEquals(List.of("orders", "audit"), tasks.stream().map(Subtask::name).toList());
    assertEquals(List.of(false, true), tasks.stream().map(Subtask::isPausedByOperator).toList());
  }
}
