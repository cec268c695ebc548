package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.host.Look;
import dmswitch.host.WorkerHost;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The variables and the rendered dm-worker.toml through real ansibles. */
class WorkerSurveyIT {
  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void layOut() {
    fixture = Fixture.in(folder);
  }

  private WorkerSurvey survey(RealAnsible ansible, String alias, String... arguments) {
    return WorkerSurvey.of(fixture.dmAnsible(ansible, arguments), fixture.inventory(), alias);
  }

  @ParameterizedTest
  @EnumSource
  void everyValueIsRendered(RealAnsible ansible) throws IOException {
    List<String> before = fixture.listing();
    WorkerSurvey survey = survey(ansible, "dm-worker1");
    assertEquals(
        new WorkerDeployment(
            "dm-worker1",
            "127.0.0.2",
            8262,
            folder + "/deploy",
            folder + "/deploy/relay_log",
            "tidb",
            fixture.directory().resolve("resources")),
        survey.deployment());
    assertEquals("127.0.0.2:8262", survey.deployment().address());
    assertEquals(
        new WorkerToml(
            "10.1.1.1",
            3306,
            "root",
            Secret.of(Fixture.PASSWORD),
            true,
            "mysql-replica-01",
            101,
            "mysql",
            "",
            ""),
        survey.toml());
    assertEquals(
        List.of(
            new Cluster.Host("dm-worker1", "127.0.0.2", 8262, "tidb", "mysql-replica-01", 101),
            new Cluster.Host("dm-worker2", "127.0.0.3", 8263, "tidb", "mysql-replica-02", 102),
            new Cluster.Host("unreachable", "127.0.0.4", 8262, "tidb", "mysql-replica-03", 0)),
        survey.cluster().workers());
    assertEquals(Optional.of("127.0.0.1:8261"), survey.cluster().masterAddress());
    assertEquals(
        List.of("group alertmanager_servers has 0 hosts, DM-Ansible wants exactly one"),
        survey.cluster().configurationFaults());
    assertEquals(before, fixture.listing(), "nothing may be left in dm_ansible_dir");
  }

  @ParameterizedTest
  @EnumSource
  void aTrialCopyIsReadInPlaceOfTheInventory(RealAnsible ansible) throws IOException {
    Path trial = fixture.directory().resolve(".inventory-trial.ini");
    Files.writeString(
        trial,
        Files.readString(fixture.inventory())
            .replace("mysql_host=10.1.1.1", "mysql_host=10.9.9.9"));
    WorkerSurvey survey = WorkerSurvey.of(fixture.dmAnsible(ansible), trial, "dm-worker1");
    assertEquals("10.9.9.9", survey.toml().host());
    assertEquals(8262, survey.deployment().port(), "group_vars hold for it as well");
    assertEquals("10.1.1.1", survey(ansible, "dm-worker1").toml().host());
  }

  @ParameterizedTest
  @EnumSource
  void aValueThatWinsOverTheInventoryIsSeen(RealAnsible ansible) throws IOException {
    Files.createDirectories(fixture.directory().resolve("host_vars"));
    Files.writeString(
        fixture.directory().resolve("host_vars/dm-worker1.yml"),
        "mysql_host: 10.7.7.7\ndm_worker_relay_dir: relay_of_mine\n");
    WorkerSurvey survey = survey(ansible, "dm-worker1");
    assertEquals("10.7.7.7", survey.toml().host());
    assertEquals(folder + "/deploy/relay_of_mine", survey.deployment().relayDir());
  }

  @ParameterizedTest
  @EnumSource
  void thePasswordReachesNoOtherFile(RealAnsible ansible) throws IOException {
    // Whatever ansible.cfg enables.
    Fixture.edit(
        fixture.directory().resolve("ansible.cfg"),
        "[defaults]",
        "[defaults]\nbin_ansible_callbacks = True\ncallbacks_enabled = tree\ncallback_whitelist = tree");
    WorkerSurvey survey = survey(ansible, "dm-worker1");
    HostVariables.of(fixture.dmAnsible(ansible), fixture.inventory(), "dm-worker1");
    new WorkerHost(fixture.dmAnsible(ansible), "dm-worker1")
        .see(Look.port("127.0.0.1", 1, Duration.ofSeconds(1)));
    String inBase64 =
        Base64.getEncoder()
            .encodeToString(survey.tomlText().reveal().getBytes(StandardCharsets.UTF_8));
    assertTrue(survey.tomlText().reveal().contains(Fixture.PASSWORD));
    assertEquals(List.of("inventory.ini"), fixture.filesWith(Fixture.PASSWORD));
    assertEquals(List.of(), fixture.filesWith(inBase64));
    Path log = fixture.directory().resolve("log/ansible.log");
    assertTrue(!Files.exists(log) || Files.size(log) == 0, "ansible.log is empty");
  }

