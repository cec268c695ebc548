package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.Password;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.sql.Login;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One source's part of a task, as dm-master cuts it from the task's file and the worker keeps it.
 *
 * @param json all of it, in the file's own words
 */
public record SubTaskConfig(ObjectNode json) {
  public String name() {
    return json.path("name").asText();
  }

  /** {@code full}, {@code incremental} or {@code all}. */
  public String mode() {
    return json.path("task-mode").asText();
  }

  public String sourceId() {
    return json.path("source-id").asText();
  }

  public boolean isSharding() {
    return json.path("is-sharding").asBoolean();
  }

  /** Whether the checkpoint is thrown away at each start. */
  boolean removesMeta() {
    return json.path("remove-meta").asBoolean();
  }

  String metaSchema() {
    return json.path("meta-schema").asText("dm_meta");
  }

  /** Where an incremental task begins; null when the file does not say. */
  Position meta() {
    JsonNode meta = json.path("meta");
    return meta.has("binlog-name")
        ? new Position(meta.path("binlog-name").asText(), meta.path("binlog-pos").asLong(4))
        : null;
  }

  /** Whether the file wants safe mode all the time. */
  boolean safeMode() {
    return json.path("syncer").path("safe-mode").asBoolean(false);
  }

  Duration checkpointFlushInterval() {
    return Duration.ofSeconds(
        json.path("syncer")
            .path("checkpoint-flush-interval")
            .asLong(Settings.CHECKPOINT_FLUSH.toSeconds()));
  }

  /** How many queues apply rows at the same time. */
  int workerCount() {
    return json.path("syncer").path("worker-count").asInt(16);
  }

  /** The most statements of one transaction in the target. */
  int batch() {
    return json.path("syncer").path("batch").asInt(100);
  }

  /** The pre-check's items that the file has left out. */
  public List<String> ignoredChecks() {
    List<String> items = new ArrayList<>();
    json.path("ignore-checking-items").forEach(item -> items.add(item.asText()));
    return items;
  }

  /** Which tables are replicated. */
  public TableFilter filter() {
    return new TableFilter(json.path("black-white-list"));
  }

  /** What the tables are called in the target. */
  public Routes routes() {
    return new Routes(json.path("routes"));
  }

  /** The target. */
  public Login target() {
    return login(json.path("target-database"));
  }

  /** The upstream. */
  public Login source() {
    return login(json.path("from"));
  }

  /** The same with another upstream. */
  public SubTaskConfig withSource(ObjectNode from) {
    ObjectNode copy = json.deepCopy();
    copy.set("from", from);
    return new SubTaskConfig(copy);
  }

  private static Login login(JsonNode database) {
    return new Login(
        database.path("host").asText(),
        database.path("port").asInt(3306),
        database.path("user").asText(),
        Password.open(database.path("password").asText("")));
  }

  @Override
  public String toString() {
    return name();
  }
}
