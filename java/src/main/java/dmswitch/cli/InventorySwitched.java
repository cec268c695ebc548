package dmswitch.cli;

import dmswitch.step.Steps;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code dm-switch inventory switched}. */
@Command(
    name = "switched",
    description = "The worker's entry in the inventory gets the plan's address.",
    mixinStandardHelpOptions = true)
final class InventorySwitched extends StepCommand {
  InventorySwitched(Streams streams) {
    super(streams, Map.of("", Steps::switchInventory));
  }
}
