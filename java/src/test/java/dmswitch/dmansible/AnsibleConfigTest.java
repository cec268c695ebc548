package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ansible.cfg says; AnsibleConfigIT asks a real ansible about the same table. */
class AnsibleConfigTest {
  private static final String AS_DM_ANSIBLE =
      """
      [defaults]
      ## Customize this!
      inventory = inventory.ini
      transport = ssh
      host_key_checking = False
      gathering = explicit
      fact_caching = jsonfile
      fact_caching_connection = fact_files
      retry_files_save_path = retry_files
      timeout = 10
      gather_subset = network,hardware
      stdout_callback = skippy
      log_path = log/ansible.log
      deprecation_warnings = False
      [ssh_connection]
      # pipelining = True
      """;

  /** A text, and the inventory that it names, below dm_ansible_dir or below the home with ~. */
  record Named(String text, String inventory) {}

  /** Texts that name one inventory for everybody. */
  static Stream<Named> named() {
    return Stream.of(
        new Named(AS_DM_ANSIBLE, "inventory.ini"),
        new Named("[defaults]\ninventory = hosts.ini\n", "hosts.ini"),
        new Named("[defaults]\ninventory=hosts.ini", "hosts.ini"),
        new Named("[defaults]\r\ninventory = hosts.ini\r\n", "hosts.ini"),
        new Named("[defaults]\ninventory: hosts.ini\n", "hosts.ini"),
        new Named("[defaults]\nInventory = hosts.ini\n", "hosts.ini"),
        new Named("[defaults] of ours\ninventory = hosts.ini\n", "hosts.ini"),
        new Named("[defaults]\ninventory = ./hosts.ini   ; ours\n", "hosts.ini"),
        new Named("[defaults]\ninventory = hosts.ini#ours\n", "hosts.ini#ours"),
        new Named("[defaults]\ninventory = hosts.ini # ours\n", "hosts.ini # ours"),
        new Named("[defaults]\ninventory = hosts;1.ini\n", "hosts;1.ini"),
        new Named("[defaults]\ninventory = a=b:c.ini\n", "a=b:c.ini"),
        new Named("[defaults]\ninventory = 50%.ini\n", "50%.ini"),
        new Named("[defaults]\ninventory = \"hosts.ini\"\n", "\"hosts.ini\""),
        new Named("[defaults]\ninventory = a\\tb\\u0041.ini\n", "a\\tb\\u0041.ini"),
        new Named("[defaults]\ninventory = my hosts.ini\n", "my hosts.ini"),
        new Named("[defaults]\ninventory = inventories/../prod/hosts\n", "prod/hosts"),
        new Named("[defaults]\ninventory = {{CWD}}/hosts.ini\n", "hosts.ini"),
        new Named("[defaults]\ninventory = ~/hosts.ini\n", "~/hosts.ini"),
        new Named("[DEFAULT]\ninventory = hosts.ini\n[defaults]\nforks = 5\n", "hosts.ini"),
        new Named("[DEFAULT]\ninventory = a.ini\n[defaults]\ninventory = b.ini\n", "b.ini"),
        new Named("[defaults]\nhostfile = a.ini\ninventory = b.ini\n", "b.ini"),
        new Named("[defaults]\nssh_args = -o A\n  inventory = a.ini\ninventory = b.ini\n", "b.ini"),
        new Named("[defaults]\ninventory = hosts.ini\n\n# comment\n[colors]\n", "hosts.ini"));
  }

  /** Texts that name none, so that inventory.ini is meant. */
  static Stream<String> silent() {
    return Stream.of(
        "",
        "[defaults]\n",
        "[defaults]\n# inventory = hosts.ini\n;inventory = hosts.ini\n",
        "[defaults]\ninventory_ignore_extensions = .orig\n",
        "[Defaults]\ninventory = hosts.ini\n",
        "[ defaults ]\ninventory = hosts.ini\n",
        "[inventory]\ninventory = hosts.ini\n",
        "[DEFAULT]\ninventory = hosts.ini\n",
        "[defaults]\nssh_args = -o A\n  inventory = hosts.ini\n",
        "[defaults]\nforks = 5\n\n    inventory = hosts.ini\n");
  }

