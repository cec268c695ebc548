package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.inventory.InventoryEdit;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Step 6: the worker's entry in inventory.ini gets the new address (rule 5). */
final class SwitchInventory implements StepAction {
  @Override
  public Step step() {
    return Step.INVENTORY_SWITCHED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_STOPPED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    InventoryEdit edit = open.site().inventoryEdit();
    Path backup = open.journal().file("inventory.before");
    ObjectNode data = Json.object();
    data.put("backup", backup.toString());
    if (!edit.isChange()) {
      return Answer.unchanged("the inventory names the new server already", data);
    }
    // The switch may go to its second new server: the backup is of what was before the first.
    boolean backedUp = open.journal().intended(step()) && Files.exists(backup);
    open.journal().intent(step(), data);
    if (!backedUp) {
      edit.backupTo(backup);
    }
    edit.apply();
    open.journal().done(step(), data);
    ObjectNode answer = data.deepCopy();
    answer.set("diff", Diffs.ofEdit(open.request().inventory(), edit));
    return Answer.changed("changed " + String.join(", ", edit.changed()), answer);
  }
}
