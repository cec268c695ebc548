package dmswitch.step;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dmswitch.dmansible.DmAnsible;
import dmswitch.inventory.Changes;
import dmswitch.json.Json;
import dmswitch.mysql.SslMode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the operator asked for: the role's variables under their own names.
 *
 * @param scenario address (the worker gets a new upstream address) or vip (its upstream is a
 *     virtual IP, which moves to the new server)
 * @param dmAnsibleDir the operator's DM-Ansible directory
 * @param dmInventory the inventory that DM-Ansible uses; absent: as its ansible.cfg says
 * @param dmWorker alias of the worker in the inventory
 * @param newMysqlHost the new server as the worker will reach it, an IPv6 address in brackets; with
 *     a VIP its own address; empty in a rescue or rollback, which know of no new server
 * @param newMysqlPort its port, 1 to 65535; 0 there
 * @param newMysqlUser absent: the user that the inventory has
 * @param newMysqlPassword absent: the password that the inventory has
 * @param taskFiles files and folders in which task files are looked for; relative ones below
 *     dm_ansible_dir; empty: the usual places
 * @param dmAnsiblePlaybook the operator's ansible-playbook
 * @param dmAnsibleArgs what the operator's ansible needs handed on
 * @param dmctl path of dmctl
 * @param dmMasterAddr HOST:PORT; absent: from the inventory
 * @param taskMode stop (stop-task and start-task) or pause (pause-task and resume-task)
 * @param flushBinaryLogs auto or never
 * @param rollMode documented (the rolling upgrade) or staged (only its tasks that the upstream
 *     needs)
 * @param catchUpTimeout for the new server to have all of W, and relay all of the old server
 * @param drainTimeout for the tasks to replay what relay holds
 * @param upgradeTimeout for the rolling upgrade
 * @param relayTimeout for relay to run on the new server
 * @param startTimeout for the tasks to run again
 * @param verifyTimeout for the checkpoints to come into the new sub dir
 * @param vipTimeout for the VIP to show the new server
 * @param waited how much of its limit earlier calls of the same task have waited
 * @param journalDir the worker's journal
 * @param runId the run that owns the journal
 * @param checkMode nothing may be changed
 * @param server which server's binary logs are flushed: current or new
 * @param rescueGtidW W at the fence, for a rescue whose journal does not know it
 */
