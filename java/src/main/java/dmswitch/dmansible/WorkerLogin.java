package dmswitch.dmansible;

import dmswitch.inventory.Templates;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A dm-worker's login to the upstream, and whether become is switched off, as ansible renders them
 * from an inventory.
 *
 * @param user the MySQL user
 * @param storedPassword its password as stored: plain or in DM's form
 * @param becomeIsOff whether ansible_become is false for the worker
 */
public record WorkerLogin(String user, Secret storedPassword, boolean becomeIsOff) {
  // As in Ansible's boolean().
  private static final Set<String> FALSE = Set.of("false", "no", "off", "0", "n", "f", "0.0");

  // Lines of DM-Ansible's template; another one may take user and password from elsewhere.
  private static final List<Pattern> LINES =
      List.of(
          Pattern.compile("^\\s*user *= *\"\\{\\{ *mysql_user *}}\" *$", Pattern.MULTILINE),
          Pattern.compile(
              "^\\s*password *= *\"\\{\\{ *mysql_password *}}\" *$", Pattern.MULTILINE));

  /**
   * Takes the login from the variables if they are plain text, which is usual and cheap. Otherwise
   * takes it from what DM-Ansible's template renders.
   *
   * @param variables the variables from {@link HostVariables}
   * @param survey the same inventory rendered, which needs a call of ansible-playbook
   */
  public static WorkerLogin of(
      DmAnsible dmAnsible, Map<String, Object> variables, Supplier<WorkerSurvey> survey) {
    Optional<String> user = plain(variables.get("mysql_user"));
    Optional<String> password = plain(variables.get("mysql_password"));
    Optional<Boolean> becomeIsOff =
        variables.containsKey("ansible_become")
            ? becomeIsOff(variables.get("ansible_become"))
            : Optional.of(false);
    if (user.isPresent()
        && password.isPresent()
        && becomeIsOff.isPresent()
        && !dmAnsible.arguments().setVariables()
        && isUsual(dmAnsible.directory().resolve("roles/dm-worker"))) {
      return new WorkerLogin(user.get(), Secret.of(password.get()), becomeIsOff.get());
    }
    return of(survey.get());
  }

  /** Returns the login that the worker would use. */
  public static WorkerLogin of(WorkerSurvey survey) {
    return new WorkerLogin(
        survey.toml().user(), survey.toml().storedPassword(), survey.becomeIsOff());
  }

  /** Returns whether Ansible treats this rendered value as false. */
  static boolean isFalse(String value) {
    return FALSE.contains(value.strip().toLowerCase(Locale.ROOT));
  }

  private static Optional<Boolean> becomeIsOff(Object value) {
    return value instanceof Boolean on ? Optional.of(!on) : plain(value).map(WorkerLogin::isFalse);
  }

  /**
   * Returns the value that the template renders and the worker reads. Empty if only rendering shows
   * it: for a template, a vaulted value, or one that TOML reads differently.
   */
  private static Optional<String> plain(Object value) {
    if (value instanceof String text) {
      return Templates.isTemplate(text) || text.contains("\\") || text.contains("\"")
          ? Optional.empty()
          : Optional.of(text);
    }
    return value instanceof Integer || value instanceof Long || value instanceof BigInteger
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  /** Returns whether user and password come from the inventory; a role's vars would override it. */
  private static boolean isUsual(Path role) {
    try {
      String template =
          new String(
              Files.readAllBytes(role.resolve("templates/dm-worker.toml.j2")),
              StandardCharsets.UTF_8);
      return Stream.of("main", "main.yml", "main.yaml", "main.json")
              .noneMatch(name -> Files.exists(role.resolve("vars").resolve(name)))
          && LINES.stream().allMatch(line -> line.matcher(template).find());
    } catch (IOException e) {
      return false;
    }
  }
}
