package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch binary_logs}. */
@Command(
    name = "binary_logs",
    description = "FLUSH BINARY LOGS where a hole asks for it (flushed).",
    mixinStandardHelpOptions = true)
final class BinaryLogsCommand extends StepCommand {
  BinaryLogsCommand(Streams streams) {
    super(streams, Map.of("flushed", Steps::flushBinaryLogs));
  }
}
