package dmswitch.cli;

import dmswitch.request.RequestReader;
import dmswitch.step.StepRegistry;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch inventory switched}: a step of a switch, next to the commands for people. */
@Command(
    name = "switched",
    description = "Writes the plan's address into the worker's entry of the inventory.",
    mixinStandardHelpOptions = true)
final class InventorySwitched extends StepCommand {
  InventorySwitched(Streams streams) {
    super(
        streams,
        Map.of("", StepRegistry.ofModule("inventory").get("switched")),
        RequestReader::read);
  }
}
