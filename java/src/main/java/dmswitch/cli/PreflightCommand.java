package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch preflight}. */
@Command(
    name = "preflight",
    description = "Checks everything for a switch, changes nothing.",
    mixinStandardHelpOptions = true)
final class PreflightCommand extends StepCommand {
  PreflightCommand(Streams streams) {
    super(streams, Map.of("", Steps::preflight));
  }
}
