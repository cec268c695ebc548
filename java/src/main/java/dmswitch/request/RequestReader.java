package dmswitch.request;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.DmAnsible;
import dmswitch.inventory.UpstreamVariables;
import dmswitch.journal.Modes;
import dmswitch.journal.Modes.FlushBinaryLogs;
import dmswitch.journal.Modes.RollMode;
import dmswitch.journal.Modes.Scenario;
import dmswitch.journal.Modes.TaskMode;
import dmswitch.mysql.SslMode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
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

/** Reads a request from JSON, with the role's variables under their own names. */
public final class RequestReader {
  private RequestReader() {}

  /**
   * Reads a request.
   *
   * @throws Problem (wrong use) naming the first value that is not valid
   */
  public static Request read(InputStream in) {
    RequestFields fields = RequestFields.read(in);
    requireGiven("new_mysql_host", fields.newMysqlHost());
    requireGiven("new_mysql_port", fields.newMysqlPort());
    // Checks their values.
    UpstreamVariables upstream =
        new UpstreamVariables(
            notEmpty("new_mysql_host", fields.newMysqlHost()).strip(),
            port(fields.newMysqlPort()),
            given(fields.newMysqlUser()),
            Optional.ofNullable(fields.newMysqlPassword())
                .filter(password -> !password.isEmpty())
                .map(Secret::of));
    return of(fields, Optional.of(upstream));
  }

  /**
   * Reads the request of a rescue or rollback, which name no new server.
   *
   * @throws Problem (wrong use) naming the first value that is not valid
   */
  public static Request readWithoutNewServer(InputStream in) {
    return of(RequestFields.read(in), Optional.empty());
  }

  private static void requireGiven(String name, Object value) {
    if (value == null) {
      throw wrong(
          "the request lacks the field " + name + " or has it in the wrong form",
          "a JSON object with every required field");
    }
  }

  private static Request of(RequestFields fields, Optional<UpstreamVariables> upstream) {
    Path root = Path.of("").toAbsolutePath();
    Path dir = path("dm_ansible_dir", root, notEmpty("dm_ansible_dir", fields.dmAnsibleDir()));
    if (!Files.isDirectory(dir)) {
      throw wrong(
          "dm_ansible_dir " + dir + " is not a folder on this machine",
          "the DM-Ansible directory of the DM control machine");
    }
    String worker = DmAnsible.requireAlias(notEmpty("dm_worker", fields.dmWorker()));
    Request.NewServer newServer = newServer(fields, dir, upstream);
    Modes modes = modes(fields);
    if (modes.scenario() == Scenario.VIP) {
      requireNothingButTheVipMoves(newServer, modes);
    }
    return new Request(
        new Request.DmAnsibleSettings(
            dir,
            given(fields.dmInventory()).map(file -> path("dm_inventory", dir, file)),
            given(fields.dmAnsiblePlaybook()).orElse("ansible-playbook"),
            list("dm_ansible_args", fields.dmAnsibleArgs())),
        new Request.DmSettings(
            path("dmctl", dir, given(fields.dmctl()).orElse("dmctl/dmctl")),
            given(fields.dmMasterAddr()).map(String::strip),
            list("task_files", fields.taskFiles()).stream()
                .map(file -> path("task_files", dir, file))
                .toList()),
        worker,
        newServer,
        modes,
        timeouts(fields),
        path("journal_dir", dir, given(fields.journalDir()).orElse(".dm-switch/" + worker)),
        new Request.Run(
            given(fields.runId()),
            Boolean.TRUE.equals(fields.checkMode()),
            Duration.ofSeconds(fields.waited() == null ? 0 : fields.waited()),
            given(fields.server()),
            given(fields.rescueGtidW())));
  }

  private static Request.NewServer newServer(
      RequestFields fields, Path dir, Optional<UpstreamVariables> upstream) {
    return new Request.NewServer(
        upstream.map(UpstreamVariables::mysqlHost).orElse(""),
        upstream.map(UpstreamVariables::mysqlPort).orElse(0),
        upstream.flatMap(UpstreamVariables::mysqlUser),
        upstream.flatMap(UpstreamVariables::mysqlPassword),
        word("new_mysql_ssl_mode", fields.newMysqlSslMode(), SslMode.PREFERRED, SslMode.class),
        given(fields.newMysqlSslCa()).map(file -> path("new_mysql_ssl_ca", dir, file)));
  }

  private static Modes modes(RequestFields fields) {
    Scenario scenario = word("scenario", fields.scenario(), Scenario.ADDRESS, Scenario.class);
    TaskMode usual = scenario == Scenario.VIP ? TaskMode.PAUSE : TaskMode.STOP;
    return new Modes(
        scenario,
        word("task_mode", fields.taskMode(), usual, TaskMode.class),
        word(
            "flush_binary_logs",
            fields.flushBinaryLogs(),
            FlushBinaryLogs.AUTO,
            FlushBinaryLogs.class),
        word("roll_mode", fields.rollMode(), RollMode.DOCUMENTED, RollMode.class));
  }

  private static Request.Timeouts timeouts(RequestFields fields) {
    return new Request.Timeouts(
        seconds("catch_up_timeout", fields.catchUpTimeout(), 300),
        seconds("drain_timeout", fields.drainTimeout(), 120),
        seconds("upgrade_timeout", fields.upgradeTimeout(), 900),
        seconds("relay_timeout", fields.relayTimeout(), 120),
        seconds("start_timeout", fields.startTimeout(), 120),
        seconds("verify_timeout", fields.verifyTimeout(), 120),
        seconds("vip_timeout", fields.vipTimeout(), 300));
  }

  /**
   * Refuses what does not apply behind a VIP: the worker is not redeployed, so its login stays, and
   * its tasks are only paused.
   */
  private static void requireNothingButTheVipMoves(Request.NewServer newServer, Modes modes) {
    if (newServer.user().isPresent() || newServer.password().isPresent()) {
      throw wrong(
          "new_mysql_user or new_mysql_password is given with scenario vip",
          "neither: the worker keeps the user and password of its inventory behind a VIP");
    }
    if (modes.task() != TaskMode.PAUSE) {
      throw wrong(
          "task_mode is '" + modes.task().word() + "' with scenario vip",
          "pause: behind a VIP the tasks are paused and resumed");
    }
    if (modes.roll() != RollMode.DOCUMENTED) {
      throw wrong(
          "roll_mode is '" + modes.roll().word() + "' with scenario vip",
          "no roll_mode: behind a VIP the worker is not rolled");
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

  static Problem wrong(String found, String wanted) {
    return Problem.wrongUse(found, wanted, "correct it and run again; nothing was changed")
        .namingRerun();
  }
}
