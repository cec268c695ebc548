package dmswitch.sandbox.dm.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Flags;
import dmswitch.sandbox.dm.Password;
import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The configuration of a dm-worker: command line and TOML file, the command line first.
 *
 * @param storedPassword the password as it stands in the file
 * @param checkerEnabled whether subtasks paused by an error are resumed
 */
record WorkerConfig(
    String address,
    String logFile,
    String relayDir,
    String metaDir,
    long serverId,
    boolean byGtid,
    String startName,
    String startGtids,
    String sourceId,
    String host,
    int port,
    String user,
    String storedPassword,
    boolean checkerEnabled,
    Duration backoffMax,
    Duration backoffRollback) {

  private static final Set<String> FLAGS =
      Set.of(
          "config",
          "worker-addr",
          "L",
          "log-file",
          "relay-dir",
          "purge-interval",
          "purge-expires",
          "purge-remain-space",
          "checker-check-enable",
          "checker-backoff-rollback",
          "checker-backoff-max");

  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "",
          Set.of(
              "log-level",
              "log-file",
              "log-rotate",
              "worker-addr",
              "enable-gtid",
              "auto-fix-gtid",
              "relay-dir",
              "meta-dir",
              "server-id",
              "flavor",
              "charset",
              "relay-binlog-name",
              "relay-binlog-gtid",
              "source-id",
              "from",
              "purge",
              "checker",
              "tracer"),
          "from",
          Set.of("host", "port", "user", "password", "max-allowed-packet"),
          "purge",
          Set.of("interval", "expires", "remain-space"),
          "checker",
          Set.of("check-enable", "backoff-rollback", "backoff-max"),
          "tracer",
          Set.of("enable", "tracer-server-addr", "batch-size", "checksum"));

  private static final int LONGEST_SOURCE_ID = 32;
  private static final long BASE_SERVER_ID = 0xffffffffL / 10;

  /**
   * Reads command line and file, and asks the upstream for what they leave open, as DM does.
   *
   * @throws DmError when the worker cannot start with it
   */
  static WorkerConfig read(String[] arguments) {
    Flags flags;
    try {
      flags = Flags.parse(arguments, FLAGS);
    } catch (IllegalArgumentException e) {
      throw failure(40001, "parse dm-worker config flag set: " + e.getMessage());
    }
    String file = flags.get("config", "");
    JsonNode toml = file.isEmpty() ? JsonNodeFactory.instance.objectNode() : load(file);
    JsonNode from = toml.path("from");
    WorkerConfig config =
        new WorkerConfig(
            flags.get("worker-addr", toml.path("worker-addr").asText("")),
            flags.get("log-file", toml.path("log-file").asText("")),
            flags.get("relay-dir", toml.path("relay-dir").asText("./relay_log")),
            orElse(toml.path("meta-dir").asText(""), "./dm_worker_meta"),
            toml.path("server-id").asLong(0),
            toml.path("enable-gtid").asBoolean(false),
            toml.path("relay-binlog-name").asText(""),
            toml.path("relay-binlog-gtid").asText(""),
            toml.path("source-id").asText(""),
            from.path("host").asText(""),
            from.path("port").asInt(3306),
            from.path("user").asText(""),
            from.path("password").asText(""),
            toml.path("checker").path("check-enable").asBoolean(true),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5));
    config.verify();
    return config.completed(toml.path("flavor").asText(""));
  }

  private static JsonNode load(String file) {
    JsonNode toml;
    try {
      toml = new TomlMapper().readTree(Files.readString(Path.of(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(40003, "toml decode file: " + e.getMessage());
    }
    checkKeys(toml, "");
    for (String number : Set.of("server-id")) {
      checkType(toml, number, toml.path(number).isIntegralNumber(), "integer");
    }
    for (String flag : Set.of("enable-gtid", "auto-fix-gtid")) {
      checkType(toml, flag, toml.path(flag).isBoolean(), "bool");
    }
    for (String text : Set.of("source-id", "relay-binlog-gtid", "relay-binlog-name", "flavor")) {
      checkType(toml, text, toml.path(text).isTextual(), "string");
    }
    JsonNode from = toml.path("from");
    checkType(from, "port", from.path("port").isIntegralNumber(), "integer");
    for (String text : Set.of("host", "user", "password")) {
      checkType(from, text, from.path(text).isTextual(), "string");
    }
    return toml;
  }

  private static void checkType(JsonNode table, String key, boolean right, String wanted) {
    if (table.has(key) && !right) {
      throw failure(
          40003,
          "toml decode file: toml: cannot load TOML value of type "
              + table.get(key).getNodeType()
              + " into a Go "
              + wanted);
    }
  }

  private static void checkKeys(JsonNode table, String name) {
    for (Iterator<String> keys = table.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!KEYS.get(name).contains(key)) {
        throw failure(
            40004,
            "worker config contains unknown configuration options: "
                + (name.isEmpty() ? key : name + "." + key));
      }
      if (table.get(key).isObject()) {
        checkKeys(table.get(key), key);
      }
    }
  }

  private void verify() {
    if (sourceId.isEmpty()) {
      throw failure(
          40005,
          "dm-worker should bind a non-empty source ID which represents a MySQL/MariaDB instance"
              + " or a replica group. \n notice: if you use old version dm-ansible, please update"
              + " to newest version.");
    }
    if (sourceId.length() > LONGEST_SOURCE_ID) {
      throw failure(
          40006, "the length of source ID " + sourceId + " is more than max allowed value 32");
    }
  }

  private static DmError failure(int code, String message) {
    return DmError.internal(code, DmError.Kind.DM_WORKER, message).withLevel(DmError.Level.MEDIUM);
  }

  private static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  /** Without a server id or a flavor the worker asks its upstream, and does not start without. */
  private WorkerConfig completed(String flavor) {
    if (serverId != 0 && !flavor.isEmpty()) {
      return this;
    }
    Db db = new Db(login(), Duration.ofSeconds(30));
    try (db) {
      db.query("SHOW GLOBAL VARIABLES LIKE 'version'");
      db.query("SHOW SLAVE HOSTS");
    } catch (SqlFailure e) {
      throw e.asDmError().withScope(DmError.Scope.UPSTREAM);
    }
    long chosen =
        serverId != 0 ? serverId : BASE_SERVER_ID + ThreadLocalRandom.current().nextInt(100_000);
    return new WorkerConfig(
        address,
        logFile,
        relayDir,
        metaDir,
        chosen,
        byGtid,
        startName,
        startGtids,
        sourceId,
        host,
        port,
        user,
        storedPassword,
        checkerEnabled,
        backoffMax,
        backoffRollback);
  }

  /** The upstream, with the password opened. */
  Login login() {
    return new Login(host, port, user, Password.open(storedPassword));
  }
}
