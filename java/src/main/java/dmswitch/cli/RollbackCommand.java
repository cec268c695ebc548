package dmswitch.cli;

import dmswitch.step.Request;
import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch rollback}. */
@Command(
    name = "rollback",
    description = "The switch that is under way taken back, as long as that is provably safe.",
    mixinStandardHelpOptions = true)
final class RollbackCommand extends StepCommand {
  RollbackCommand(Streams streams) {
    super(streams, Map.of("", Steps::rollBack), Request::readWithoutNewServer);
  }
}
