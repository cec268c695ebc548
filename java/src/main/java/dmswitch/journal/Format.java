package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.host.SshWay;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Path;

/**
 * The version of what a journal's files hold. It is in {@code plan.json} and in the first line of a
 * rescue's {@code acts.jsonl}; files without one are of version 1, whose open switch was directly
 * in the worker's folder and was closed file by file.
 */
final class Format {
  static final int CURRENT = 3;

  /** This version knew only inventory.ini; everything else is unchanged. */
  private static final int WITHOUT_INVENTORY = 2;

  static final String FIELD = "format";

  private Format() {}

  /** Returns the value with the version of this program in front. */
  static ObjectNode mark(JsonNode value) {
    ObjectNode marked = Json.object().put(FIELD, CURRENT);
    value.properties().forEach(field -> marked.set(field.getKey(), field.getValue()));
    return marked;
  }

  /** Returns the version that a file says it has. */
  static int of(JsonNode file) {
    return file.path(FIELD).asInt(1);
  }

  /** Returns whether this program continues with it. */
  static boolean isRead(int format) {
    return format == CURRENT || format == WITHOUT_INVENTORY;
  }

  /** Returns the plan in a file, converted to this version. */
  static JsonNode plan(JsonNode file) {
    ObjectNode plan = file.deepCopy();
    if (of(file) == WITHOUT_INVENTORY) {
      plan.put("inventory", "inventory.ini");
      plan.putArray("ansible_settings");
    }
    if (!plan.has("ssh")) {
      // Of an earlier build: its looks went by ansible.
      plan.set("ssh", Json.tree(SshWay.NONE));
    }
    if (!plan.has("roll_mode")) {
      // Of an earlier build, which knew no other.
      plan.put("roll_mode", "documented");
    }
    return plan.without(FIELD);
  }

  /**
   * Returns the refusal of an open switch or repair of another version. Only the program that began
   * it continues it, as another one may misread it.
   */
  static Problem refused(String what, Path where, int format) {
    return Problem.refused(
        what + " is open in " + where + ", written in format " + format + " of the journal",
        "format " + CURRENT + ", which this version of dm-switch can read and continue",
        "run the same playbook with the version of the collection that began it; if that is not"
            + " available, check relay and tasks by hand (query-status) and move "
            + where
            + " away once neither needs it any more");
  }
}
