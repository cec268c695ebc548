package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a playbook ended.
 *
 * @param status of ansible-playbook: 0, or 2 when a task failed
 * @param output what the terminal showed
 * @param tasks every task's result, in order; those of a rescued block too
 * @param took from its start
 */
record RunEnded(int status, String output, List<TaskResult> tasks, Duration took) {
  private static final Set<String> LETS = Set.of("passed", "warning");

  RunEnded {
    tasks = List.copyOf(tasks);
  }

  /**
   * A task's result.
   *
   * @param status one of ok, failed, skipped, unreachable
   */
  record TaskResult(String task, String status, JsonNode result) {}

  /**
   * What a refusal or failure told.
   *
   * @param rc the exit code of dm-switch
   */
  record Told(String task, int rc, String exitCode, String found, String wanted, String next) {
    /** All of it, for asserting that something is said, or never said. */
    String text() {
      return found + "\n" + wanted + "\n" + next;
    }
  }

  /** Fails the test unless the playbook succeeded. */
  RunEnded succeeded() {
    assertEquals(0, status, output);
    return this;
  }

  /** The first problem that a module told; the test fails when there was none. */
  Told problem() {
    assertEquals(2, status, output);
    return tasks.stream()
        .filter(task -> task.result().has("problem"))
        .findFirst()
        .map(
            task -> {
              JsonNode problem = task.result().path("problem");
              return new Told(
                  task.task(),
                  task.result().path("rc").asInt(-1),
                  problem.path("exit_code").asText(),
                  problem.path("found").asText(),
                  problem.path("wanted").asText(),
                  problem.path("next").asText());
            })
        .orElseThrow(() -> new AssertionError("no problem was told:\n" + output));
  }

  /** As {@link #problem}, of a step behind stop-task: the way out is the same playbook again. */
  Told stoppedMidwayIn(String step) {
    Told told = problem();
    assertTrue(told.task().contains(step + " of "), told::toString);
    assertEquals(4, told.rc(), told::toString);
    assertEquals("stopped_midway", told.exitCode());
    assertTrue(told.next().contains("run the same playbook again"), told::next);
    return told;
  }

  /** The result of the first task whose name contains {@code words}. */
  Optional<JsonNode> result(String words) {
    return tasks.stream()
        .filter(task -> task.task().contains(words))
        .findFirst()
        .map(TaskResult::result);
  }

  /** The outcome of a check by its name: passed, warning, refused, cannot_tell, wrong_use. */
  String check(String name) {
    for (TaskResult task : tasks) {
      for (JsonNode check : task.result().path("checks")) {
        if (check.path("name").asText().equals(name)) {
          return check.path("outcome").asText();
        }
      }
    }
    throw new AssertionError("no check " + name + ":\n" + output);
  }

  /** The names of the checks that kept the switch from being made, in their order. */
  List<String> checksAgainst() {
    return tasks.stream()
        .flatMap(task -> task.result().path("checks").valueStream())
        .filter(check -> !LETS.contains(check.path("outcome").asText()))
        .map(check -> check.path("name").asText())
        .toList();
  }

  /** What the run leaves for other programs. */
  JsonNode outcome() {
    return result("The outcome for other programs")
        .map(result -> result.at("/ansible_stats/data/dm_switch"))
        .orElseThrow(() -> new AssertionError("no outcome:\n" + output));
  }

  /** The summary of a switch in it. */
  JsonNode summary() {
    return outcome().path("summary");
  }
}
