package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch plan}. */
@Command(
    name = "plan",
    description = "Checks everything and writes the plan (written).",
    mixinStandardHelpOptions = true)
final class PlanCommand extends StepCommand {
  PlanCommand(Streams streams) {
    super(streams, Map.of("written", Steps::writePlan));
  }
}
