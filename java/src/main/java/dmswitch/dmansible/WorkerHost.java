package dmswitch.dmansible;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must be seen on a worker's host, through DM-Ansible's own {@code ansible} and inventory:
 * {@code ansible ALIAS -m script} with one small Python script, of which nothing stays there.
 *
 * <p>Every method throws {@link Problem} (cannot tell) when the host cannot be reached or does not
 * let itself be read; one call takes about a second.
 */
public final class WorkerHost {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "dm-switch-host";
  // A read of 1 GB of small events; ansible's own login comes on top.
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);
  // Holes lie before the first events that relay received.
  private static final int HEAD_EVENTS = 100_000;
  private static final Pattern PASSWORD_LINE =
      Pattern.compile("^\\s*password\\s*=\\s*(.*?)\\s*$", Pattern.MULTILINE);

  private final DmAnsible dmAnsible;
  private final String alias;

  /**
   * @throws Problem (wrong use) when {@code alias} can be none
   */
  public WorkerHost(DmAnsible dmAnsible, String alias) {
    this.dmAnsible = dmAnsible;
    this.alias = DmAnsible.requireAlias(alias);
  }

  /** Tries a TCP connection from the worker's host; UNRESOLVED and so on are answers. */
  public PortProbe probePort(String host, int port, Duration limit) {
    JsonNode answer =
        ask(
            "port",
            Map.of("host", host, "port", port, "limit", limit.toMillis() / 1000.0),
            "whether " + host + ":" + port + " answers");
    return new PortProbe(
        PortProbe.State.valueOf(answer.path("state").asText()), answer.path("detail").asText());
  }

  /** All sub dirs, their files and metas, and the free space. */
  public RelayDirectory relayDirectory(String relayDir) {
    JsonNode answer = ask("relay", Map.of("dir", relayDir), "the relay directory " + relayDir);
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

  /**
   * Looks for holes in the beginning of a relay file.
   *
   * @param subDir the sub dir's name, such as {@code <uuid>.000001}
   */
  public RelayHead relayHead(String relayDir, String subDir, String file) {
    JsonNode answer =
        ask(
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
            "the relay file " + file);
    List<RelayHead.Hole> holes = new ArrayList<>();
    for (JsonNode hole : answer.path("holes")) {
      holes.add(new RelayHead.Hole(hole.path("at").longValue(), hole.path("size").longValue()));
    }
    return new RelayHead(
        answer.path("size").longValue(), answer.path("read_to").longValue(), holes);
  }

  /**
   * Looks at what lies behind a position, for the clean fence; relay must be Paused.
   *
   * @param position of relayBinlog, the end of an event of {@code file}
   */
  public RelayTail relayTail(String relayDir, String subDir, String file, long position) {
    JsonNode answer =
        ask(
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
            "the relay file " + file + " behind " + position);
    List<String> tables = texts(answer.path("ddl"));
    long rows = answer.path("rows").longValue();
    RelayTail.State state =
        answer.path("torn").booleanValue()
            ? RelayTail.State.TORN
            : answer.path("half").booleanValue()
                ? RelayTail.State.HALF_TRANSACTION
                : rows > 0 || !tables.isEmpty() ? RelayTail.State.UNCOUNTED : RelayTail.State.CLEAN;
    return new RelayTail(
        state,
        answer.path("size").longValue(),
        answer.path("files_behind").intValue(),
        answer.path("file").asText(""),
        answer.path("at").longValue(),
        rows,
        tables,
        texts(answer.path("others")));
  }

  /** The process behind the worker's port; nothing when it cannot be seen or nothing listens. */
  public Optional<WorkerProcess> process(int port) {
    JsonNode answer = ask("process", Map.of("port", port), "the process on port " + port);
    return answer.path("pid").isIntegralNumber()
        ? Optional.of(
            new WorkerProcess(answer.path("pid").longValue(), answer.path("start").longValue()))
        : Optional.empty();
  }

  /** The SHA-256 of a file, in hex; to see whether a roll would bring another dm-worker. */
  public String sha256(String path) {
    return ask("digest", Map.of("path", path), path).path("sha256").asText();
  }

  /**
   * Compares the deployed dm-worker.toml with the one that the inventory would make now. The
   * password is compared by a salted digest and never travels.
   */
  public DeployedToml deployedToml(WorkerSurvey survey) {
    String path = survey.deployment().tomlPath();
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    JsonNode answer =
        ask("toml", Map.of("path", path, "salt", Base64.getEncoder().encodeToString(salt)), path);
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
          path + " on the host of " + alias + ": " + problem.found(),
          "the dm-worker.toml that the worker runs with",
          "look at it on the host; DM-Ansible's rolling upgrade writes it anew");
    }
    return new DeployedToml(
        toml,
        salted(salt, rendered).equals(answer.path("file").asText()),
        renderedPasswords.equals(texts(answer.path("passwords"))));
  }

  /**
   * Proves that ansible logs in to the host, runs modules there, and becomes root with what the
   * operator hands on, as the rolling upgrade must.
   */
  public void requireBecome() {
    Program.Result result =
        dmAnsible.ask(
            dmAnsible.programs().ansible(),
            List.of(
                alias,
                "-i",
                dmAnsible.inventory().toString(),
                "-b",
                "-m",
                "command",
                "-a",
                "id -u"),
            dmAnsible.arguments().forHosts());
    boolean root =
        result.exitStatus() == 0
            && result.stdout().lines().anyMatch(line -> line.strip().equals("0"));
    if (!root) {
      throw unreached(result, "root on the host of " + alias + " (ansible " + alias + " -b)");
    }
  }

  private JsonNode ask(String operation, Map<String, Object> request, String wanted) {
    Map<String, Object> whole = new HashMap<>(request);
    whole.put("op", operation);
    Program.Result result;
    try (PrivateFolder folder = PrivateFolder.create()) {
      Path script = folder.path().resolve("dm-switch-host.sh");
      Files.writeString(
          script,
          PrivateFolder.resource("worker_host.sh")
              .replace("@PYTHON@\n", PrivateFolder.resource("worker_host.py")));
      String argument = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(List.of(whole)));
      result =
          dmAnsible.ask(
              dmAnsible.programs().ansible(),
              List.of(
                  alias,
                  "-i",
                  dmAnsible.inventory().toString(),
                  "-m",
                  "script",
                  "-a",
                  script + " " + argument),
              dmAnsible.arguments().forHosts());
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot write a temporary script: " + e.getMessage(),
          "room in " + System.getProperty("java.io.tmpdir"),
          "mend it and try again",
          e);
    }
    JsonNode answer =
        AnsibleOutput.answer(MARK, result.stdout())
            .orElseThrow(() -> unreached(result, wanted))
            .path(0);
    if (!answer.has("ok")) {
      throw Problem.cannotTell(
          "on the host of " + alias + ": " + answer.path("error").asText(),
          wanted,
          answer.path("kind").asText().equals("denied")
              ? "let the user that ansible logs in as read it, as DM-Ansible leaves it"
              : "look at it on the host, mend it, and try again");
    }
    return answer.path("ok");
  }

  private Problem unreached(Program.Result result, String wanted) {
    if (AnsibleOutput.saysNoSuchHost(result)) {
      return HostVariables.unknown(dmAnsible, dmAnsible.inventory(), alias);
    }
    return Problem.cannotTell(
        "ansible "
            + alias
            + " in "
            + dmAnsible.directory()
            + (AnsibleOutput.saysUnreachable(result) ? " cannot log in: " : " ")
            + AnsibleOutput.ending(result),
        wanted,
        "make `ansible "
            + alias
            + " -b -m command -a \"id -u\"` print 0 there (SSH, sudo, dm_ansible_args), then try"
            + " again");
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

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String salted(byte[] salt, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
