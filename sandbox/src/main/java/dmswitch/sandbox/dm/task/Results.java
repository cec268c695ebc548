package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;

/** How a unit ended, in the form of an answer. */
public final class Results {
  private Results() {}

  /** It was told to end. */
  public static ObjectNode canceled() {
    return result(true);
  }

  /** It ended with an error. */
  public static ObjectNode failed(String type, DmError error) {
    ObjectNode result = result(false);
    ObjectNode entry = result.withArray("errors").addObject();
    entry.put("Type", type);
    entry.put("msg", "");
    entry.set("error", error.inResult());
    return result;
  }

  private static ObjectNode result(boolean isCanceled) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("isCanceled", isCanceled);
    result.putArray("errors");
    result.putNull("detail");
    return result;
  }
}
