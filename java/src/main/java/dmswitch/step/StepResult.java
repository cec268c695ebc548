package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a step ended.
 *
 * @param answer for the module, on stdout
 * @param exitCode of the process
 * @param problem for the operator, on stderr
 */
public record StepResult(ObjectNode answer, ExitCode exitCode, Optional<Problem> problem) {
  public static StepResult done(ObjectNode answer) {
    return new StepResult(answer, ExitCode.DONE, Optional.empty());
  }

  /** Adds the problem to the answer. */
  public static StepResult failed(Problem problem, ObjectNode answer) {
    ObjectNode fields = Json.object();
    fields.put("exit_code", problem.exitCode().jsonName());
    fields.put("found", problem.found());
    fields.put("wanted", problem.wanted());
    fields.put("next", problem.next());
    answer.set("problem", fields);
    answer.put("changed", false);
    answer.put("msg", problem.found());
    return new StepResult(answer, problem.exitCode(), Optional.of(problem));
  }

  /** Returns the result of {@code step}, or the problem that it throws. */
  public static StepResult guarded(Supplier<StepResult> step) {
    try {
      return step.get();
    } catch (Problem problem) {
      return failed(problem, Json.object());
    }
  }
}
