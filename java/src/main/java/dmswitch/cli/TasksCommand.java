package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch tasks}. */
@Command(
    name = "tasks",
    description = "Tasks drained, stopped, or running again.",
    mixinStandardHelpOptions = true)
final class TasksCommand extends StepCommand {
  TasksCommand(Streams streams) {
    super(
        streams,
        Map.of(
            "drained",
            Steps::drainTasks,
            "stopped",
            Steps::stopTasks,
            "running",
            Steps::startTasks));
  }
}
