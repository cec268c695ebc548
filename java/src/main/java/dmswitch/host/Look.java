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
 * Something to be seen on a worker's host: what is asked of the {@link HostScript} there, and how
 * its answer is read.
 *
 * @param <T> what is seen
 */
public final class Look<T> {
  // A read of 1 GB of small events; ansible's own login comes on top.
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);
  // Holes are before the first events that relay received.
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

  /** Tries a TCP connection from the worker's host; UNRESOLVED and so on are answers. */
  public static Look<PortProbe> port(String host, int port, Duration limit) {
    return port(host, port, Map.of("limit", seconds(limit)));
  }

  /**
   * As {@link #port}, to each address of the name, and awaits the greeting with which a MySQL
   * server begins: an open port alone may be a proxy's.
   *
   * @param greeting how long, for each; a server that looks up the client's name in DNS first needs
   *     seconds
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

  /** Returns all sub dirs, their files and metas, and the free space. */
  public static Look<RelayDirectory> relayDirectory(String relayDir) {
    return new Look<>(
        "relay",
        Map.of("dir", relayDir),
        "the relay directory " + relayDir,
        RelayAnswer::directory);
  }

  /**
   * Looks for holes in the beginning of a relay file.
   *
   * @param subDir the sub dir's name, such as {@code <uuid>.000001}
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

  /** As {@link #relayHead}, of the first file of the last sub dir; nothing when there is none. */
  public static Look<Optional<RelayHead>> firstRelayHead(String relayDir) {
    return new Look<>(
        "first_head",
        Map.of("dir", relayDir, "events", HEAD_EVENTS, "limit", READ_LIMIT.toSeconds()),
        "the first file of the last sub dir of " + relayDir,
        answer -> Optional.of(answer).filter(JsonNode::isObject).map(RelayAnswer::head));
  }

  /**
   * Returns whether a file was written after the process on a port was started: then that runs with
   * an older one. Nothing when the process cannot be seen.
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
   * Looks at what follows a position, for the clean fence; relay must be Paused.
   *
   * @param file of relayBinlog; empty while relay names none, though the sub dir may hold one:
   *     relay.go of DM saves a name with the first transaction that has come whole
   * @param position of relayBinlog, the end of an event of {@code file}
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
   * Looks for the tables whose rows come after a position, up to relay's end, later sub dirs
   * included.
   *
   * @param subDirSuffix suffix of the sub dir that holds {@code file}
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
   * Compares the deployed dm-worker.toml with the one that the inventory would make now. The
   * password is compared by a salted digest and never travels.
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

  /** Returns what it wants, for a Problem. */
  String wanted() {
    return wanted;
  }

  T answer(JsonNode answer) {
    return reader.apply(answer);
  }
}
