package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import java.util.List;

/**
 * The answer of a step to its module.
 *
 * @param changed whether anything was changed
 * @param msg one line for the operator
 * @param data what the step found; never a secret
 */
public record Answer(boolean changed, String msg, ObjectNode data) {
  static Answer changed(String msg, ObjectNode data) {
    return new Answer(true, msg, data);
  }

  static Answer unchanged(String msg) {
    return new Answer(false, msg, Json.object());
  }

  static Answer unchanged(String msg, ObjectNode data) {
    return new Answer(false, msg, data);
  }

  /** As it goes to stdout. */
  public ObjectNode toJson() {
    ObjectNode json = data.deepCopy();
    json.put("changed", changed);
    json.put("msg", msg);
    return json;
  }

  /** With what the operator should know besides. */
  Answer withWarnings(List<String> warnings) {
    if (!warnings.isEmpty()) {
      data.set("warnings", Json.tree(warnings));
    }
    return this;
  }
}
