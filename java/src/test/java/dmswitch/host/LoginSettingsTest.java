package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Of any length, since a token or a key may be there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "users:\n  - token: @",
        "users:\n  - token: \"@\"",
        "users:\n  - token: '@'",
        "{token: @, y: 1}",
        "y=1 api_token=@",
        "y=1 api_token=\"@\"",
        "y=1 api_token='@'",
        "y=1 api_token=\"@",
        "y=1 api_token='@",
        "w1 mysql_password=@",
        "w1 mysql_password=\"@\"",
        "w1 mysql_password='@'",
        "w1 mysql_password='@",
        "[v:vars]\nmysql_password = @",
        "w1 x='-o ProxyCommand=\"ncat --proxy-auth @ %h\"'",
        "w1 x=sshpass -p @",
        "token: |\n  @",
        "a=@",
        "a: @",
        "a: \"@\"",
        "a '@'",
      })
  void valuesOfAnyLength(String form) {
    String value = "eyJhbGciOiJI".repeat(10_000);
    String left = LoginSettings.withoutSecrets(form.replace("@", value) + "\nansible_port=23\n");
    boolean secret = form.matches("(?s).*(?:token|password|auth|sshpass).*");
    assertEquals(secret, !left.contains(value.substring(0, 100)), form);
    assertTrue(left.endsWith("\nansible_port=23\n"), form);
  }

  /** In each way that a password can be written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pass: hush",
        "db_pass=hush",
        "x=1 pw=hush",
        "x=1 db_pw=hush",
        "auth: hush",
        "http_auth = hush",
        "x=1 auth='u:hush'",
        "\"mysql_password\": \"hush\"",
        "{\"mysql_password\": \"hush hush\", \"x\": 1}",
        "{\"mysql_password\":\"hush\"}",
        "{a: 1, db_pw: hush}",
        "{'pass': 'it''s hush'}",
        "- password: hush",
        "pass: |\n  hush\n\n  hush\nx: 1",
        "  pass: >-\n      hush\n  x: 1",
        "- pass: |\n    hush",
        "pass: !unsafe |\n  hush",
        "pass: \"a\n  hush\"\nx: 1",
        "pass: a\n  hush\nx: 1",
        "pass:\n  hush\nx: 1",
        "passwords:\n  - hush\n  - hush",
        "pass: caf\u00c5hush",
        "x=1 ansible_ssh_common_args='-o ProxyCommand=\"ncat --proxy-auth u:hush %h %p\"'",
        "ssh_args = -o ProxyCommand=\"ncat --proxy-auth=u:hush %h %p\"",
        "ssh_args = -o ProxyCommand='sshpass -p hush ssh -W %h:%p b'",
        "ssh_args = -o ProxyCommand='sshpass -phush ssh -W %h:%p b'",
        "proxy = http://user:hush@10.0.0.1:3128/",
        "x=1 api_token=a\\\"hush",
        "x=1 api_token=\"a\\\" hush\"",
        "# password: hush",
        "x=1 # token=hush",
        "MYSQL_PWD: hush",
        "Client_Secret: hush",
      })
  void noPasswordInAnyFormGoesIn(String text) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String left = LoginSettings.withoutSecrets("a: 1\n" + bytes + "\nb: 2\n");
    assertFalse(left.contains("hush"), left);
    assertTrue(left.startsWith("a: 1\n") && left.endsWith("\nb: 2\n"), left);
    assertEquals(text.contains("x: 1"), left.contains("x: 1"), left);
  }

  /** Beside what is left out, whatever quotes are in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "w1 ansible_ssh_common_args='-o Token=y' @ a='b'",
        "w1 ansible_ssh_common_args='-o ProxyCommand=\"ncat --proxy-auth u:p\"' @ a='b'",
        "w1 mysql_password=\"a\\\"\" @ a=\"b\"",
        "w1 mysql_password=a\\\"b @ a=\"b",
        "w1 mysql_password='a' @",
        "w1 mysql_password=\"it's\" @ a='b'",
        "{mysql_password: it's, @, a: b's}",
        "{\"mysql_password\": \"a\", @}",
        "auth:22 @",
        "pass:\n  @",
        "auth:\n  - @",
        "secrets: {a: 1, @}",
        "pass: |\n  x\n@",
        "pass: x\n@",
        "pass: x\r@",
        "mysql_password:\n@",
        "PasswordAuthentication=@",
        "- pass: x\n  @",
      })
  void whatStandsBesideAPasswordGoesIn(String text) {
    for (String setting : List.of("ansible_port=23", "ansible_port: 23")) {
      String left = LoginSettings.withoutSecrets(text.replace("@", setting));
      assertTrue(left.contains(setting), left);
    }
    String port = "auth:22 a=b";
    assertEquals(port, LoginSettings.withoutSecrets(port));
  }

  /** Ansible reads it in the home, and fails where there is none. */
  @Test
  void filesOfVariables() throws IOException {
    Path home = Path.of(System.getenv("HOME"));
    Path values = Files.createTempFile(home, "dm-switch-test", ".yml");
    try {
      Files.writeString(values, "ansible_port: 22\n");
      String[] arguments = {"-e", "@~/" + values.getFileName()};
      String before = digest(arguments).orElseThrow();
      Files.writeString(values, "ansible_port: 23\n");
      assertNotEquals(before, digest(arguments).orElseThrow());
    } finally {
      Files.delete(values);
    }
    Files.writeString(fixture.directory().resolve("here.yml"), "ansible_port: 22\n");
    assertTrue(digest("-e", "@here.yml").isPresent());
    for (String other :
        List.of("gone.yml", "~/no-such-file.yml", "~root/a.yml", "$HOME/a.yml", "/dev/null", ".")) {
      assertEquals(Optional.empty(), digest("-e", "@" + other), other);
      assertEquals(Optional.empty(), digest("--extra-vars=@" + other), other);
    }
    Files.writeString(fixture.directory().resolve("$a.yml"), "ansible_port: 22\n");
    assertEquals(Optional.empty(), digest("-e@$a.yml"));
  }

  /** It may say something else each time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ lookup('env', 'PORT') }}",
        "{{lookup ('pipe', 'cat port')}}",
        "{{ query('file', 'port') | first }}",
        "{{ q('file', 'port')[0] }}",
      })
  void noneWhereAValueIsLookedUp(String value) throws IOException {
    Path host = fixture.directory().resolve("host_vars/dm-worker1.yml");
    Files.createDirectories(host.getParent());
    Files.writeString(host, "mysql_password: \"" + value + "\"\n");
    assertTrue(digest().isPresent(), "a password says nothing of the way");
    Files.writeString(host, "ansible_port: \"" + value + "\"\n");
    assertEquals(Optional.empty(), digest());
    Files.delete(host);
    assertEquals(Optional.empty(), digest("-e", "ansible_port=" + value));
    fixture.edit("mysql_port=3306", "mysql_port=3306 ansible_port=\"" + value + "\"");
    assertEquals(Optional.empty(), digest());
  }

  /** The command would show it. */
  @Test
  void noneWhereTheLoginIsVaulted() throws IOException {
    Path host = fixture.directory().resolve("host_vars/dm-worker1.yml");
    Files.createDirectories(host.getParent());
    String vault = "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n";
    Files.writeString(host, "mysql_password: " + vault + "ansible_become_pass: " + vault);
    assertTrue(digest().isPresent(), "no password is in the command");
    for (String name : List.of("ansible_user", "ansible_host", "vault_user")) {
      Files.writeString(host, name + ": " + vault);
      assertEquals(Optional.empty(), digest(), name);
    }
    Files.writeString(host, "ansible_user: \"{{ vault_user }}\"\n");
    assertEquals(Optional.empty(), digest());
    Files.writeString(host, "$ANSIBLE_VAULT;1.1;AES256\n6162\n");
    assertTrue(digest().isPresent(), "most have their passwords in such a file");
  }
}
