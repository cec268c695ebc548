package dmswitch.sandbox.dm.master;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.task.SubTaskConfig;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A task's file, in YAML. */
final class TaskFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> KEYS =
      Set.of(
          "name",
          "task-mode",
          "is-sharding",
          "ignore-checking-items",
          "meta-schema",
          "remove-meta",
          "disable-heartbeat",
          "enable-heartbeat",
          "heartbeat-update-interval",
          "heartbeat-report-interval",
          "timezone",
          "case-sensitive",
          "target-database",
          "mysql-instances",
          "online-ddl-scheme",
          "routes",
          "filters",
          "column-mappings",
          "black-white-list",
          "mydumpers",
          "loaders",
          "syncers");

  private static final Set<String> CHECKING_ITEMS =
      Set.of(
          "all",
          "dump_privilege",
          "replication_privilege",
          "version",
          "binlog_enable",
          "binlog_format",
          "binlog_row_image",
          "table_schema",
          "schema_of_shard_tables",
          "auto_increment_ID");

  private final ObjectNode task;

  private TaskFile(ObjectNode task) {
    this.task = task;
  }

  /**
   * Reads a file's text.
   *
   * @throws DmError when it is no task
   */
  static TaskFile parse(String text) {
    LoaderOptions options = new LoaderOptions();
    Yaml yaml = new Yaml(new SafeConstructor(options));
    Object loaded;
    try {
      Node node = yaml.compose(new StringReader(text));
      if (!(node instanceof MappingNode mapping)) {
        throw unmarshal(cannotUnmarshal(node));
      }
      List<String> unknown = new ArrayList<>();
      for (NodeTuple tuple : mapping.getValue()) {
        Node key = tuple.getKeyNode();
        String name = key instanceof ScalarNode scalar ? scalar.getValue() : "";
        if (!KEYS.contains(name)) {
          unknown.add(
              "line "
                  + (key.getStartMark().getLine() + 1)
                  + ": field "
                  + name
                  + " not found in type config.TaskConfig");
        }
      }
      if (!unknown.isEmpty()) {
        throw unmarshal(String.join("\n  ", unknown));
      }
      loaded = yaml.load(text);
    } catch (YAMLException e) {
      throw transform("yaml: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    TaskFile file = new TaskFile(JSON.convertValue(loaded, ObjectNode.class));
    file.check();
    return file;
  }

  private static String cannotUnmarshal(Node node) {
    if (node instanceof ScalarNode scalar) {
      String value = scalar.getValue();
      String shown = value.length() > 10 ? value.substring(0, 7) + "..." : value;
      return "line "
          + (node.getStartMark().getLine() + 1)
          + ": cannot unmarshal !!str `"
          + shown
          + "` into config.TaskConfig";
    }
    return "line 1: cannot unmarshal !!seq into config.TaskConfig";
  }

  private static DmError unmarshal(String detail) {
    return transform("yaml: unmarshal errors:\n  " + detail);
  }

  private static DmError transform(String detail) {
    return wrong(20003, "decode task config failed: " + detail);
  }

  private static DmError wrong(int code, String message) {
    return DmError.internal(code, DmError.Kind.DM_MASTER, message).withLevel(DmError.Level.MEDIUM);
  }

  private void check() {
    if (name().isEmpty()) {
      throw wrong(20019, "must specify a unique task name");
    }
    task.path("ignore-checking-items")
        .forEach(
            item -> {
              if (!CHECKING_ITEMS.contains(item.asText())) {
                throw wrong(20001, "checking item " + item.asText() + " is not supported");
              }
            });
    if (!Set.of("full", "incremental", "all").contains(task.path("task-mode").asText())) {
      throw wrong(20020, "please specify right task-mode, support `full`, `incremental`, `all`");
    }
    if (!task.path("target-database").isObject()) {
      throw wrong(20021, "must specify target-database");
    }
    if (task.path("mysql-instances").isEmpty()) {
      throw wrong(20010, "must specify at least one mysql-instances");
    }
  }

  String name() {
    return task.path("name").asText("");
  }

  /** The sources, in the file's order. */
  List<String> sources() {
    List<String> sources = new ArrayList<>();
    task.get("mysql-instances").forEach(entry -> sources.add(entry.path("source-id").asText()));
    return sources;
  }

  /** Each source's part, on the address that its worker has now. */
  List<SubTaskConfig> subTasks(Map<String, ObjectNode> addresses) {
    List<SubTaskConfig> result = new ArrayList<>();
    for (JsonNode instance : task.get("mysql-instances")) {
      String source = instance.path("source-id").asText();
      if (!addresses.containsKey(source)) {
        throw wrong(20031, "source " + source + " in deployment configuration not found");
      }
      ObjectNode part = task.deepCopy();
      part.remove(List.of("mysql-instances", "routes", "black-white-list", "syncers"));
      part.put("source-id", source);
      part.set("meta", instance.path("meta"));
      ArrayNode routes = part.putArray("routes");
      instance
          .path("route-rules")
          .forEach(name -> routes.add(task.path("routes").path(name.asText())));
      part.set(
          "black-white-list",
          task.path("black-white-list").path(instance.path("black-white-list").asText("")));
      ObjectNode syncer = part.putObject("syncer");
      JsonNode named =
          task.path("syncers").path(instance.path("syncer-config-name").asText("global"));
      if (named instanceof ObjectNode values) {
        syncer.setAll(values);
      }
      if (instance.path("syncer") instanceof ObjectNode values) {
        syncer.setAll(values);
      }
      part.remove("meta-schema");
      part.put("meta-schema", task.path("meta-schema").asText("dm_meta"));
      result.add(new SubTaskConfig(withoutMissing(part)).withSource(addresses.get(source)));
    }
    return result;
  }

  /** A path that leads nowhere is no value in JSON. */
  private static ObjectNode withoutMissing(ObjectNode part) {
    ObjectNode copy = JSON.createObjectNode();
    part.properties()
        .forEach(
            entry -> {
              if (!entry.getValue().isMissingNode()) {
                copy.set(entry.getKey(), entry.getValue());
              }
            });
    return copy;
  }
}
