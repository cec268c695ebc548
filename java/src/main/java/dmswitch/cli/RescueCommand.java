package dmswitch.cli;

import dmswitch.repair.RepairRun;
import dmswitch.step.Request;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch rescue}. */
@Command(
    name = "rescue",
    description = "A worker looked_at for what is wrong with it, or what repairs it applied.",
    mixinStandardHelpOptions = true)
final class RescueCommand extends StepCommand {
  RescueCommand(Streams streams) {
    super(
        streams,
        Map.of("looked_at", RepairRun::lookedAt, "applied", RepairRun::applied),
        Request::readWithoutNewServer);
  }
}
