package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.host.Look;
import dmswitch.host.PortProbe;
import dmswitch.host.WorkerHost;
import dmswitch.problem.Problem;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import dmswitch.upgrade.PlaybookOutcome;
import dmswitch.upgrade.PlaybookState;
import dmswitch.upgrade.RollingUpgrade;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever an operator's ansible.cfg and group_vars have, real ansibles answer us the same. */
class OperatorsAnsibleIT {
  /** Each changes what is printed, or whether something is. */
  private static final String PRINTED =
      """
      [defaults]
      callback_result_format = yaml
      callback_format_pretty = True
      display_failed_stderr = True
      display_args_to_stdout = True
      check_mode_markers = True
      show_task_path_on_failure = True
      force_color = True
      nocows = False
      cow_selection = random
      debug = True
      ask_pass = True
      ask_vault_pass = True
      enable_task_debugger = True
      verbosity = 3
      display_traceback = always
      """;

  private static final String MORE =
      """
      display_ok_hosts = False
      display_skipped_hosts = False
      show_per_host_start = True
      show_custom_stats = True
      no_log = True
      callback_plugins = plugins_of_ours
      strategy_plugins = plugins_of_ours
      strategy = debug
      bin_ansible_callbacks = True
      callbacks_enabled = tree
      callback_whitelist = tree
      keep_remote_files = True
      forks = 1
      """;

  private static final String SECTIONS =
      """

      [inventory]
      host_pattern_mismatch = ignore
      export = True

      [tags]
      run = nothing

      """;

  /** Answers nothing. */
  private static final String SILENT =
      """
      from ansible.plugins.callback import CallbackBase


      class CallbackModule(CallbackBase):
          CALLBACK_VERSION = 2.0
          CALLBACK_TYPE = "stdout"
          CALLBACK_NAME = "default"
      """;

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void layOut() {
    fixture = Fixture.in(folder);
  }

  private Path configuration() {
    return fixture.directory().resolve("ansible.cfg");
  }

  private void everySetting() throws IOException {
    Fixture.edit(configuration(), "stdout_callback = skippy\n", "stdout_callback = oneline\n");
    Fixture.edit(configuration(), "[defaults]\n", PRINTED + MORE);
    Fixture.edit(configuration(), "[diff]\n", SECTIONS + "[diff]\n");
    Fixture.edit(
        configuration(),
        "[privilege_escalation]\n",
        "[privilege_escalation]\nbecome_ask_pass=yes\n");
    for (String place : List.of("callback_plugins", "plugins_of_ours", "strategy_plugins")) {
      Path plugins = Files.createDirectories(fixture.directory().resolve(place));
      for (String name : List.of("default.py", "minimal.py")) {
        Files.writeString(plugins.resolve(name), SILENT);
      }
      Files.writeString(plugins.resolve("linear.py"), "raise RuntimeError('not to be loaded')\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void noSettingChangesAnAnswer(RealAnsible ansible) throws IOException {
    DmAnsible plain = fixture.dmAnsible(ansible);
    WorkerSurvey survey = WorkerSurvey.of(plain, fixture.inventory(), "dm-worker1");
    Map<String, Object> variables = HostVariables.of(plain, fixture.inventory(), "dm-worker1");
    everySetting();

    DmAnsible dmAnsible = fixture.dmAnsible(ansible);
    assertEquals(survey, WorkerSurvey.of(dmAnsible, fixture.inventory(), "dm-worker1"));
    assertEquals(variables, HostVariables.of(dmAnsible, fixture.inventory(), "dm-worker1"));
    WorkerHost host = new WorkerHost(dmAnsible, "dm-worker1");
    Look<PortProbe> look = Look.port("127.0.0.1", 1, Duration.ofSeconds(1));
    assertEquals(PortProbe.State.REFUSED, host.see(look).state());
    assertTrue(host.requireBecome(false));
    List<String> tasks =
        new RollingUpgrade(dmAnsible, "dm-worker1").tryOut(survey::deployment, false).roll();
    assertTrue(tasks.contains("start dm-worker"), tasks.toString());
    Problem unknown =
        assertThrows(Problem.class, () -> new WorkerHost(dmAnsible, "dm-worker9").see(look));
    assertEquals("one of: dm-worker1, dm-worker2, unreachable", unknown.wanted());
    Problem unreachable =
        assertThrows(Problem.class, () -> new WorkerHost(dmAnsible, "unreachable").see(look));
    assertTrue(unreachable.found().contains("cannot log in: "), unreachable.found());
    assertTrue(unreachable.found().contains("Connection refused"), unreachable.found());
  }

  @ParameterizedTest
  @EnumSource
  void noneHidesWhyARollFailed(RealAnsible ansible) throws IOException {
    Fixture.edit(configuration(), "[defaults]\n", PRINTED);
    Path rolls = Files.createDirectory(folder.resolve("rolls"));
    fixture.program(fixture.deployDir().resolve("start.sh"), "echo no port >&2; exit 7");
    PlaybookOutcome outcome =
        new RollingUpgrade(fixture.dmAnsible(ansible), "dm-worker1")
            .start(rolls)
            .await(Duration.ofSeconds(60), new Masker(List.of()), line -> {});
    assertEquals(
        new PlaybookOutcome(
            PlaybookState.FAILED, "start dm-worker", "non-zero return code (no port)"),
        outcome);
  }

  /** A value of the inventory that only rendering tells, each of another kind. */
  @ParameterizedTest
  @EnumSource
  void whatTheWorkerGetsIsTheRenderedLogin(RealAnsible ansible) throws Exception {
    Path password = Files.writeString(folder.resolve("vault-password"), "opensesame\n");
    fixture.edit("'Secret-1'", "\"{{ upstream_password }}\"");
    fixture.edit("mysql_user=root mysql_password=\"", "mysql_password=\"");
    Path groupVars = fixture.directory().resolve("group_vars/dm_worker_servers.yml");
    Files.writeString(
        groupVars,
        Files.readString(groupVars)
            + "\nansible_become: \"{{ may_become | default(false) }}\"\nupstream_password: "
            + vaulted(ansible, password, Fixture.PASSWORD)
            + "\nmysql_user: "
            + vaulted(ansible, password, "vaulted_user")
            + "\n");

    DmAnsible dmAnsible = fixture.dmAnsible(ansible, "--vault-password-file=" + password);
    WorkerLogin login =
        WorkerLogin.of(
            dmAnsible,
            HostVariables.of(dmAnsible, fixture.inventory(), "dm-worker1"),
            () -> WorkerSurvey.of(dmAnsible, fixture.inventory(), "dm-worker1"));

    assertEquals(new WorkerLogin("vaulted_user", Secret.of(Fixture.PASSWORD), true), login);
  }

  /** A value as {@code ansible-vault encrypt_string} prints it. */
  private static String vaulted(RealAnsible ansible, Path password, String value)
      throws IOException, InterruptedException {
    Process encrypt =
        new ProcessBuilder(
                ansible.bin().resolve("ansible-vault").toString(),
                "encrypt_string",
                "--vault-password-file",
                password.toString(),
                value)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(encrypt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, encrypt.waitFor());
    return text;
  }
}
