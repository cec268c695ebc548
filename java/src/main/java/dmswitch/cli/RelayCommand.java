package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch relay}. */
@Command(
    name = "relay",
    description =
        "Relay fenced, switched, resumed, observed on the new server, or running again on the old.",
    mixinStandardHelpOptions = true)
final class RelayCommand extends StepCommand {
  RelayCommand(Streams streams) {
    super(
        streams,
        Map.of(
            "fenced",
            Steps::fenceRelay,
            "switched",
            Steps::switchRelayMaster,
            "resumed",
            Steps::resumeRelayOnNewServer,
            "observed",
            Steps::observeRelay,
            "running",
            Steps::resumeRelay));
  }
}
