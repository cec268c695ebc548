package dmswitch.dm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.JsonMappers;
import java.util.ArrayList;
import java.util.List;

/** Reads dmctl's JSON: nothing missing is taken for false, empty or zero. */
final class DmctlJson {
  private DmctlJson() {}

  static JsonNode object(String text) throws NotUnderstood {
    try {
      JsonNode root = JsonMappers.strict().readTree(text);
      if (root.isObject()) {
        return root;
      }
    } catch (JsonProcessingException e) {
      // Its message would show the text.
    }
    throw new NotUnderstood("it is not JSON");
  }

  static boolean bool(JsonNode node, String field) throws NotUnderstood {
    JsonNode value = node.path(field);
    if (!value.isBoolean()) {
      throw new NotUnderstood(field + " is not true or false");
    }
    return value.booleanValue();
  }

  static String text(JsonNode node, String field) throws NotUnderstood {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new NotUnderstood(field + " is not a text");
    }
    return value.textValue();
  }

  /** Returns a 64-bit number, which DM prints as a string. */
  static long number(JsonNode node, String field) throws NotUnderstood {
    try {
      return Long.parseLong(node.path(field).asText());
    } catch (NumberFormatException e) {
      throw new NotUnderstood(field + " is not a number");
    }
  }

  static JsonNode list(JsonNode node, String field) throws NotUnderstood {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw new NotUnderstood(field + " is not a list");
    }
    return value;
  }

  static List<String> texts(JsonNode node, String field) throws NotUnderstood {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : list(node, field)) {
      if (!value.isTextual()) {
        throw new NotUnderstood(field + " is not a list of texts");
      }
      texts.add(value.textValue());
    }
    return texts;
  }
}