  /** Texts of which it cannot be determined. */
  static Stream<String> untold() {
    return Stream.of(
        "[defaults]\ninventory = a.ini,b.ini\n",
        "[defaults]\ninventory = localhost,\n",
        "[defaults]\ninventory = a.ini\n  b.ini\n",
        "[defaults]\ninventory = a.ini\n\n  # an indented comment\n",
        "[defaults]\n  forks = 5\n  inventory = a.ini\n",
        "[defaults]\ninventory = a;b.ini ; ours\n",
        "[defaults]\ninventory = $HOME/a.ini\n",
        "[defaults]\ninventory = ${DM}/a.ini\n",
        "[defaults]\ninventory = %(here)s/a.ini\n",
        "[defaults]\ninventory = ~tidb/a.ini\n",
        "[defaults]\ninventory = a.ini\ninventory = b.ini\n",
        "[defaults]\ninventory = a.ini\n[defaults]\ninventory = b.ini\n",
        "[defaults]\nhostfile = a.ini\n",
        "inventory = a.ini\n",
        "[defaults]\ninventory\n",
        "[defaults\ninventory = a.ini\n",
        "[defaults]\n= a.ini\n",
        "\ufeff[defaults]\ninventory = a.ini\n",
        "[defaults]\ninventory = a\0.ini\n",
        "[defaults]\nforks = 5\rinventory = a.ini\n");
  }

  @TempDir private Path folder;
  private Path directory;
  private Path home;

  @BeforeEach
  void folders() throws IOException {
    directory = Files.createDirectory(folder.resolve("dm-ansible"));
    home = Files.createDirectory(folder.resolve("home"));
  }

  private AnsibleConfig config() {
    return new AnsibleConfig(directory, home, folder.resolve("etc/ansible.cfg"));
  }

  private AnsibleConfig config(String text) throws IOException {
    Files.writeString(directory.resolve("ansible.cfg"), text);
    return config();
  }

