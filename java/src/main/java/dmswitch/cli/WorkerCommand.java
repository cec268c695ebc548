package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch worker}. */
@Command(
    name = "worker",
    description = "DM-Ansible's rolling upgrade of the worker (upgraded).",
    mixinStandardHelpOptions = true)
final class WorkerCommand extends StepCommand {
  WorkerCommand(Streams streams) {
    super(streams, Map.of("upgraded", Steps::upgradeWorker));
  }
}
