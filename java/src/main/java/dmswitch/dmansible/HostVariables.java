package dmswitch.dmansible;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.JsonMappers;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables that {@code ansible-inventory} reads from an inventory, with their types. Jinja
 * templates are not rendered, and role defaults are missing. {@link WorkerSurvey} has the rendered
 * values.
 */
public final class HostVariables {
  private static final TypeReference<LinkedHashMap<String, Object>> VARIABLES =
      new TypeReference<>() {};
  private static final Pattern SECRET_NAME =
      Pattern.compile("pass|secret|token|pwd", Pattern.CASE_INSENSITIVE);

  private static final Pattern JSON_START =
      Pattern.compile("^\\{", Pattern.MULTILINE | Pattern.UNIX_LINES);
  private static final Pattern HARMLESS_ERROR =
      Pattern.compile(
          "Attempting to decrypt but no vault secrets found"
              + "|Decryption failed"
              + "|The vault password file \\S+ was not found"
              + "|no such option: \\S+"
              + "|unrecognized arguments: -\\S+");

  private HostVariables() {}

  /**
   * Returns the variables of one host. They include passwords, so compare them but never print
   * them.
   *
   * @param inventory the inventory or its trial copy
   * @throws Problem (wrong use) if the inventory has no such host; (cannot tell) if it cannot be
   *     read
   */
  public static Map<String, Object> of(DmAnsible dmAnsible, Path inventory, String alias) {
    DmAnsible.requireAlias(alias);
    return ReadVariables.of(dmAnsible, inventory, alias, () -> ask(dmAnsible, inventory, alias));
  }

  static Map<String, Object> ask(DmAnsible dmAnsible, Path inventory, String alias) {
    Program.Result result =
        dmAnsible.ask(
            dmAnsible.programs().inventory(),
            List.of("-i", inventory.toString(), "--host", alias),
            dmAnsible.arguments().forInventory());
    if (result.exitStatus() != 0 && AnsibleOutput.saysNoSuchHost(result)) {
      throw unknown(dmAnsible, inventory, alias);
    }
    Map<String, Object> variables = parse(dmAnsible, inventory, result, VARIABLES);
    return Collections.unmodifiableMap(variables);
  }

  /** Returns the aliases of all dm-workers in the inventory. */
  static List<String> workers(DmAnsible dmAnsible, Path inventory) {
    Program.Result result =
        dmAnsible.ask(
            dmAnsible.programs().inventory(),
            List.of("-i", inventory.toString(), "--list"),
            dmAnsible.arguments().forInventory());
    JsonNode all = parse(dmAnsible, inventory, result, new TypeReference<JsonNode>() {});
    List<String> workers = new ArrayList<>();
    all.path("dm_worker_servers").path("hosts").forEach(host -> workers.add(host.asText()));
    return workers;
  }

  /** Returns the problem that the alias is not a dm-worker, with the aliases that exist. */
  public static Problem unknown(DmAnsible dmAnsible, Path inventory, String alias) {
    List<String> workers = workers(dmAnsible, inventory);
    return Problem.wrongUse(
        "dm_worker " + alias + " is not in the group dm_worker_servers of " + inventory,
        workers.isEmpty()
            ? "a group dm_worker_servers with hosts"
            : "one of: " + String.join(", ", workers),
        dmAnsible.inventory().toString().contains(",")
            ? "correct dm_worker; with ansible-core 2.19 or later name the inventory with"
                + " dm_inventory"
                + " by a path without a comma, such as a symbolic link: it reads no other"
            : "correct dm_worker");
  }

  /** Hides every value whose name suggests a secret. */
  static Masker masker(Map<String, Object> variables) {
    List<Secret> secrets = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (SECRET_NAME.matcher(name).find() && value != null) {
            secrets.add(Secret.of(value.toString()));
          }
        });
    return new Masker(secrets);
  }

  private static <T> T parse(
      DmAnsible dmAnsible, Path inventory, Program.Result result, TypeReference<T> type) {
    Matcher json = JSON_START.matcher(result.stdout());
    if (result.exitStatus() == 0 && json.find()) {
      try {
        return JsonMappers.firstValue().readValue(result.stdout().substring(json.start()), type);
      } catch (IOException e) {
        // Reported below, because the cause would quote the inventory.
      }
    }
    throw Problem.cannotTell(
        dmAnsible.programs().inventory() + " on " + inventory + " " + ending(result),
        "the variables of the inventory",
        "run ansible-inventory -i "
            + dmAnsible.shownInventory()
            + " --list in "
            + dmAnsible.directory()
            + ", fix what it reports, and try again (a vault password: dm_ansible_args)");
  }

  /** Returns how the call ended, without quoting any line of the inventory. */
  private static String ending(Program.Result result) {
    if (result.timedOut() || result.exitStatus() == 0) {
      return result.timedOut() ? "did not end in time" : "gave no JSON";
    }
    Matcher harmless = HARMLESS_ERROR.matcher(result.stderr());
    return "ended with status "
        + result.exitStatus()
        + ": "
        + (harmless.find()
            ? harmless.group()
            : "its output may quote the inventory and is not shown");
  }
}
