package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.inventory.InventoryEdit;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Step 6: the worker's entry in the inventory gets the new address (rule 5). */
final class SwitchInventory implements StepAction {
  /** In the journal: the inventory as it is before the edit. */
  static final String BACKUP = "inventory.before";

  @Override
  public Step step() {
    return Step.INVENTORY_SWITCHED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_STOPPED);
  }

  /**
   * Makes a backup of the present inventory in place of the first one: the switch leaves the server
   * that it names.
   */
  static void backUpAnew(OpenSwitch open) {
    Path backup = open.journal().file(BACKUP);
    try {
      // Between the two there is none, and step 6 makes it.
      Files.deleteIfExists(backup);
    } catch (IOException e) {
      throw Problem.cannotTell(
              "cannot remove " + backup + ": " + e,
              "room for a backup of the present inventory",
              "give this user the right to write there, then run again",
              e)
          .namingRerun();
    }
    open.access().ansible().inventoryEdit().backupTo(backup);
  }

  @Override
  public Answer run(OpenSwitch open) {
    InventoryEdit edit = open.access().ansible().inventoryEdit();
    Path backup = open.journal().file(BACKUP);
    ObjectNode data = Json.object();
    data.put("backup", backup.toString());
    if (!edit.isChange()) {
      return Answer.unchanged("the inventory already names the new server", data);
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
    answer.set("diff", Diffs.ofEdit(open.access().ansible().inventory(), edit));
    return Answer.changed("changed " + String.join(", ", edit.changed()), answer);
  }
}
