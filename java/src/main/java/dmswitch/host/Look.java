package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.mysql.Address;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A look at a worker's host: the request to the {@link HostScript} there, and how to parse its
 * answer.
 *
 * @param <T> the result
 */
public final class Look<T> {
  // Enough to read 1 GB of small events; ansible's login comes on top.
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);
  // Holes come before the first events that relay received.
  private static final int HEAD_EVENTS = 100_000;

  private final Map<String, Object> request;
  private final String wanted;
  private final Function<JsonNode, T> reader;

  private Look(
      String operation, Map<String, Object> request, String wanted, Function<JsonNode, T> reader) {
    Map<String, Object> whole = new HashMap<>(request);
    whole.put("op", operation);
    this.request = Map.copyOf(whole);
    this.wanted = wanted;
    this.reader = reader;
  }

  /**
   * Tries a TCP connection from the worker's host. UNRESOLVED and the like are results, not errors.
   */
  public static Look<PortProbe> port(String host, int port, Duration limit) {
    return port(host, port, Map.of("limit", seconds(limit)));
  }

  /**
   * Tries a connection as {@link #port} does, to each address of the name, and waits for the
   * greeting of a MySQL server. An open port alone may belong to a proxy.
   *
   * @param greeting how long to wait for each greeting; a server that first looks up the client's
   *     name in DNS needs seconds
   */
  public static Look<PortProbe> mysqlPort(
      String host, int port, Duration limit, Duration greeting) {
    return port(host, port, Map.of("limit", seconds(limit), "greeting", seconds(greeting)));
  }

  private static Look<PortProbe> port(String host, int port, Map<String, Object> limits) {
    Map<String, Object> request = new HashMap<>(limits);
    request.putAll(Map.of("host", Address.bare(host), "port", port));
    return new Look<>(
        "port", request, "whether " + Address.of(host, port) + " answers", PortAnswer::probe);
  }

  private static double seconds(Duration limit) {
    return limit.toMillis() / 1000.0;
  }

  /** Reads all sub dirs, their files and relay.meta, and the free space. */
  public static Look<RelayDirectory> relayDirectory(String relayDir) {
    return new Look<>(
        "relay",
        Map.of("dir", relayDir),
        "the relay directory " + relayDir,
        RelayAnswer::directory);
  }

  /**
   * Looks for holes at the beginning of a relay file.
   *
   * @param subDir the name of the sub dir, such as {@code <uuid>.000001}
   */
  public static Look<RelayHead> relayHead(String relayDir, String subDir, String file) {
    return new Look<>(
        "head",
        Map.of(
            "dir",
            relayDir + "/" + subDir,
            "file",
            file,
            "events",
            HEAD_EVENTS,
            "limit",
            READ_LIMIT.toSeconds()),
        "the relay file " + file,
        RelayAnswer::head);
  }

  /**
   * Looks for holes as {@link #relayHead} does, in the first file of the last sub dir. Empty if
   * there is none.
   */
  public static Look<Optional<RelayHead>> firstRelayHead(String relayDir) {
    return new Look<>(
        "first_head",
        Map.of("dir", relayDir, "events", HEAD_EVENTS, "limit", READ_LIMIT.toSeconds()),
        "the first file of the last sub dir of " + relayDir,
        answer -> Optional.of(answer).filter(JsonNode::isObject).map(RelayAnswer::head));
  }

  /**
   * Looks whether a file was written after the process on a port was started, so that the process
   * still uses an older version. Empty if the process cannot be seen.
   */
  public static Look<Optional<Boolean>> writtenSinceStart(String path, int port) {
    return new Look<>(
        "configured",
        Map.of("path", path, "port", port),
        "the age of " + path,
        answer ->
            Optional.of(answer.path("later")).filter(JsonNode::isBoolean).map(JsonNode::asBoolean));
  }

  /**
   * Reads what follows a position, to judge the fence. Relay must be Paused.
   *
   * @param file the file of relayBinlog; empty while relay names none, although the sub dir may
   *     hold one: relay.go of DM saves the name with the first complete transaction
   * @param position the position of relayBinlog, the end of an event of {@code file}
   */
  public static Look<RelayTail> relayTail(
      String relayDir, String subDir, String file, long position) {
    return new Look<>(
        "tail",
        Map.of(
            "dir",
            relayDir + "/" + subDir,
            "file",
            file,
            "position",
            position,
            "limit",
            READ_LIMIT.toSeconds()),
        "the relay file " + file + " after " + position,
        RelayAnswer::tail);
  }

  /**
   * Finds the tables with rows after a position, up to the end of the relay log, including later
   * sub dirs.
   *
   * @param subDirSuffix the suffix of the sub dir that contains {@code file}
   * @param position the end of an event of {@code file}
   */
  public static Look<RelayRows> relayRows(
      String relayDir, int subDirSuffix, String file, long position) {
    return new Look<>(
        "rows",
        Map.of(
            "dir",
            relayDir,
            "suffix",
            subDirSuffix,
            "file",
            file,
            "position",
            position,
            "limit",
            READ_LIMIT.toSeconds()),
        "the relay log after " + position + " of " + file,
        RelayAnswer::rows);
  }

  /**
   * Compares the deployed dm-worker.toml with the one that the current inventory would give. The
   * password is compared by a salted digest and never transmitted.
   */
  public static Look<DeployedToml> deployedToml(WorkerSurvey survey) {
    String path = survey.deployment().tomlPath();
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    return new Look<>(
        "toml",
        Map.of(
            "path",
            path,
            "salt",
            Base64.getEncoder().encodeToString(salt),
            "deploy_dir",
            survey.deployment().deployDir()),
        path,
        answer -> DeployedTomlAnswer.read(answer, survey, salt));
  }

  Map<String, Object> request() {
    return request;
  }

  /** Returns what the look wants to know, for a Problem. */
  String wanted() {
    return wanted;
  }

  T answer(JsonNode answer) {
    return reader.apply(answer);
  }
}
