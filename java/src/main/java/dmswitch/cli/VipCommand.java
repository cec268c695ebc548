package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch vip}. */
@Command(
    name = "vip",
    description = "The virtual IP of the upstream looked_at, or moved to the new server.",
    mixinStandardHelpOptions = true)
final class VipCommand extends StepCommand {
  VipCommand(Streams streams) {
    super(streams, Map.of("looked_at", Steps::lookAtVip, "moved", Steps::moveVip));
  }
}
