package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** What the modules' RETURN says of the answers of the backend, and whether these keep to it. */
public final class Documented {
  private static final Path MODULES = Path.of("../ansible/plugins/modules");
  private static final Pattern RETURN =
      Pattern.compile("\nRETURN = r\"\"\"(.*?)\"\"\"", Pattern.DOTALL);

  /** Of Ansible itself, or between the backend and the action only. */
  private static final Set<String> NOT_OF_THE_MODULE =
      Set.of("changed", "warnings", "waiting", "waited");

  private Documented() {}

  /** Requires that the module's RETURN has every field of the answer, with its type. */
  public static void require(String module, JsonNode answer) {
    for (Map.Entry<String, JsonNode> field : answer.properties()) {
      if (!NOT_OF_THE_MODULE.contains(field.getKey())) {
        require(
            module + "." + field.getKey(), ofField(of(module), field.getKey()), field.getValue());
      }
    }
  }

  private static void require(String name, Map<?, ?> documented, JsonNode value) {
    assertTrue(documented != null, "RETURN does not have " + name);
    String type = (String) documented.get("type");
    boolean fits =
        switch (type) {
          case "str" -> value.isTextual();
          case "int" -> value.isIntegralNumber();
          case "float" -> value.isNumber();
          case "bool" -> value.isBoolean();
          case "list" -> value.isArray();
          case "dict" -> value.isObject();
          default -> fail("RETURN has the type " + type + " for " + name);
        };
    assertTrue(fits, name + " is " + value + ", not of the type " + type);
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (element.isObject()) {
          requireFields(name, documented, element);
        } else {
          assertTrue("str".equals(documented.get("elements")) == element.isTextual(), name);
        }
      }
    } else if (value.isObject() && documented.containsKey("contains")) {
      requireFields(name, documented, value);
    }
  }

  private static void requireFields(String name, Map<?, ?> documented, JsonNode object) {
    Map<?, ?> contains = (Map<?, ?>) documented.get("contains");
    assertTrue(contains != null, "RETURN does not say what " + name + " contains");
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      require(name + "." + field.getKey(), ofField(contains, field.getKey()), field.getValue());
    }
  }

  private static Map<?, ?> ofField(Map<?, ?> fields, String name) {
    return (Map<?, ?>) fields.get(name);
  }

  /** The fields that RETURN has for a result of a module. */
  static Set<String> fields(String module, String result) {
    Map<?, ?> contains = (Map<?, ?>) ofField(of(module), result).get("contains");
    Set<String> names = new TreeSet<>();
    contains.keySet().forEach(name -> names.add((String) name));
    return names;
  }

  /** Returns how the module's RETURN describes a field of one of its results. */
  static String description(String module, String result, String group, String field) {
    Map<?, ?> contains = (Map<?, ?>) ofField(of(module), result).get("contains");
    return ofField((Map<?, ?>) ofField(contains, group).get("contains"), field)
        .get("description")
        .toString();
  }

  private static Map<?, ?> of(String module) {
    try {
      Matcher found = RETURN.matcher(Files.readString(MODULES.resolve(module + ".py")));
      assertTrue(found.find(), module + " has no RETURN");
      return new Yaml().load(found.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