public record Request(
    Scenario scenario,
    Path dmAnsibleDir,
    Optional<Path> dmInventory,
    String dmWorker,
    String newMysqlHost,
    int newMysqlPort,
    Optional<String> newMysqlUser,
    Optional<Secret> newMysqlPassword,
    SslMode newMysqlSslMode,
    Optional<Path> newMysqlSslCa,
    List<Path> taskFiles,
    String dmAnsiblePlaybook,
    List<String> dmAnsibleArgs,
    Path dmctl,
    Optional<String> dmMasterAddr,
    TaskMode taskMode,
    FlushBinaryLogs flushBinaryLogs,
    RollMode rollMode,
    Duration catchUpTimeout,
    Duration drainTimeout,
    Duration upgradeTimeout,
    Duration relayTimeout,
    Duration startTimeout,
    Duration verifyTimeout,
    Duration vipTimeout,
    Duration waited,
    Path journalDir,
    Optional<String> runId,
    boolean checkMode,
    Optional<String> server,
    Optional<String> rescueGtidW) {

  /** How the upstream changes. */
  public enum Scenario {
    ADDRESS,
    VIP;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How tasks are taken out of the way. */
  public enum TaskMode {
    STOP,
    PAUSE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether FLUSH BINARY LOGS may be used against holes (rule 8). */
  public enum FlushBinaryLogs {
    AUTO,
    NEVER;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the worker comes to run with the new server's configuration. */
  public enum RollMode {
    /** By DM-Ansible's whole rolling upgrade. */
    DOCUMENTED,
    /** By its stop, its dm-worker.toml and its start: programs and unit stay as they are. */
    STAGED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The request as it stands in JSON, before its values are judged. */
  private record Fields(
      String scenario,
      @JsonProperty(required = true) String dmAnsibleDir,
      String dmInventory,
      @JsonProperty(required = true) String dmWorker,
      String newMysqlHost,
      JsonNode newMysqlPort,
      String newMysqlUser,
      String newMysqlPassword,
      String newMysqlSslMode,
      String newMysqlSslCa,
      List<String> taskFiles,
      String dmAnsiblePlaybook,
      List<String> dmAnsibleArgs,
      String dmctl,
      String dmMasterAddr,
      String taskMode,
      String flushBinaryLogs,
      String rollMode,
      Integer catchUpTimeout,
      Integer drainTimeout,
      Integer upgradeTimeout,
      Integer relayTimeout,
      Integer startTimeout,
      Integer verifyTimeout,
      Integer vipTimeout,
      Integer waited,
      String journalDir,
      String runId,
      Boolean checkMode,
      String server,
      String rescueGtidW) {}

  /**
   * Reads a request.
   *
   * @throws Problem (wrong use) naming the first value that is not valid
   */
  public static Request read(InputStream in) {
    Fields fields = fields(in);
    requireGiven("new_mysql_host", fields.newMysqlHost);
    requireGiven("new_mysql_port", fields.newMysqlPort);
    // Judges their values.
    Changes changes =
        new Changes(
            notEmpty("new_mysql_host", fields.newMysqlHost).strip(),
            port(fields.newMysqlPort),
            given(fields.newMysqlUser),
            Optional.ofNullable(fields.newMysqlPassword)
                .filter(password -> !password.isEmpty())
                .map(Secret::of));
    return of(
        fields,
        changes.mysqlHost(),
        changes.mysqlPort(),
        changes.mysqlUser(),
        changes.mysqlPassword());
  }

  /**
   * Reads the request of a rescue or a rollback, which name no new server.
   *
   * @throws Problem (wrong use) naming the first value that is not valid
   */
  public static Request readWithoutNewServer(InputStream in) {
    return of(fields(in), "", 0, Optional.empty(), Optional.empty());
  }

  private static void requireGiven(String name, Object value) {
    if (value == null) {
      throw wrong(
          "the request lacks the field " + name + " or has it in the wrong form",
          "a JSON object with every required field");
    }
  }

  private static Fields fields(InputStream in) {
    Fields fields;
    try {
      fields = Json.mapper().readValue(in, Fields.class);
    } catch (UnrecognizedPropertyException e) {
      throw wrong("the request has an unknown field " + e.getPropertyName(), "its known fields");
    } catch (InvalidFormatException e) {
      throw wrong(
          "the request's field " + name(e) + " has a value of the wrong form",
          "a " + e.getTargetType().getSimpleName().toLowerCase(Locale.ROOT));
    } catch (MismatchedInputException e) {
      throw e.getPath().isEmpty()
          ? wrong("the request on stdin is not one JSON object", "a JSON object")
          : wrong(
              "the request lacks the field " + name(e) + " or has it in the wrong form",
              "a JSON object with every required field");
    } catch (JsonMappingException e) {
      throw e.getCause() instanceof JsonParseException notJson
          ? notJson(notJson)
          : wrong(
              "the request's field " + name(e) + " has a value out of range",
              "a value as the module's documentation has it");
    } catch (IOException e) {
      throw notJson(e);
    }
    if (fields == null) {
      throw wrong("the request on stdin is empty", "a JSON object");
    }
    return fields;
  }

  /** The parser's own words could quote the password. */
  private static Problem notJson(IOException e) {
    String line =
        e instanceof JsonProcessingException json && json.getLocation() != null
            ? " (line " + json.getLocation().getLineNr() + ")"
            : "";
    return wrong("the request on stdin is not JSON" + line, "a JSON object");
  }

  private static Request of(
      Fields fields,
      String newMysqlHost,
      int newMysqlPort,
      Optional<String> newMysqlUser,
      Optional<Secret> newMysqlPassword) {
    Path root = Path.of("").toAbsolutePath();
    Path dir = path("dm_ansible_dir", root, notEmpty("dm_ansible_dir", fields.dmAnsibleDir));
    if (!Files.isDirectory(dir)) {
      throw wrong(
          "dm_ansible_dir " + dir + " is no folder on this machine",
          "the DM-Ansible directory of the DM control machine");
    }
    String worker = DmAnsible.requireAlias(notEmpty("dm_worker", fields.dmWorker));
    Scenario scenario = word("scenario", fields.scenario, Scenario.ADDRESS, Scenario.class);
    TaskMode usual = scenario == Scenario.VIP ? TaskMode.PAUSE : TaskMode.STOP;
    TaskMode taskMode = word("task_mode", fields.taskMode, usual, TaskMode.class);
    RollMode rollMode = word("roll_mode", fields.rollMode, RollMode.DOCUMENTED, RollMode.class);
    if (scenario == Scenario.VIP) {
      requireNothingButTheVipMoves(newMysqlUser, newMysqlPassword, taskMode);
      if (rollMode != RollMode.DOCUMENTED) {
        throw wrong(
            "roll_mode is '" + rollMode.word() + "' with scenario vip",
            "no roll_mode: behind a VIP the worker is not rolled");
      }
    }
    return new Request(
        scenario,
        dir,
        given(fields.dmInventory).map(file -> path("dm_inventory", dir, file)),
        worker,
        newMysqlHost,
        newMysqlPort,
        newMysqlUser,
        newMysqlPassword,
        word("new_mysql_ssl_mode", fields.newMysqlSslMode, SslMode.PREFERRED, SslMode.class),
        given(fields.newMysqlSslCa).map(file -> path("new_mysql_ssl_ca", dir, file)),
        list("task_files", fields.taskFiles).stream()
            .map(file -> path("task_files", dir, file))
            .toList(),
        given(fields.dmAnsiblePlaybook).orElse("ansible-playbook"),
        list("dm_ansible_args", fields.dmAnsibleArgs),
        path("dmctl", dir, given(fields.dmctl).orElse("dmctl/dmctl")),
        given(fields.dmMasterAddr).map(String::strip),
        taskMode,
        word(
            "flush_binary_logs",
            fields.flushBinaryLogs,
            FlushBinaryLogs.AUTO,
            FlushBinaryLogs.class),
        rollMode,
        seconds("catch_up_timeout", fields.catchUpTimeout, 300),
        seconds("drain_timeout", fields.drainTimeout, 120),
        seconds("upgrade_timeout", fields.upgradeTimeout, 900),
        seconds("relay_timeout", fields.relayTimeout, 120),
        seconds("start_timeout", fields.startTimeout, 120),
        seconds("verify_timeout", fields.verifyTimeout, 120),
        seconds("vip_timeout", fields.vipTimeout, 300),
        Duration.ofSeconds(fields.waited == null ? 0 : fields.waited),
        path("journal_dir", dir, given(fields.journalDir).orElse(".dm-switch/" + worker)),
        given(fields.runId),
        Boolean.TRUE.equals(fields.checkMode),
        given(fields.server),
        given(fields.rescueGtidW));
  }

  /** The worker is not deployed anew, so its login stays, and its tasks are only paused. */
  private static void requireNothingButTheVipMoves(
      Optional<String> newMysqlUser, Optional<Secret> newMysqlPassword, TaskMode taskMode) {
    if (newMysqlUser.isPresent() || newMysqlPassword.isPresent()) {
      throw wrong(
          "new_mysql_user or new_mysql_password is given with scenario vip",
          "neither: the worker keeps the user and password of its inventory behind a VIP");
    }
    if (taskMode != TaskMode.PAUSE) {
      throw wrong(
          "task_mode is '" + taskMode.word() + "' with scenario vip",
          "pause: behind a VIP the tasks are paused and resumed");
    }
  }

  private static Path path(String name, Path base, String value) {
    try {
      return base.resolve(value).normalize();
    } catch (InvalidPathException e) {
      throw wrong(
          name + " can be no path: " + e.getReason(),
          "a path on this machine; one with other than ASCII letters needs LC_ALL=C.UTF-8 there");
    }
  }

  private static List<String> list(String name, List<String> values) {
    if (values != null && values.contains(null)) {
      throw wrong(name + " has an entry without a value", "a list of texts");
    }
    return values == null ? List.of() : List.copyOf(values);
  }

  private static int port(JsonNode value) {
    String text = value == null ? "" : value.asText().strip();
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 65535) {
      throw wrong("new_mysql_port is '" + text + "'", "a port, a number from 1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static Duration seconds(String name, Integer value, int otherwise) {
    int seconds = value == null ? otherwise : value;
    if (seconds < 1 || seconds > 86_400) {
      throw wrong(name + " is " + seconds, "seconds, from 1 to 86400");
    }
    return Duration.ofSeconds(seconds);
  }

  private static <E extends Enum<E>> E word(String name, String value, E otherwise, Class<E> type) {
    if (given(value).isEmpty()) {
      return otherwise;
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    name + " is '" + value + "'",
                    "one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "))));
  }

  private static String notEmpty(String name, String value) {
    return given(value).orElseThrow(() -> wrong(name + " is empty", "a value for " + name));
  }

  private static Optional<String> given(String value) {
    return Optional.ofNullable(value).filter(text -> !text.isBlank());
  }

  private static String name(JsonMappingException e) {
    return e.getPath().stream()
        .map(reference -> String.valueOf(reference.getFieldName()))
        .collect(Collectors.joining("."));
  }

  private static Problem wrong(String found, String wanted) {
    return Problem.wrongUse(found, wanted, "correct it and run again; nothing was changed")
        .namingRerun();
  }
}