  @ParameterizedTest
  @EnumSource
  void aQuoteInThePasswordIsNoticed(RealAnsible ansible) throws IOException {
    fixture.edit("'Secret-1'", "'Secret\"1'");
    Problem problem = assertThrows(Problem.class, () -> survey(ansible, "dm-worker1"));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("password"), problem.found());
    assertFalse(problem.getMessage().contains("Secret"), problem.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownAliasIsAnsweredWithThoseThatThereAre(RealAnsible ansible) {
    Problem problem = assertThrows(Problem.class, () -> survey(ansible, "dm-worker9"));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertEquals("one of: dm-worker1, dm-worker2, unreachable", problem.wanted());
    // In the inventory, but no dm-worker.
    assertEquals(
        ExitCode.WRONG_USE,
        assertThrows(Problem.class, () -> survey(ansible, "prometheus")).exitCode());
  }

  @ParameterizedTest
  @EnumSource
  void aMissingVariableIsNamed(RealAnsible ansible) throws IOException {
    fixture.edit("mysql_host=10.1.1.1", "");
    Problem problem = assertThrows(Problem.class, () -> survey(ansible, "dm-worker1"));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("'mysql_host' is undefined"), problem.found());
  }

  @ParameterizedTest
  @EnumSource
  void aPasswordThatIsABrokenTemplateIsNotQuoted(RealAnsible ansible) throws IOException {
    fixture.edit("'Secret-1'", "'{{hunter2'");
    Problem problem = assertThrows(Problem.class, () -> survey(ansible, "dm-worker1"));
    assertFalse(problem.getMessage().contains("hunter2"), problem.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void theInventoryGivesRawValuesWithTheirTypes(RealAnsible ansible) {
    Map<String, Object> variables =
        HostVariables.of(fixture.dmAnsible(ansible), fixture.inventory(), "dm-worker1");
    assertEquals(101, variables.get("server_id"));
    assertEquals(3306, variables.get("mysql_port"));
    assertEquals("8262", variables.get("dm_worker_port"));
    assertEquals("true", variables.get("enable_gtid"));
    assertEquals(Fixture.PASSWORD, variables.get("mysql_password"));
    assertEquals("{{ cluster_home }}/deploy", variables.get("deploy_dir"));
    Problem unknown =
        assertThrows(
            Problem.class,
            () -> HostVariables.of(fixture.dmAnsible(ansible), fixture.inventory(), "nobody"));
    assertEquals(ExitCode.WRONG_USE, unknown.exitCode());
  }

  @ParameterizedTest
  @EnumSource
  void aVaultOpensWithTheOperatorsArguments(RealAnsible ansible) throws Exception {
    Path vaulted = fixture.directory().resolve("group_vars/dm_worker_servers/vault.yml");
    Path groupVars = fixture.directory().resolve("group_vars/dm_worker_servers.yml");
    Files.createDirectories(vaulted.getParent());
    Files.move(groupVars, vaulted.resolveSibling("main.yml"));
    Files.writeString(vaulted, "mysql_user: vaulted_user\n");
    Files.writeString(folder.resolve("vault-password"), "opensesame\n");
    Process encrypt =
        new ProcessBuilder(
                ansible.bin().resolve("ansible-vault").toString(),
                "encrypt",
                "--vault-password-file",
                folder.resolve("vault-password").toString(),
                vaulted.toString())
            .inheritIO()
            .start();
    assertEquals(0, encrypt.waitFor());
    fixture.edit(" mysql_user=root", "");

    assertEquals(
        "vaulted_user",
        survey(ansible, "dm-worker1", "--vault-password-file", folder + "/vault-password")
            .toml()
            .user());
    assertEquals(
        "vaulted_user",
        HostVariables.of(
                fixture.dmAnsible(
                    ansible, "--vault-password-file=" + folder + "/vault-password", "-b"),
                fixture.inventory(),
                "dm-worker1")
            .get("mysql_user"));
    Problem closed = assertThrows(Problem.class, () -> survey(ansible, "dm-worker1"));
    assertEquals(ExitCode.CANNOT_TELL, closed.exitCode());
    assertTrue(closed.found().contains("vault secrets"), closed.found());
  }
}
