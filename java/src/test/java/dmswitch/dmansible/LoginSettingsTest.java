package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginSettingsTest {
  private static final String ALIAS = "dm-worker1";

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void layOut() {
    fixture = Fixture.in(folder);
  }

  private Optional<String> digest(String... arguments) {
    Path any = folder.resolve("any");
    return LoginSettings.digest(
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(any, any, any),
            AnsibleArguments.of(List.of(arguments))),
        ALIAS);
  }

  /** Which the switch itself makes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mysql_host=10.1.1.1 | mysql_host=10.9.9.9",
        "mysql_host=10.1.1.1 | mysql_host=\"new.example.com\"",
        "mysql_port=3306 | mysql_port=3307",
        "` mysql_port=3306` | ``",
        "mysql_user=root mysql_password='Secret-1' | mysql_user=\"dm\" mysql_password=\"a=b c\"",
      })
  void theEditOfTheUpstreamChangesNothing(String text, String by) throws IOException {
    String before = digest().orElseThrow();
    fixture.edit(text, by);
    assertEquals(before, digest().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dm-worker1 ansible_host=127.0.0.2 | dm-worker1 ansible_host=127.0.0.9",
        "dm-worker1 ansible_host=127.0.0.2 | dm-worker1 ansible_host=127.0.0.2 ansible_port=23",
        "mysql_port=3306 | mysql_port=3306 ansible_ssh_pass=x",
        "mysql_password='Secret-1' | mysql_password='Secret-1' ansible_port=23",
        "ansible_user = tidb | ansible_user = root",
        "ansible_connection = local | ansible_connection = smart",
      })
  void whatAnsibleLogsInWithChangesIt(String text, String by) throws IOException {
    String before = digest().orElseThrow();
    fixture.edit(text, by);
    assertNotEquals(before, digest().orElseThrow());
  }

  @Test
  void everythingElseThatAnsibleReads() throws IOException {
    String before = digest().orElseThrow();
    assertNotEquals(before, digest("-u", "other").orElseThrow());
    for (String name :
        List.of(
            "ansible.cfg", "group_vars/all.yml", "host_vars/dm-worker1.yml", "host_vars/w/a.yml")) {
      Path file = fixture.directory().resolve(name);
      String text = Files.exists(file) ? Files.readString(file) : "---\n";
      Files.createDirectories(file.getParent());
      Files.writeString(file, text + "\n# ansible_port: 23\n");
      assertNotEquals(before, digest().orElseThrow(), name);
      before = digest().orElseThrow();
    }
    Path values = Files.writeString(folder.resolve("values.yml"), "ansible_port: 22\n");
    String with = digest("-e", "@" + values).orElseThrow();
    String attached = digest("--extra-vars=@" + values).orElseThrow();
    Files.writeString(values, "ansible_port: 23\n");
    assertNotEquals(with, digest("-e", "@" + values).orElseThrow());
    assertNotEquals(attached, digest("--extra-vars=@" + values).orElseThrow());
  }

  @Test
  void noPasswordGoesIn() {
    String secrets =
        """
        w1 ansible_host=a ansible_ssh_pass=hush1 ansible_port=1 mysql_password='hush 2' x=y
        ansible_become_password: hush3 and more # 'odd
        grafana_admin_password = "hush4"
        api_token=hush5
        mysql_password: !vault |
        """;
    String left = LoginSettings.withoutSecrets(secrets);
    assertFalse(left.contains("hush"), left);
    assertFalse(left.contains("more"), left);
    assertEquals(
        "w1 ansible_host=a ansible_ssh_pass= ansible_port=1 x=y", left.lines().findFirst().get());
  }
}
