package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.host.SshWay;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Path;

/**
 * The version of the journal's file format. It is in {@code plan.json} and in the first line of a
 * rescue's {@code acts.jsonl}. Files without a version are of version 1, which kept the open switch
 * directly in the worker's folder and closed it file by file.
 */
final class Format {
  static final int CURRENT = 3;

  /** The version that knew only inventory.ini; everything else is unchanged. */
  private static final int WITHOUT_INVENTORY = 2;

  static final String FIELD = "format";

  private Format() {}

  /** Returns the value with the version of this program as its first field. */
  static ObjectNode mark(JsonNode value) {
    ObjectNode marked = Json.object().put(FIELD, CURRENT);
    value.properties().forEach(field -> marked.set(field.getKey(), field.getValue()));
    return marked;
  }

  /** Returns the version that a file declares. */
  static int of(JsonNode file) {
    return file.path(FIELD).asInt(1);
  }

  /** Returns whether this program can continue a journal of this version. */
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
      // From an earlier build, whose looks all went through ansible.
      plan.set("ssh", Json.tree(SshWay.NONE));
    }
    if (!plan.has("roll_mode")) {
      // From an earlier build, which knew no other mode.
      plan.put("roll_mode", "documented");
    }
    return plan.without(FIELD);
  }

  /**
   * Returns the refusal of an open switch or repair of another version. Only the version that began
   * it may continue it, because another one may misread it.
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
