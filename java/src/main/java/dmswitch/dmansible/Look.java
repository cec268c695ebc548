package dmswitch.dmansible;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.mysql.Address;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something to be seen on a worker's host: what is asked of the {@link HostScript} there, and how
 * its answer is read.
 *
 * @param <T> what is seen
 */
public final class Look<T> {
  // A read of 1 GB of small events; ansible's own login comes on top.
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);
  // Holes lie before the first events that relay received.
  private static final int HEAD_EVENTS = 100_000;
  private static final Pattern PASSWORD_LINE =
      Pattern.compile("^\\s*password\\s*=\\s*(.*?)\\s*$", Pattern.MULTILINE);

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
        "port",
        request,
        "whether " + Address.of(host, port) + " answers",
        answer ->
            new PortProbe(
                PortProbe.State.valueOf(answer.path("state").asText()),
                answer.path("detail").asText(),
                greetings(answer.path("greetings")),
                closed(answer.path("closed"))));
  }

  private static List<PortProbe.Closed> closed(JsonNode array) {
    List<PortProbe.Closed> closed = new ArrayList<>();
    for (JsonNode one : array) {
      closed.add(
          new PortProbe.Closed(
              one.path("address").asText(),
              PortProbe.State.valueOf(one.path("state").asText()),
              one.path("detail").asText()));
    }
    return closed;
  }

  private static double seconds(Duration limit) {
    return limit.toMillis() / 1000.0;
  }

  private static List<Greeting> greetings(JsonNode array) {
    List<Greeting> greetings = new ArrayList<>();
    for (JsonNode greeting : array) {
      greetings.add(
          new Greeting(
              greeting.path("address").asText(),
              greeting.path("version").asText(),
              greeting.path("id").longValue(),
              greeting.path("error").asText()));
    }
    return greetings;
  }

  /** All sub dirs, their files and metas, and the free space. */
  public static Look<RelayDirectory> relayDirectory(String relayDir) {
    return new Look<>(
        "relay", Map.of("dir", relayDir), "the relay directory " + relayDir, Look::directory);
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
        Look::head);
  }

  /** As {@link #relayHead}, of the first file of the last sub dir; nothing when there is none. */
  public static Look<Optional<RelayHead>> firstRelayHead(String relayDir) {
    return new Look<>(
        "first_head",
        Map.of("dir", relayDir, "events", HEAD_EVENTS, "limit", READ_LIMIT.toSeconds()),
        "the first file of the last sub dir of " + relayDir,
        answer -> Optional.of(answer).filter(JsonNode::isObject).map(Look::head));
  }

  /**
   * Whether a file was written after the process on a port was started: then that runs with an
   * older one. Nothing when the process cannot be seen.
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
   * Looks at what lies behind a position, for the clean fence; relay must be Paused.
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
        "the relay file " + file + " behind " + position,
        Look::tail);
  }

  /**
   * Looks for the tables whose rows lie behind a position, up to relay's end, later sub dirs
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
        "the relay log behind " + position + " of " + file,
        answer -> new RelayRows(rowTables(answer)));
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
        answer -> deployed(answer, survey, salt));
  }

  Map<String, Object> request() {
    return request;
  }

  /** What it wants, for a Problem. */
  String wanted() {
    return wanted;
  }

  T answer(JsonNode answer) {
    return reader.apply(answer);
  }

  private static RelayDirectory directory(JsonNode answer) {
    List<String> index = new ArrayList<>();
    answer.path("index").forEach(line -> index.add(line.asText()));
    List<RelayDirectory.SubDir> subDirs = new ArrayList<>();
    for (JsonNode subDir : answer.path("sub_dirs")) {
      List<RelayDirectory.File> files = new ArrayList<>();
      for (JsonNode file : subDir.path("files")) {
        files.add(
            new RelayDirectory.File(file.path("name").asText(), file.path("size").longValue()));
      }
      subDirs.add(
          new RelayDirectory.SubDir(
              subDir.path("name").asText(), files, meta(subDir.path("meta").textValue())));
    }
    return new RelayDirectory(index, subDirs, answer.path("free").longValue());
  }

  private static Optional<RelayDirectory.Meta> meta(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      JsonNode meta = new TomlMapper().readTree(text);
      return Optional.of(
          new RelayDirectory.Meta(
              meta.path("binlog-name").asText(""),
              meta.path("binlog-pos").longValue(),
              meta.path("binlog-gtid").asText("")));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static RelayHead head(JsonNode answer) {
    List<RelayHead.Hole> holes = new ArrayList<>();
    for (JsonNode hole : answer.path("holes")) {
      holes.add(new RelayHead.Hole(hole.path("at").longValue(), hole.path("size").longValue()));
    }
    return new RelayHead(
        answer.path("size").longValue(),
        answer.path("read_to").longValue(),
        answer.path("begun").booleanValue(),
        holes);
  }

  private static RelayTail tail(JsonNode answer) {
    JsonNode whole = answer.path("whole");
    return new RelayTail(
        answer.path("size").longValue(),
        answer.path("files_behind").intValue(),
        answer.path("bytes_behind").longValue(),
        new RelayTail.Uncounted(
            whole.path("rows").longValue(), texts(whole.path("ddl")), changes(whole)),
        Optional.of(answer.path("half")).filter(JsonNode::isObject).map(Look::half),
        texts(answer.path("others")));
  }

  private static RelayTail.Half half(JsonNode half) {
    return new RelayTail.Half(
        half.path("file").asText(),
        half.path("at").longValue(),
        half.path("torn").booleanValue(),
        changes(half));
  }

  private static RelayTail.Changes changes(JsonNode part) {
    return new RelayTail.Changes(
        Optional.ofNullable(part.path("gtids").textValue()).map(Look::gtids), rowTables(part));
  }

  private static GtidSet gtids(String text) {
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          "the relay file holds what is no GTID: " + e.getMessage(),
          "GTIDs as MySQL writes them",
          "look at the file on the worker's host (mysqlbinlog)",
          e);
    }
  }

  private static DeployedToml deployed(JsonNode answer, WorkerSurvey survey, byte[] salt) {
    String rendered = survey.tomlText().reveal();
    Matcher password = PASSWORD_LINE.matcher(rendered);
    List<String> renderedPasswords = new ArrayList<>();
    while (password.find()) {
      renderedPasswords.add(salted(salt, password.group(1)));
    }
    WorkerToml toml;
    try {
      toml = WorkerToml.parse(answer.path("text").asText());
    } catch (Problem problem) {
      throw Problem.cannotTell(
          survey.deployment().tomlPath()
              + " on the host of "
              + survey.deployment().alias()
              + ": "
              + problem.found(),
          "the dm-worker.toml that the worker runs with",
          "look at it on the host; DM-Ansible's rolling upgrade writes it anew");
    }
    return new DeployedToml(
        toml,
        salted(salt, rendered).equals(answer.path("file").asText()),
        renderedPasswords.equals(texts(answer.path("passwords"))),
        answer.path("backup").asBoolean());
  }

  private static Optional<Set<Table>> rowTables(JsonNode answer) {
    return Optional.of(answer.path("tables")).filter(JsonNode::isArray).map(Look::tables);
  }

  private static Set<Table> tables(JsonNode array) {
    Set<Table> tables = new HashSet<>();
    array.forEach(table -> tables.add(new Table(table.path(0).asText(), table.path(1).asText())));
    return tables;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String salted(byte[] salt, String text) {
    MessageDigest digest = Sha256.begin();
    digest.update(salt);
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }
}
