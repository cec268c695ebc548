package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.secret.Secret;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a variable of the inventory is the value, and when only rendering tells. */
class WorkerLoginTest {
  private static final String TEMPLATE =
      """
      [from]
      host = "{{ mysql_host }}"
      user = "{{ mysql_user }}"
      password = "{{ mysql_password }}"
      port = {{ mysql_port }}
      """;
  private static final WorkerLogin RENDERED = new WorkerLogin("dm", Secret.of("rendered"), true);

  @TempDir Path folder;
  private final Map<String, Object> variables = new HashMap<>();
  private int surveys;

  @BeforeEach
  void layOut() throws IOException {
    Files.createDirectories(template().getParent());
    Files.writeString(template(), TEMPLATE);
    Files.writeString(folder.resolve("rolling_update.yml"), "");
    variables.put("mysql_user", "root");
    variables.put("mysql_password", "plain");
  }

  private Path template() {
    return folder.resolve("roles/dm-worker/templates/dm-worker.toml.j2");
  }

  private WorkerLogin login(String... arguments) {
    Path none = folder.resolve("none");
    DmAnsible dmAnsible =
        DmAnsible.open(
            folder,
            Path.of("inventory.ini"),
            new Programs(none, none, none),
            AnsibleArguments.of(List.of(arguments)));
    return WorkerLogin.of(dmAnsible, variables, this::survey);
  }

  private WorkerSurvey survey() {
    surveys++;
    return new WorkerSurvey(
        new WorkerDeployment("w", "h", 8262, "/d", "/d/r", "tidb", folder),
        new Cluster(List.of(), List.of(), Map.of()),
        Secret.of(""),
        WorkerToml.parse(
            """
            source-id = "s"
            [from]
            host = "h"
            port = 1
            user = "dm"
            password = "rendered"
            """),
        true);
  }

  static Stream<Arguments> plain() {
    return Stream.of(
        Arguments.of("pa#ss'w=rd ß", "pa#ss'w=rd ß"),
        Arguments.of(12345, "12345"),
        Arguments.of(
            new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
        Arguments.of("", ""));
  }

  @ParameterizedTest
  @MethodSource("plain")
  void aPlainValueCostsNoFurtherCall(Object value, String password) {
    variables.put("mysql_password", value);
    assertEquals(new WorkerLogin("root", Secret.of(password), false), login("-b", "-u", "tidb"));
    assertEquals(0, surveys);
  }

  static Stream<Object> odd() {
    return Stream.of(
        "{{ upstream_password }}",
        "{% if x %}a{% endif %}",
        "{# a comment #}a",
        Map.of("__ansible_vault", "$ANSIBLE_VAULT;1.1;AES256\n3132"),
        Map.of("__ansible_unsafe", "{{ as it is }}"),
        true,
        1.10,
        1e20,
        List.of("a"),
        // TOML reads these otherwise, or not at all.
        "a\\u0041",
        "a\"b");
  }

  @ParameterizedTest
  @MethodSource("odd")
  void whatOnlyRenderingTells(Object value) {
    variables.put("mysql_password", value);
    assertEquals(RENDERED, login());
    variables.put("mysql_password", "plain");
    variables.put("mysql_user", value);
    assertEquals(RENDERED, login());
    assertEquals(2, surveys);
  }

  /** A role's default may give it. */
  @ParameterizedTest
  @ValueSource(strings = {"mysql_user", "mysql_password"})
  void whatTheInventoryDoesNotSet(String name) {
    variables.remove(name);
    assertEquals(RENDERED, login());
  }

  @ParameterizedTest
  @ValueSource(strings = {"no", "False", "off", "0", "n", "f"})
  void becomeIsOff(String value) {
    variables.put("ansible_become", value);
    assertEquals(true, login().becomeIsOff());
    assertEquals(0, surveys);
  }

  @Test
  void becomeOfOtherKinds() {
    variables.put("ansible_become", false);
    assertEquals(true, login().becomeIsOff());
    variables.put("ansible_become", true);
    assertEquals(false, login().becomeIsOff());
    variables.put("ansible_become", "yes");
    assertEquals(false, login().becomeIsOff());
    assertEquals(0, surveys);
    variables.put("ansible_become", "{{ may_become }}");
    assertEquals(true, login().becomeIsOff());
    assertEquals(1, surveys);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-emysql_user=x", "--extra-vars=@more.yml"})
  void variablesOfTheCommandLineWin(String argument) {
    assertEquals(RENDERED, login(argument));
  }

  @Test
  void aTemplateThatTakesThemFromElsewhere() throws IOException {
    Files.writeString(
        template(), TEMPLATE.replace("{{ mysql_password }}", "{{ upstream.password }}"));
    assertEquals(RENDERED, login());
  }

  @Test
  void aRoleWithVariablesOfItsOwn() throws IOException {
    Path vars = Files.createDirectories(folder.resolve("roles/dm-worker/vars"));
    Files.writeString(vars.resolve("default.yml"), "mysql_user: read by nobody\n");
    assertEquals("root", login().user());
    Files.writeString(vars.resolve("main.yml"), "mysql_user: dm\n");
    assertEquals(RENDERED, login());
  }
}
