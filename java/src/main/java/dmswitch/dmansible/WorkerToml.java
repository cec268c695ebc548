package dmswitch.dmansible;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that a dm-worker reads from its dm-worker.toml.
 *
 * @param host the upstream's host
 * @param port the upstream's port
 * @param user the MySQL user
 * @param storedPassword its password as stored: plain or in DM's form
 * @param enableGtid whether relay uses GTIDs
 * @param sourceId at most 32 characters
 * @param serverId its server_id; 0 if the worker chooses one
 * @param flavor {@code mysql}, {@code mariadb}, or empty if the worker asks the server
 * @param relayBinlogName the binlog file at which the first relay begins; usually empty
 * @param relayBinlogGtid the GTID set at which the first relay begins; usually empty
 */
public record WorkerToml(
    String host,
    int port,
    String user,
    Secret storedPassword,
    boolean enableGtid,
    String sourceId,
    long serverId,
    String flavor,
    String relayBinlogName,
    String relayBinlogGtid) {

  // dm/worker/config.go of DM 1.0.7; the worker does not start with any other key.
  private static final Set<String> KEYS =
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
          "tracer");
  private static final Set<String> FROM_KEYS =
      Set.of("host", "port", "user", "password", "max-allowed-packet", "session");
  private static final int MAX_SOURCE_ID = 32;
  private static final long MAX_SERVER_ID = (1L << 32) - 1;

  private static final Pattern LINE_OF_ERROR = Pattern.compile("line: (\\d+)");
  private static final Pattern ASSIGNMENT = Pattern.compile("^\\s*([A-Za-z0-9_.-]+)\\s*=\\s*(.*)$");
  // Newer TOML has numbers (0x, 0b, inf) that the parser of DM 1.0 does not know.
  private static final Pattern UNQUOTED =
      Pattern.compile("(?:true|false|[+-]?[0-9][0-9_]*)\\s*(?:#.*)?");

  /**
   * Parses the text as strictly as the dm-worker does, or more strictly.
   *
   * @param text a dm-worker.toml; it contains a password, so no problem quotes it
   * @throws Problem (refused) naming the key that would prevent the worker from starting
   */
  public static WorkerToml parse(String text) {
    JsonNode root;
    try {
      root = new TomlMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw unreadable(text, e.getMessage());
    }
    requireOldNumbers(text);
    requireKnown(root, KEYS, "");
    JsonNode from = root.path("from");
    if (!from.isObject()) {
      throw wrong("[from]", "the section with the upstream's address");
    }
    requireKnown(from, FROM_KEYS, "from.");
    WorkerToml toml =
        new WorkerToml(
            string(from, "host", "mysql_host"),
            (int) number(from, "port", "mysql_port", 1, 65535),
            string(from, "user", "mysql_user"),
            Secret.of(string(from, "password", "mysql_password")),
            bool(root, "enable-gtid", "enable_gtid"),
            string(root, "source-id", "source_id"),
            number(root, "server-id", "server_id", 0, MAX_SERVER_ID),
            string(root, "flavor", "flavor"),
            string(root, "relay-binlog-name", "relay_binlog_name"),
            string(root, "relay-binlog-gtid", "relay_binlog_gtid"));
    toml.requireUsable();
    return toml;
  }

  /** Returns the upstream, as text for the operator. */
  public String address() {
    return Address.of(host, port);
  }

  private void requireUsable() {
    if (host.isBlank()) {
      throw wrong("from.host (mysql_host)", "a host name or address");
    }
    if (port == 0) {
      throw wrong("from.port (mysql_port)", "a number from 1 to 65535");
    }
    if (sourceId.isEmpty()
        || sourceId.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_SOURCE_ID) {
      throw wrong("source-id (source_id)", "1 to " + MAX_SOURCE_ID + " characters");
    }
    if (!List.of("", "mysql", "mariadb").contains(flavor)) {
      throw wrong("flavor", "mysql or mariadb");
    }
  }

  private static Problem unreadable(String text, String message) {
    Matcher line = LINE_OF_ERROR.matcher(message);
    String key = "a line that cannot be named";
    if (line.find()) {
      int number = Integer.parseInt(line.group(1));
      List<String> lines = text.lines().toList();
      if (number >= 1 && number <= lines.size()) {
        Matcher assignment = ASSIGNMENT.matcher(lines.get(number - 1));
        key =
            "line "
                + number
                + (assignment.matches() ? ", the value of " + assignment.group(1) : "");
      }
    }
    return wrong(key, "TOML (a quote or backslash in a value breaks it; true and false are small)");
  }

  private static void requireOldNumbers(String text) {
    for (String line : text.lines().toList()) {
      Matcher assignment = ASSIGNMENT.matcher(line);
      if (assignment.matches()
          && !assignment.group(2).matches("[\"'\\[{].*")
          && !UNQUOTED.matcher(assignment.group(2)).matches()) {
        throw wrong(assignment.group(1), "true, false, a decimal number or a quoted text");
      }
    }
  }

  private static void requireKnown(JsonNode section, Set<String> keys, String prefix) {
    Set<String> unknown = new TreeSet<>();
    section.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(keys);
    if (!unknown.isEmpty()) {
      throw wrong(prefix + String.join(", " + prefix, unknown), "only keys that DM 1.0 knows");
    }
  }

  private static String string(JsonNode section, String key, String variable) {
    JsonNode value = section.path(key);
    if (value.isMissingNode()) {
      return "";
    }
    if (!value.isTextual()) {
      throw wrong(key + " (" + variable + ")", "a quoted text");
    }
    return value.textValue();
  }

  /** Returns a number; 0 if it is missing, as in the worker. */
  private static long number(JsonNode section, String key, String variable, long min, long max) {
    JsonNode value = section.path(key);
    if (value.isMissingNode()) {
      return 0;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw wrong(key + " (" + variable + ")", "a number from " + min + " to " + max);
    }
    return value.longValue();
  }

  private static boolean bool(JsonNode section, String key, String variable) {
    JsonNode value = section.path(key);
    if (value.isMissingNode()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrong(key + " (" + variable + ")", "true or false without quotes");
    }
    return value.booleanValue();
  }

  private static Problem wrong(String key, String wanted) {
    return Problem.refused(
        "dm-worker.toml could not be read by the dm-worker: " + key,
        wanted,
        "correct the value in the inventory (or the template); the dm-worker would not start");
  }
}
