package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch switchover}. */
@Command(
    name = "switchover",
    description = "The switch verified, and finished.",
    mixinStandardHelpOptions = true)
final class SwitchoverCommand extends StepCommand {
  SwitchoverCommand(Streams streams) {
    super(
        streams, Map.of("verified", Steps::verifySwitchover, "finished", Steps::finishSwitchover));
  }
}
