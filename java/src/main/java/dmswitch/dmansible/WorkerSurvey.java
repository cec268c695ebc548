package dmswitch.dmansible;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rendered values that DM-Ansible derives from an inventory for one dm-worker, including role
 * defaults, group_vars, vault and Jinja. The host itself is not contacted.
 *
 * @param deployment how the worker is deployed
 * @param cluster all workers and the dm-master
 * @param tomlText the dm-worker.toml that the template renders
 * @param toml the same file, parsed
 * @param becomeIsOff whether ansible_become is false for the worker
 */
public record WorkerSurvey(
    WorkerDeployment deployment,
    Cluster cluster,
    Secret tomlText,
    WorkerToml toml,
    boolean becomeIsOff) {

  /** Plugin folders next to a playbook that affect the order of execution, and the output. */
  private static final Set<String> OF_OUTPUT = Set.of("callback_plugins", "strategy_plugins");

  /**
   * Runs a small playbook of dm-switch with DM-Ansible's ansible-playbook. The playbook is in a
   * private folder with links to everything in dm_ansible_dir. So roles, group_vars and
   * playbook_dir work as they do for rolling_update.yml, and nothing is written to dm_ansible_dir.
   *
   * @param inventory the inventory or its trial copy
   * @throws Problem (wrong use) for an unknown alias; (refused) if a variable that the roll needs
   *     is missing, or if the worker could not read its dm-worker.toml; (cannot tell) if ansible
   *     fails
   */
  public static WorkerSurvey of(DmAnsible dmAnsible, Path inventory, String alias) {
    DmAnsible.requireAlias(alias);
    Program.Result result = ask(dmAnsible, inventory, alias);
    String output = result.stdout();
    List<String> toml = AnsibleOutput.answers("dm-switch-toml", output);
    if (result.exitStatus() != 0 || toml.size() != 1) {
      throw failed(dmAnsible, inventory, alias, result);
    }
    JsonNode worker = AnsibleOutput.answer("dm-switch-worker", output).orElseThrow();
    return new WorkerSurvey(
        deployment(dmAnsible, alias, worker),
        cluster(output, worker.path("groups")),
        Secret.of(toml.get(0)),
        WorkerToml.parse(toml.get(0)),
        WorkerLogin.isFalse(worker.path("become").asText()));
  }

  private static Program.Result ask(DmAnsible dmAnsible, Path inventory, String alias) {
    try (PrivateFolder folder = PrivateFolder.create()) {
      Path directory = dmAnsible.directory();
      try (var entries = Files.list(directory)) {
        for (Path entry : entries.toList()) {
          if (!OF_OUTPUT.contains(entry.getFileName().toString())) {
            Files.createSymbolicLink(folder.path().resolve(entry.getFileName()), entry);
          }
        }
      }
      Path role = folder.path().resolve("dm-switch-survey");
      Files.createDirectories(role.resolve("tasks"));
      for (String part : List.of("defaults", "vars", "templates")) {
        Path original = directory.resolve("roles/dm-worker").resolve(part);
        if (Files.isDirectory(original)) {
          Files.createSymbolicLink(role.resolve(part), original);
        }
      }
      Files.writeString(
          role.resolve("tasks/main.yml"),
          PrivateFolder.resource(WorkerSurvey.class, "survey-tasks.yml"));
      Path playbook = folder.path().resolve("dm-switch-survey.yml");
      Files.writeString(playbook, PrivateFolder.resource(WorkerSurvey.class, "survey.yml.in"));
      return dmAnsible.ask(
          dmAnsible.programs().playbook(),
          List.of("-i", inventory.toString(), "-l", alias, playbook.toString()),
          dmAnsible.arguments().forHosts());
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot lay out a private folder for ansible: " + e.getMessage(),
          "a readable dm_ansible_dir and room in " + System.getProperty("java.io.tmpdir"),
          "fix it and try again",
          e);
    }
  }

  private static Problem failed(
      DmAnsible dmAnsible, Path inventory, String alias, Program.Result result) {
    if (AnsibleOutput.saysNoSuchHost(result)) {
      return HostVariables.unknown(dmAnsible, inventory, alias);
    }
    // Checked before the message is shown, which may quote a broken template.
    Masker masker = HostVariables.masker(HostVariables.of(dmAnsible, inventory, alias));
    String next = "fix it, check it with a run of DM-Ansible's own, and try again";
    return AnsibleOutput.message(result.stdout())
        .map(
            message ->
                Problem.refused(
                    "DM-Ansible cannot render the variables of "
                        + alias
                        + ": "
                        + masker.mask(AnsibleOutput.oneLine(message)),
                    "an inventory with everything that the role dm-worker needs",
                    next))
        .orElseGet(
            () ->
                Problem.cannotTell(
                    "ansible-playbook in "
                        + dmAnsible.directory()
                        + " "
                        + masker.mask(AnsibleOutput.ending(result)),
                    "the rendered variables of " + alias,
                    next));
  }

  private static WorkerDeployment deployment(DmAnsible dmAnsible, String alias, JsonNode worker) {
    String deployDir = worker.path("deploy_dir").asText();
    String relayDir = worker.path("relay_dir").asText();
    // The folder of our playbook stands in for dm_ansible_dir.
    String resources =
        worker
            .path("resources_dir")
            .asText()
            .replace(worker.path("playbook_dir").asText(), dmAnsible.directory().toString());
    return new WorkerDeployment(
        alias,
        worker.path("host").asText(),
        port("dm_worker_port of " + alias, worker.path("port")),
        deployDir,
        // The run script changes to deploy_dir first.
        relayDir.startsWith("/") ? relayDir : deployDir + "/" + relayDir,
        worker.path("deploy_user").asText(),
        dmAnsible.directory().resolve(resources));
  }

  private static Cluster cluster(String output, JsonNode groups) {
    Map<String, Integer> sizes = new HashMap<>();
    groups.properties().forEach(group -> sizes.put(group.getKey(), group.getValue().size()));
    return new Cluster(
        hosts("dm-switch-of-workers", "dm_worker_port", output),
        hosts("dm-switch-of-masters", "dm_master_port", output),
        sizes);
  }

  private static List<Cluster.Host> hosts(String mark, String portVariable, String output) {
    return AnsibleOutput.answers(mark, output).stream()
        .map(AnsibleOutput::json)
        .map(
            host ->
                new Cluster.Host(
                    host.path("alias").asText(),
                    host.path("host").asText(),
                    port(portVariable + " of " + host.path("alias").asText(), host.path("port")),
                    host.path("user").asText(),
                    host.path("source_id").asText(),
                    // A number or a text of digits; its own toml shows any other value.
                    host.path("server_id").asLong()))
        .toList();
  }

  /**
   * Returns a port that is given as a number or, as in DM-Ansible's group_vars, as a text of
   * digits.
   */
  private static int port(String name, JsonNode value) {
    String text = value.asText();
    if (text.matches("[0-9]{1,5}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= 65535) {
      return Integer.parseInt(text);
    }
    throw Problem.refused(
        name + " is '" + text + "'", "a port from 1 to 65535", "correct it in the inventory");
  }
}
