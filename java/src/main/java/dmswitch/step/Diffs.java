package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.inventory.InventoryEdit;
import dmswitch.json.Json;
import java.nio.file.Path;

/** Diffs in Ansible's form, passwords masked. */
final class Diffs {
  private Diffs() {}

  /** Returns the lines that the edit changes, before and after. */
  static ObjectNode ofEdit(Path inventory, InventoryEdit edit) {
    return of(inventory, edit.unifiedDiff());
  }

  /**
   * Returns the lines of a unified diff, before and after.
   *
   * @param unifiedDiff without context lines, passwords masked
   */
  static ObjectNode of(Path inventory, String unifiedDiff) {
    StringBuilder before = new StringBuilder();
    StringBuilder after = new StringBuilder();
    unifiedDiff
        .lines()
        .filter(line -> !line.startsWith("---") && !line.startsWith("+++"))
        .forEach(
            line -> {
              if (line.startsWith("-")) {
                before.append(line.substring(1)).append('\n');
              } else if (line.startsWith("+")) {
                after.append(line.substring(1)).append('\n');
              }
            });
    ObjectNode diff = Json.object();
    diff.put("before_header", inventory.toString());
    diff.put("after_header", inventory.toString());
    diff.put("before", before.toString());
    diff.put("after", after.toString());
    return diff;
  }
}
