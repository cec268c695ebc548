package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ansible-inventory is asked once for what the same files say, and again for what others do. */
class ReadVariablesTest {
  @TempDir private Path folder;
  private Fixture fixture;
  private Path calls;
  private Path home;

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    calls = folder.resolve("calls");
    home = Files.createDirectory(folder.resolve("home"));
    says("\"one\"");
  }

  private void says(String user) throws IOException {
    fixture.program(
        folder.resolve("bin/ansible-inventory"),
        "echo \"$*\" >>" + calls + "; echo '{\"mysql_user\": " + user + "}'");
  }

  private Object user(Path inventory, String alias, String... arguments) {
    Path program = folder.resolve("bin/ansible-inventory");
    DmAnsible dmAnsible =
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(program, program, program),
            AnsibleArguments.of(List.of(arguments)));
    return ReadVariables.of(
            home, dmAnsible, inventory, alias, () -> HostVariables.ask(dmAnsible, inventory, alias))
        .get("mysql_user");
  }

  private int asked() throws IOException {
    return Files.readAllLines(calls).size();
  }

  @Test
  void theSameFilesAreReadOnce() throws IOException {
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("one", user(fixture.inventory(), "w1"));
    assertEquals(1, asked());
    assertEquals("two", user(fixture.inventory(), "w2"));
  }

  /** It may be gone by the next step, or its script refuse: to be noticed before tasks stop. */
  @Test
  void withAVaultItIsAskedEachTime() throws IOException {
    String vault = "--vault-password-file=" + folder.resolve("vault");
    assertEquals("one", user(fixture.inventory(), "w1", vault));
    fixture.program(folder.resolve("bin/ansible-inventory"), "exit 4");
    assertThrows(Problem.class, () -> user(fixture.inventory(), "w1", vault));
  }

  /** What the trial copy has shown holds for the inventory once it is the same. */
  @Test
  void aCopyBesideItCountsAsTheSame() throws IOException {
    Path copy = Files.copy(fixture.inventory(), fixture.directory().resolve(".trial"));
    assertEquals("one", user(copy, "w1"));
    assertEquals("one", user(fixture.inventory(), "w1"));
    assertEquals(1, asked());
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("hosts");
    Files.copy(fixture.inventory(), elsewhere);
    assertEquals("one", user(elsewhere, "w1"));
    assertEquals(2, asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inventory.ini",
        "ansible.cfg",
        "group_vars/all.yml",
        "group_vars/dm_worker_servers/more.yml",
        "host_vars/w1.yml"
      })
  void aChangedFileIsReadAnew(String file) throws IOException {
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    Path path = fixture.directory().resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "# more\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    assertEquals("two", user(fixture.inventory(), "w1"));
  }

  @Test
  void variablesBesideTheInventoryCountToo() throws IOException {
    Path prod = Files.createDirectories(fixture.directory().resolve("prod"));
    Path inventory = Files.copy(fixture.inventory(), prod.resolve("hosts.ini"));
    assertEquals("one", user(inventory, "w1"));
    says("\"two\"");
    Files.createDirectories(prod.resolve("host_vars"));
    // Kept elsewhere, as by its own checkout.
    Path file = Files.writeString(folder.resolve("w1.yml"), "mysql_user: two\n");
    Files.createSymbolicLink(prod.resolve("host_vars/w1.yml"), file);
    assertEquals("two", user(inventory, "w1"));
    says("\"three\"");
    Files.writeString(file, "mysql_user: three\n");
    assertEquals("three", user(inventory, "w1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"vars_plugins", "inventory_plugins"})
  void withPluginsItIsAskedEachTime(String plugins) throws IOException {
    Files.createDirectories(fixture.directory().resolve(plugins));
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("two", user(fixture.inventory(), "w1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vars_plugins = ../ours",
        "vars_plugins: ../ours",
        "VARS_PLUGINS=/x",
        "inventory_plugins=/x",
        "enable_plugins = our",
        "playbook_dir = /x",
        "vault_password_file = token.sh",
        "vault_identity_list = a@b"
      })
  void withValuesFromElsewhereToo(String line) throws IOException {
    Files.writeString(fixture.directory().resolve("ansible.cfg"), "[defaults]\n" + line + "\n");
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("two", user(fixture.inventory(), "w1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".ansible/plugins/vars/ours.py", ".ansible/plugins/inventory/ours.py"})
  void withPluginsOfTheUserToo(String plugin) throws IOException {
    Files.createDirectories(home.resolve(plugin).getParent());
    Files.writeString(home.resolve(plugin), "");
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("two", user(fixture.inventory(), "w1"));
  }

  /** The user's configuration counts only where the folder has none. */
  @Test
  void withTheConfigurationOfTheUserToo() throws IOException {
    Files.writeString(home.resolve(".ansible.cfg"), "[defaults]\n");
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("one", user(fixture.inventory(), "w1"));
    Files.delete(fixture.directory().resolve("ansible.cfg"));
    assertEquals("two", user(fixture.inventory(), "w1"));
    says("\"three\"");
    assertEquals("three", user(fixture.inventory(), "w1"));
  }

  @Test
  void aFailureIsNotKept() throws IOException {
    fixture.program(folder.resolve("bin/ansible-inventory"), "exit 4");
    assertThrows(Problem.class, () -> user(fixture.inventory(), "w1"));
    says("\"one\"");
    assertEquals("one", user(fixture.inventory(), "w1"));
  }

  /** Another process may write while ansible reads. */
  @Test
  void whatChangedMeanwhileIsNotKept() throws IOException {
    fixture.program(
        folder.resolve("bin/ansible-inventory"),
        "echo '# more' >>" + fixture.inventory() + "; echo '{\"mysql_user\": \"one\"}'");
    String before = Files.readString(fixture.inventory());
    assertEquals("one", user(fixture.inventory(), "w1"));
    says("\"two\"");
    assertEquals("two", user(fixture.inventory(), "w1"));
    Files.writeString(fixture.inventory(), before);
    says("\"three\"");
    assertEquals("three", user(fixture.inventory(), "w1"));
  }
}