  private static Problem untold(AnsibleConfig config) {
    Problem problem = assertThrows(Problem.class, config::inventory);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.next().contains("dm_inventory"), problem.next());
    assertTrue(problem.found().contains("ansible.cfg"), problem.found());
    return problem;
  }

  @ParameterizedTest
  @MethodSource("named")
  void theInventoryIsWhatItNames(Named named) throws IOException {
    Path wanted =
        named.inventory().startsWith("~/")
            ? home.resolve(named.inventory().substring(2))
            : directory.resolve(named.inventory());
    assertEquals(wanted, config(named.text()).inventory());
  }

  @ParameterizedTest
  @MethodSource("silent")
  void whereItNamesNoneItIsInventoryIni(String text) throws IOException {
    assertEquals(directory.resolve("inventory.ini"), config(text).inventory());
  }

  @ParameterizedTest
  @MethodSource("untold")
  void whatCannotBeToldIsRefused(String text) throws IOException {
    untold(config(text));
  }

  @Test
  void withoutOneItIsInventoryIni() {
    assertEquals(directory.resolve("inventory.ini"), config().inventory());
  }

  @Test
  void anAbsolutePathStays() throws IOException {
    assertEquals(
        Path.of("/srv/dm/hosts.ini"),
        config("[defaults]\ninventory=/srv/x/../dm/hosts.ini\n").inventory());
  }

  /** Ansible starts from the folder behind the link. */
  @Test
  void aPathUpwardsStartsBehindALink() throws IOException {
    config("[defaults]\ninventory = ../hosts.ini\n");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), directory);

    assertEquals(
        folder.toRealPath().resolve("hosts.ini"),
        new AnsibleConfig(link, home, folder.resolve("none")).inventory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.ini", "inventory.ini"})
  void anAnsibleCfgThatEverybodyMayReplaceIsNotRead(String inventory) throws IOException {
    AnsibleConfig config = config("[defaults]\nforks = 50\ninventory = " + inventory + "\n");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    if (inventory.equals("inventory.ini")) {
      assertEquals(directory.resolve(inventory), config.inventory());
    } else {
      assertTrue(untold(config).found().contains("everyone may write"));
    }
    List<String> settings = described(config);
    assertTrue(
        settings.get(0).startsWith("ansible.cfg: none, since ansible does not read "),
        settings.get(0));
    assertFalse(settings.toString().contains("forks"), settings.toString());
  }

  /** One file by two names. */
  @Test
  void aLinkNamesTheSameFile() throws IOException {
    Files.writeString(directory.resolve("inventory.ini"), "");
    Files.createSymbolicLink(folder.resolve("by-link"), directory);
    AnsibleConfig config =
        config("[defaults]\ninventory = " + folder.resolve("by-link/inventory.ini") + "\n");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertEquals(directory.resolve("inventory.ini").toRealPath(), config.inventory().toRealPath());
    assertEquals(Optional.empty(), config.otherThan(directory.resolve("inventory.ini")));
    Files.delete(directory.resolve("inventory.ini"));
    assertTrue(untold(config).found().contains("everyone may write"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inventory.ini", "./inventory.ini", "{{CWD}}/inventory.ini", "link.ini"})
  void whatAnAnsibleBefore28WouldReadTooIsKnown(String hostfile) throws IOException {
    Files.writeString(directory.resolve("inventory.ini"), "");
    Files.createSymbolicLink(directory.resolve("link.ini"), Path.of("inventory.ini"));
    assertEquals(
        directory.resolve("inventory.ini"),
        config("[defaults]\nhostfile = " + hostfile + "\n").inventory());
  }

  @Test
  void ofSeveralOneAloneWouldBeUsed() throws IOException {
    for (String several : List.of("inventory.ini,vars.ini", "a.ini\n  b.ini")) {
      Problem problem = untold(config("[defaults]\ninventory = " + several + "\n"));
      if (several.contains(",")) {
        assertTrue(problem.next().contains("only that file"), problem.next());
        assertTrue(problem.next().contains("variables"), problem.next());
      }
    }
    Problem one = untold(config("[defaults]\ninventory = $HOME/a.ini\n"));
    assertFalse(one.next().contains("alone"), one.next());
  }

  private static AnsibleConfig.OtherInventory other(AnsibleConfig config, Path used) {
    return config.otherThan(used).orElseThrow();
  }

  @Test
  void theOneThatACallWithoutItTakesIsAnotherOne() throws IOException {
    Path usual = directory.resolve("inventory.ini");
    Path used = directory.resolve("prod.ini");
    assertEquals(Optional.of(usual), other(config(), used).named());
    assertEquals(Optional.empty(), config().otherThan(usual));

    AnsibleConfig config = config("[defaults]\ninventory = hosts.ini\n");
    assertEquals(Optional.of(directory.resolve("hosts.ini")), other(config, used).named());
    assertEquals(Optional.empty(), config.otherThan(directory.resolve("hosts.ini")));
    Files.writeString(used, "");
    Files.createSymbolicLink(directory.resolve("hosts.ini"), used);
    assertEquals(Optional.empty(), config.otherThan(used));
    assertEquals(Optional.empty(), config.otherThan(directory.resolve("hosts.ini")));
    // An edit replaces one of two hard links.
    Files.delete(directory.resolve("hosts.ini"));
    Files.createLink(directory.resolve("hosts.ini"), used);
    assertTrue(config.otherThan(used).isPresent());

    AnsibleConfig.OtherInventory untold =
        other(config("[defaults]\ninventory = a.ini,prod.ini\n"), used);
    assertEquals(Optional.empty(), untold.named());
    assertTrue(untold.why().contains("more than one inventory"), untold.why());
  }

  @Test
  void whatIsNoTextIsRefused() throws IOException {
    Files.write(
        directory.resolve("ansible.cfg"), "[defaults]\n#é".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(untold(config()).found().contains("not UTF-8"));
  }

  @Test
  void aFolderOfThatNameIsRefused() throws IOException {
    Files.createDirectory(directory.resolve("ansible.cfg"));
    assertTrue(untold(config()).found().contains("not a regular file"));
  }

  @Test
  void noMoreIsReadThanItMayHave() throws IOException {
    config("[defaults]\ninventory = a.ini\n" + "#".repeat(256 * 1024));
    assertTrue(untold(config()).found().contains("more than 262144 bytes"));
    Files.delete(directory.resolve("ansible.cfg"));
    Files.createSymbolicLink(directory.resolve("ansible.cfg"), Path.of("/dev/zero"));
    assertTrue(untold(config()).found().contains("not a regular file"));
  }

  /** What ini4j's fetch would substitute without end. */
  @Test
  void nothingIsSubstituted() throws IOException {
    AnsibleConfig config =
        config(
            """
            [defaults]
            inventory = hosts.ini
            remote_user = ${defaults/remote_user}
            private_key_file = ${defaults/private_key_file}${defaults/remote_user}
            """);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertEquals(directory.resolve("hosts.ini"), config.inventory()));
    assertTrue(
        described(config)
            .contains(
                "[defaults] remote_user: ${defaults/remote_user} (DM-Ansible 1.0.7: not set)"),
        described(config).toString());
  }

  private static List<String> described(AnsibleConfig config) {
    return config.settings().stream().map(AnsibleSetting::described).toList();
  }

  @Test
  void dmAnsiblesOwnSetsNothingElse() throws IOException {
    assertEquals(List.of(), described(config(AS_DM_ANSIBLE)));
    assertEquals(
        List.of(),
        described(
            config(
                AS_DM_ANSIBLE
                    .replace("= False", "= no")
                    .replace("network,hardware", "network, hardware")
                    .replace("log/ansible.log", "other.log")
                    .replace("inventory.ini", "hosts.ini")
                    .replace("skippy", "yaml"))));
  }

  @Test
  void whatCanChangeARollIsShownBesideWhatDmAnsibleHas() throws IOException {
    assertEquals(
        List.of(
            "[defaults] forks: 50 (DM-Ansible 1.0.7: not set)",
            "[defaults] gathering: smart (DM-Ansible 1.0.7: explicit)",
            "[defaults] host_key_checking: not set (DM-Ansible 1.0.7: False)",
            "[defaults] strategy: free (DM-Ansible 1.0.7: not set)",
            "[defaults] vault_password_file: ~/.vault_pass (DM-Ansible 1.0.7: not set)",
            "[privilege_escalation] become_user: tidb (DM-Ansible 1.0.7: not set)",
            "[ssh_connection] pipelining: True (DM-Ansible 1.0.7: not set)",
            "[ssh_connection] ssh_args: -C -o ControlPersist=60s (DM-Ansible 1.0.7: not set)",
            "[tags] skip: slow (DM-Ansible 1.0.7: not set)"),
        described(
            config(
                AS_DM_ANSIBLE
                        .replace("explicit", "smart")
                        .replace("host_key_checking = False\n", "forks = 50\nstrategy = free\n")
                        .replace("[ssh", "vault_password_file = ~/.vault_pass\n[ssh")
                    + "pipelining = True\nssh_args = -C\n  -o ControlPersist=60s ; ours\n"
                    + "[tags]\nskip = slow\n[privilege_escalation]\nbecome_user = tidb\n"
                    + "[colors]\nok = blue\n[diff]\nalways = yes\n[galaxy_server.x]\ntoken = s3cret\n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[ssh_connection]\nssh_args = -o ProxyCommand=\"sshpass -p s3cret ssh gate\"\n",
        "[ssh_connection]\nssh_args = -oProxyCommand=\"ncat --proxy-auth bob:s3cret gate 22\"\n",
        "[ssh_connection]\nssh_args = -o proxycommand=\"connect -H bob:s3cret@gate %h %p\"\n",
        "[ssh_connection]\nssh_common_args = -o A\n  -o PROXYCOMMAND='curl -U bob:s3cret'\n",
        "[ssh_connection]\nsftp_extra_args = -o 'LocalCommand curl -u bob:s3cret x'\n",
        "[ssh_connection]\nscp_extra_args = -o KnownHostsCommand=\"/bin/keys bob s3cret\"\n",
        "[ssh_connection]\nssh_extra_args = -o SetEnv=KEY=s3cret\n",
        "[ssh_connection]\nssh_executable = plink -pw s3cret\n",
        "[ssh_connection]\ncontrol_path = x -o ProxyCommand=\"nc -X bob:s3cret\"\n",
        "[paramiko_connection]\nproxy_command = nc -X connect bob s3cret gate\n",
        "[paramiko_connection]\nproxy_command = socat - PROXY:gate:%h:%p,proxyauth=bob:s3cret\n",
        "[DEFAULT]\nproxy_command = nc bob s3cret\n[connection]\npipelining = no\n",
        "[connection]\nwrapper = socat - PROXY:gate:h:22,proxyauth=bob:s3cret\n",
        "[defaults]\nlookup_args = ncat --proxy-auth bob:s3cret\n",
        "[defaults]\nfact_caching_connection = redis.example:6379:0:s3cret\n",
        "[defaults]\nfact_caching_connection = mongodb://dm:s3cret@host/ansible\n",
        "[inventory]\ncache_connection = localhost:6379:0:s3cret\n",
        "[sudo_become_plugin]\npassword = s3cret\n",
        "[callback_slack]\nwebhook_url = https://hooks.slack.com/services/s3cret\n",
        "[defaults]\nmodule_args = password=s3cret\n"
      })
  void noPasswordIsShown(String text) throws IOException {
    String shown = described(config(text)).toString();
    assertTrue(shown.contains("not shown"), shown);
    assertFalse(shown.contains("s3cret"), shown);
  }

  /** Not everything that looks a little like one. */
  @Test
  void harmlessArgumentsOfSshAreShown() throws IOException {
    assertEquals(
        List.of(
            "[ssh_connection] ssh_args: -C -p 22 -o ProxyJump=gate (DM-Ansible 1.0.7: not set)"),
        described(config(AS_DM_ANSIBLE + "ssh_args = -C -p 22 -o ProxyJump=gate\n")));
  }

  @Test
  void whereItIsMissingTheNextOneIsSaid() throws IOException {
    assertTrue(
        described(config())
            .get(0)
            .startsWith("ansible.cfg: none, since there is no " + directory.resolve("ansible.cfg")),
        described(config()).toString());

    Files.writeString(home.resolve(".ansible.cfg"), "[defaults]\nforks = 7\n");

    List<String> settings = described(config());
    assertTrue(
        settings.get(0).startsWith("ansible.cfg: " + home.resolve(".ansible.cfg")),
        settings.get(0));
    assertTrue(
        settings.contains("[defaults] forks: 7 (DM-Ansible 1.0.7: not set)"), settings.toString());
    // Of another folder's only the settings count.
    assertEquals(directory.resolve("inventory.ini"), config().inventory());
  }

  /** It says what it is; root may read anything. */
  @Test
  void oneThatTheUserMayNotReadIsPassedOver() throws IOException {
    config("[defaults]\nforks = 50\n");
    Path own = directory.resolve("ansible.cfg");
    AnsibleConfig config =
        new AnsibleConfig(
            directory,
            home,
            folder.resolve("etc/ansible.cfg"),
            path -> Files.isReadable(path) && !path.equals(own));

    String first = described(config).get(0);

    assertTrue(
        first.startsWith(
            "ansible.cfg: none, since "
                + System.getProperty("user.name")
                + " may not read "
                + own
                + " (DM-Ansible"),
        first);
    assertFalse(described(config).toString().contains("forks"), described(config).toString());
  }

  @Test
  void whatCannotBeReadIsSaid() throws IOException {
    assertEquals(
        List.of(
            "ansible.cfg: not known ("
                + directory.resolve("ansible.cfg")
                + ": line 1 stands before any [section]) (DM-Ansible 1.0.7: -)"),
        described(config("forks = 5\n")));
  }
}
