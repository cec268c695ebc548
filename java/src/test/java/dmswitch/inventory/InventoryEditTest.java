package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real inventories hold; each expectation follows from Ansible's documented reading. */
class InventoryEditTest {
  private static final UpstreamVariables NEW = upstream("new.example", 3307);

  @TempDir Path folder;

  private static UpstreamVariables upstream(String host, int port) {
    return new UpstreamVariables(host, port, Optional.empty(), Optional.empty());
  }

  private static UpstreamVariables user(String user) {
    return new UpstreamVariables("new.example", 3307, Optional.of(user), Optional.empty());
  }

  private static UpstreamVariables password(String password) {
    return new UpstreamVariables(
        "new.example", 3307, Optional.empty(), Optional.of(Secret.of(password)));
  }

  private InventoryEdit edit(String text, UpstreamVariables upstream) {
    try {
      Path path = Files.writeString(folder.resolve("inventory.ini"), text);
      return InventoryEdit.of(InventoryFile.read(path), "w1", upstream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Edits one host line of [dm_worker_servers]. */
  private String line(String line, UpstreamVariables upstream) {
    String head = "[dm_worker_servers]\n";
    String after = new String(edit(head + line, upstream).bytes(), StandardCharsets.UTF_8);
    assertTrue(after.startsWith(head));
    return after.substring(head.length());
  }

  private Problem refusal(String text, UpstreamVariables upstream) {
    Problem problem = assertThrows(Problem.class, () -> edit(text, upstream));
    assertTrue(problem.next().contains("nothing was changed"), problem.next());
    return problem;
  }

  private void file(String name, String content) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // bare, ", ' and none of them around the value alone
        "w1 mysql_host=a mysql_port=3306|w1 mysql_host=new.example mysql_port=3307",
        "w1 mysql_host=\"a\" mysql_port=\"3306\"|w1 mysql_host=\"new.example\" mysql_port=\"3307\"",
        "w1 mysql_host='a' mysql_port='3306'|w1 mysql_host='new.example' mysql_port='3307'",
        "w1 \"mysql_host=a\" 'mysql_port=3306'|w1 \"mysql_host=new.example\" 'mysql_port=3307'",
        "w1 mysql_host=a\"b\"'c' mysql_port=3306|w1 mysql_host=new.example mysql_port=3307",
        "w1 mysql_\"host\"=a mysql_port=3306|w1 mysql_\"host\"=new.example mysql_port=3307",
        "w1 mysql_host= mysql_port=3306|w1 mysql_host=new.example mysql_port=3307",
        "w1 mysql_host=\"\" mysql_port=3306|w1 mysql_host=\"new.example\" mysql_port=3307",
        // = # spaces and quotes inside quoted values
        "w1 n=\"a = b # c 'd' \\\" mysql_host=x\" mysql_host=a mysql_port=1"
            + "|w1 n=\"a = b # c 'd' \\\" mysql_host=x\" mysql_host=new.example mysql_port=3307",
        "w1 mysql_host=\"a # b\" mysql_port=1|w1 mysql_host=\"new.example\" mysql_port=3307",
        // comments at the line's end, glued ones too
        "w1 mysql_host=a mysql_port=1 # mysql_host=b it's"
            + "|w1 mysql_host=new.example mysql_port=3307 # mysql_host=b it's",
        "w1 mysql_host=a mysql_port=1#mysql_port=2|w1 mysql_host=new.example mysql_port=3307#mysql_port=2",
        "w1 mysql_host=a;b mysql_port=1|w1 mysql_host=new.example mysql_port=3307",
        // tabs and spaces
        "`\tw1 \t mysql_host=a\t\tmysql_port=1 \t`|`\tw1 \t mysql_host=new.example\t\tmysql_port=3307 \t`",
        // the same value in other variables, names that contain the name
        "w1 ansible_host=a x_mysql_host=a mysql_host_x=a mysql_host=a mysql_port=1 p=1"
            + "|w1 ansible_host=a x_mysql_host=a mysql_host_x=a mysql_host=new.example mysql_port=3307 p=1",
        // the last setting counts
        "w1 mysql_host=a mysql_port=1 mysql_host=b|w1 mysql_host=a mysql_port=3307 mysql_host=new.example",
        // an SSH port, a quoted alias, a range of one
        "w1:22 mysql_host=a mysql_port=1|w1:22 mysql_host=new.example mysql_port=3307",
        "\"w1\" mysql_host=a mysql_port=1|\"w1\" mysql_host=new.example mysql_port=3307",
        "w[1:1] mysql_host=a mysql_port=1|w[1:1] mysql_host=new.example mysql_port=3307",
        // absent ones are added after the last word
        "w1 mysql_host=a # c|w1 mysql_host=new.example mysql_port=3307 # c",
        "w1|w1 mysql_host=new.example mysql_port=3307",
        "w1 x=1#c|w1 x=1 mysql_host=new.example mysql_port=3307#c",
        // non-ASCII
        "w1 owner=\"Jürgen – DBA\" mysql_host=ä mysql_port=1"
            + "|w1 owner=\"Jürgen – DBA\" mysql_host=new.example mysql_port=3307",
        // already right: not a byte
        "w1 mysql_host=new.example mysql_port=3307|w1 mysql_host=new.example mysql_port=3307",
        "w1 mysql_host=\"'new.example'\" mysql_port=\"'3307'\""
            + "|w1 mysql_host=\"'new.example'\" mysql_port=\"'3307'\"",
        "w1 mysql_host=new\\.example mysql_port=3307|w1 mysql_host=new\\.example mysql_port=3307",
      })
  void changesOnlyTheValues(String before, String after) {
    assertEquals(after, line(before, NEW));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "repl|mysql_user=repl",
        "dm user|mysql_user=\"dm user\"",
        "dm#1|mysql_user=\"dm#1\"",
        "o'neil|mysql_user=\"o'neil\"",
        // else Ansible would read a number, True, and nothing
        "123|mysql_user=\"'123'\"",
        "True|mysql_user=\"'True'\"",
        "None|mysql_user=\"'None'\"",
        "1e5|mysql_user=\"'1e5'\"",
        "a=b|mysql_user=a=b",
        "jürgen|mysql_user=jürgen",
      })
  void writesAnyUserSoThatAnsibleReadsAString(String user, String written) {
    assertEquals(
        "w1 mysql_host=new.example mysql_port=3307 " + written,
        line("w1 mysql_host=new.example mysql_port=3307 mysql_user=root", user(user)));
  }

  @ParameterizedTest
  @CsvSource({
    "[2001:db8::1], [2001:db8::1]",
    "::1, [::1]",
    "fe80::1%eth0, [fe80::1%eth0]",
    "10.0.0.1, 10.0.0.1",
    "db-1.example, db-1.example",
    "1.db.example, 1.db.example"
  })
  void writesAddressesWithoutQuotes(String host, String written) {
    assertEquals(
        "w1 mysql_host=" + written + " mysql_port=3307",
        line("w1 mysql_host=fe80::2 mysql_port=3307", upstream(host, 3307)));
  }

  @Test
  void aPlainDigitUserThatPrintsAlikeIsRight() {
    String line = "w1 mysql_host=new.example mysql_port=3307 mysql_user=123";
    assertEquals(line, line(line, user("123")));
  }

  @Test
  void twinsPrefixesAndOtherHostsStay() {
    String before =
        """
        # [dm_worker_servers]
        #w1 mysql_host=a mysql_port=3306
        ;w1 mysql_host="a
        [dm_worker_servers] # upstreams
          #w1 mysql_host=a
        w10 mysql_host=a mysql_port=3306
        w mysql_host=a mysql_port=3306
        xw1 mysql_host=a mysql_port=3306
        w1-b mysql_host=a mysql_port=3306
        w1.x mysql_host=a mysql_port=3306
        w1 mysql_host=a mysql_port=3306
        w[2:9] mysql_host=a mysql_port=3306

        [all:vars]
        w1 = mysql_host=a
        mysql_host=a # mysql_port=3306

        [w1]
        w2
        """;
    String after =
        before.replace(
            "\nw1 mysql_host=a mysql_port=3306", "\nw1 mysql_host=new.example mysql_port=3307");
    assertEquals(after, new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"'\r\n'", "'\n'", "'\r'"})
  void lineEndsStayAndNoneIsAddedAtTheEnd(String end) {
    String before = "[dm_worker_servers]" + end + "w1 mysql_host=a mysql_port=3306";
    assertEquals(
        before.replace("=a", "=new.example").replace("3306", "3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
    assertEquals(
        before.replace("=a mysql_port=3306", "=new.example mysql_port=3307") + end,
        new String(edit(before + end, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void bytesThatAreNoTextStay() throws IOException {
    byte[] before =
        "# J\u00fcrgen\n[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    Path path = Files.write(folder.resolve("inventory.ini"), before);
    InventoryEdit edit = InventoryEdit.of(InventoryFile.read(path), "w1", NEW);
    assertArrayEquals(
        new String(before, StandardCharsets.ISO_8859_1)
            .replace("=a", "=new.example")
            .getBytes(StandardCharsets.ISO_8859_1),
        edit.bytes());
  }

  @Test
  void aVariableOnTheHostsLineInAnotherGroupIsEditedThere() {
    String before =
        """
        [dm_worker_servers]
        w1 ansible_host=a mysql_port=3306

        [upstreams]
        w1 mysql_host=a
        """;
    assertEquals(
        before.replace("mysql_host=a", "mysql_host=new.example").replace("3306", "3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void ofTwoLinesOfTheHostTheLaterOneCounts() {
    String before =
        """
        [dm_worker_servers]
        w1 mysql_host=a mysql_port=3306
        [upstreams]
        w1 mysql_host=b
        """;
    assertEquals(
        before.replace("mysql_host=b", "mysql_host=new.example").replace("3306", "3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void workersOfChildGroupsAreWorkers() {
    String before =
        """
        [dm_worker_servers:children]
        east # site
        [east]
        w1 mysql_host=a mysql_port=3306
        """;
    assertTrue(edit(before, NEW).isChange());
  }

  @Test
  void anAbsentPortThatGroupVarsGiveRightIsNotAdded() throws IOException {
    file("group_vars/dm_worker_servers.yml", "---\nmysql_port: 3306\n");
    String line = "w1 mysql_host=new.example";
    assertEquals(line, line(line, upstream("new.example", 3306)));
  }

  @Test
  void anAbsentPortThatGroupVarsGiveOtherwiseIsAdded() throws IOException {
    file("group_vars/dm_worker_servers.yml", "---\nmysql_port: 3306\n");
    InventoryEdit edit = edit("[dm_worker_servers]\nw1 mysql_host=new.example\n", NEW);
    assertEquals(
        "[dm_worker_servers]\nw1 mysql_host=new.example mysql_port=3307\n",
        new String(edit.bytes(), StandardCharsets.UTF_8));
    assertEquals(List.of("mysql_port"), edit.changed());
    assertTrue(
        edit.notes().get(0).contains("group_vars/dm_worker_servers.yml"), edit.notes()::toString);
  }

  @Test
  void groupsThatDisagreeAreOverridden() throws IOException {
    file("group_vars/all.yml", "mysql_port: 3307\n");
    file("group_vars/dm_worker_servers/a.yml", "mysql_port: 3306\n");
    assertEquals(
        "w1 mysql_host=new.example mysql_port=3307", line("w1 mysql_host=new.example", NEW));
  }

  @ParameterizedTest
  @CsvSource({"dm_worker_servers", "all"})
  void aGroupVariableOfTheInventoryCountsToo(String group) {
    String before =
        """
        [dm_worker_servers]
        w1 mysql_host=new.example
        [GROUP:vars]
        mysql_port = 3307
        """
            .replace("GROUP", group);
    assertFalse(edit(before, NEW).isChange());
    assertTrue(edit(before, upstream("new.example", 3306)).isChange());
  }

  /** Ansible takes a host of any group out of it. */
  @Test
  void aWorkerIsNotUngroupedWhereverElseItStands() throws IOException {
    file("group_vars/ungrouped.yml", "mysql_port: 3307\n");
    String before =
        """
        w1
        [ungrouped:vars]
        mysql_port=3307
        [dm_worker_servers]
        w1 mysql_host=new.example
        """;
    assertEquals(List.of("mysql_port"), edit(before, NEW).changed());
  }

  @Test
  void anEncryptedGroupFileIsOverridden() throws IOException {
    file("group_vars/dm_worker_servers.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
    assertEquals(
        "w1 mysql_host=new.example mysql_port=3307", line("w1 mysql_host=new.example", NEW));
  }

  /** Of such a value of a group only Ansible can tell what it is; on the line it is certain. */
  @ParameterizedTest
  @CsvSource({
    "group_vars/dm_worker_servers.yml, 'mysql_port: \"{{ port }}\"'",
    "group_vars/all/vault.yml, 'mysql_port: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132'",
  })
  void aTemplateOrAnEncryptedValueOfAGroupIsOverriddenAndNamed(String name, String content)
      throws IOException {
    file(name, content);
    InventoryEdit edit = edit("[dm_worker_servers]\nw1 mysql_host=new.example\n", NEW);
    assertEquals(List.of("mysql_port"), edit.changed());
    assertTrue(edit.notes().get(0).endsWith(name), edit.notes()::toString);
  }

  @Test
  void aTemplateInASectionOfVariablesIsOverriddenAndNamed() {
    InventoryEdit edit =
        edit("[all:vars]\nmysql_port={{ p }}\n[dm_worker_servers]\nw1 mysql_host=a\n", NEW);
    assertEquals(List.of("mysql_host", "mysql_port"), edit.changed());
    assertTrue(edit.notes().get(0).endsWith("[all:vars] in line 2"), edit.notes()::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "host_vars/w1",
    "host_vars/w1.yml",
    "host_vars/w1.yaml",
    "host_vars/w1.json",
    "host_vars/w1/mysql.yml",
    "host_vars/w1/sub/mysql"
  })
  void hostVarsOverrideTheLineSoTheEditIsRefused(String name) throws IOException {
    file(name, "{\"mysql_host\": \"a\"}");
    Problem problem = refusal("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW);
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains(name), problem.found());
    assertTrue(problem.next().contains("new.example"), problem.next());
  }

  @Test
  void hostVarsThatAreRightAlreadyAreLeft() throws IOException {
    file("host_vars/w1.yml", "mysql_host: new.example\n");
    String line = "w1 mysql_host=a mysql_port=3307";
    assertEquals(line, line(line, NEW));
  }

  @ParameterizedTest
  @CsvSource({
    "host_vars/w10.yml",
    "host_vars/w1.txt",
    "host_vars/w1/.hidden.yml",
    "host_vars/w1/old.yml~",
    "host_vars/w1/a.bak",
    "host_vars/w1.d/a.yml",
    "host_vars/w1/x.d/a.yml"
  })
  void filesThatAnsibleDoesNotReadDoNotMatter(String name) throws IOException {
    file(name, "mysql_host: a\n");
    assertTrue(edit("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW).isChange());
  }

  /** Ansible looks beside the link, not beside the file that it leads to. */
  @Test
  void ofALinkedInventoryTheFoldersBesideTheLinkCount() throws IOException {
    file("shared/inventory.ini", "[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n");
    file("shared/host_vars/w1.yml", "mysql_host: b\n");
    Path link = folder.resolve("inventory.ini");
    Files.createSymbolicLink(link, Path.of("shared/inventory.ini"));
    assertEquals(
        List.of("mysql_host"), InventoryEdit.of(InventoryFile.read(link), "w1", NEW).changed());
    file("host_vars/w1.yml", "mysql_host: c\n");
    Problem problem =
        assertThrows(Problem.class, () -> InventoryEdit.of(InventoryFile.read(link), "w1", NEW));
    assertTrue(
        problem.found().contains(folder.resolve("host_vars/w1.yml").toString()), problem.found());
  }

  @Test
  void theFirstExtensionFoundHidesTheOthers() throws IOException {
    file("host_vars/w1", "x: 1\n");
    file("host_vars/w1.yml", "mysql_host: a\n");
    assertTrue(edit("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW).isChange());
  }

  @Test
  void theLastFileOfAFolderCounts() throws IOException {
    file("host_vars/w1/a.yml", "mysql_host: a\n");
    file("host_vars/w1/b.yml", "mysql_host: new.example\n");
    assertFalse(edit("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW).isChange());
  }

  /** {@code !unsafe} is Ansible's tag for a string that is no template; a bare yes is a boolean. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"!unsafe yes, true", "'yes', true", "yes, false", "!!bool yes, false"})
  void onlyAStringInHostVarsIsRight(String value, boolean right) throws IOException {
    file("host_vars/w1.yml", "mysql_user: " + value + "\n");
    String line = "[dm_worker_servers]\nw1 mysql_host=new.example mysql_port=3307\n";
    if (right) {
      assertFalse(edit(line, user("yes")).isChange());
    } else {
      assertEquals(ExitCode.REFUSED, refusal(line, user("yes")).exitCode());
    }
  }

  @Test
  void aMergedMappingIsLookedInto() throws IOException {
    file("host_vars/w1.yml", "base: &b\n  mysql_host: a\n<<: *b\n");
    assertEquals(
        ExitCode.REFUSED,
        refusal("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW).exitCode());
  }

  @Test
  void ofMergedMappingsTheFirstCountsAndTheFilesOwnKeyMore() throws IOException {
    String bases = "a: &a {mysql_host: new.example}\nb: &b {mysql_host: a}\n";
    String line = "[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n";
    file("host_vars/w1.yml", bases + "<<: [*a, *b]\n");
    assertFalse(edit(line, NEW).isChange());
    file("host_vars/w1.yml", bases + "<<: [*b, *a]\n");
    assertEquals(ExitCode.REFUSED, refusal(line, NEW).exitCode());
    file("host_vars/w1.yml", bases + "mysql_host: new.example\n<<: *b\n");
    assertFalse(edit(line, NEW).isChange());
  }

  @Test
  void aVaultedPasswordIsRefusedWithItsPlace() throws IOException {
    file("host_vars/w1.yml", "mysql_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n");
    Problem problem =
        refusal("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", password("sesame"));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("host_vars/w1.yml (encrypted)"), problem.found());
    assertFalse(problem.getMessage().contains("sesame"));
    assertTrue(edit("[dm_worker_servers]\nw1 mysql_host=a\n", NEW).isChange(), "if none is given");
  }

  @Test
  void aWhollyEncryptedHostFileIsAnOpenQuestion() throws IOException {
    file("host_vars/w1.yml", "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
    InventoryEdit edit = edit("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW);
    assertTrue(edit.openQuestions().get(0).contains("host_vars/w1.yml"));
    Files.delete(folder.resolve("host_vars/w1.yml"));
    assertEquals(
        List.of(),
        edit("[dm_worker_servers]\nw1 mysql_host=a mysql_port=3307\n", NEW).openQuestions());
  }

  @Test
  void aHostFileThatIsNoYamlCannotBeTold() throws IOException {
    file("host_vars/w1.yml", "mysql_password: \"sesame\n");
    Problem problem = refusal("[dm_worker_servers]\nw1 mysql_host=a\n", NEW);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertFalse(problem.getMessage().contains("sesame"), problem.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"{{ upstream }}\"'",
    "'\"{% if x %}a{% endif %}\"'",
    "'{{upstream}}'",
  })
  void aTemplateIsRefused(String value) {
    Problem problem =
        refusal("[dm_worker_servers]\nw1 mysql_host=" + value + " mysql_port=3307\n", NEW);
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("template in line 2"), problem.found());
  }

  @Test
  void aTemplateInHostVarsIsRefused() throws IOException {
    file("host_vars/w1.yml", "mysql_host: \"{{ new }}\"\n");
    Problem problem = refusal("[dm_worker_servers]\nw1 mysql_port=3307\n", NEW);
    assertTrue(problem.found().contains("(a template)"), problem.found());
  }

  @Test
  void aHostThatOnlyARangeNamesIsRefused() {
    Problem problem = refusal("[dm_worker_servers]\nw[1:3] mysql_host=a mysql_port=3307\n", NEW);
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("host range in line 2"), problem.found());
    assertTrue(problem.next().contains("its own line"), problem.next());
  }

  @Test
  void anOwnLineBehindTheRangeOverridesIt() {
    String before =
        """
        [dm_worker_servers]
        w[1:3] mysql_host=a mysql_port=3306
        w1
        """;
    assertEquals(
        before.replace("w1\n", "w1 mysql_host=new.example mysql_port=3307\n"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void anOwnLineBeforeTheRangeIsOverriddenByIt() {
    assertEquals(
        ExitCode.REFUSED,
        refusal("[dm_worker_servers]\nw1 mysql_host=b\nw[1:3] mysql_host=a mysql_port=1\n", NEW)
            .exitCode());
  }

  @Test
  void variablesAreAddedWhereTheOtherMysqlVariablesStand() {
    String before =
        """
        [dm_worker_servers]
        w1 ansible_host=a
        [others]
        w1 mysql_host=new.example
        """;
    assertEquals(
        before.replace("new.example", "new.example mysql_port=3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void variablesAreAddedInTheGroupOfTheWorkersRatherThanInAnother() {
    String before =
        """
        [others]
        w1
        [dm_worker_servers]
        w1 ansible_host=a
        """;
    assertEquals(
        before.replace("host=a", "host=a mysql_host=new.example mysql_port=3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void variablesAreAddedToTheFirstOwnLineOfAWorkerOfAChildGroup() {
    String before =
        """
        [dm_worker_servers:children]
        east
        [east]
        w1 ansible_host=a
        [others]
        w1 ansible_host=b
        """;
    assertEquals(
        before.replace("host=a", "host=a mysql_host=new.example mysql_port=3307"),
        new String(edit(before, NEW).bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void variablesOfAGroupAboveCountToo() throws IOException {
    String before =
        """
        [dm_worker_servers]
        w1 mysql_host=new.example
        [site:children]
        region
        [region:children]
        dm_worker_servers
        """;
    file("group_vars/site.yml", "mysql_port: 3307\n");
    assertFalse(edit(before, NEW).isChange());
    assertTrue(edit(before, upstream("new.example", 3306)).isChange());
  }

  @Test
  void anEmptyValueAtTheVeryEndIsFilled() {
    assertEquals(
        "w1 mysql_port=3307 mysql_host=new.example", line("w1 mysql_port=3307 mysql_host=", NEW));
  }

  @Test
  void aGroupVariableWithoutANameIsNoneOfOurs() {
    assertTrue(edit("[dm_worker_servers]\nw1 mysql_host=a\n[all:vars]\n=x\n", NEW).isChange());
  }

  @Test
  void aPasswordIsWrittenSealedInTheQuotesThatStandThere() {
    String line =
        line(
            "w1 mysql_host=new.example mysql_port=3307 mysql_password='old' x=1",
            password("ne\"w'#"));
    assertTrue(
        line.matches("w1 mysql_host=new\\.example mysql_port=3307 mysql_password='[\\w+/=]+' x=1"),
        line);
    String stored = line.replaceAll(".*'(.*)'.*", "$1");
    assertEquals(Secret.of("ne\"w'#"), DmPassword.open(stored));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // plain, a number that prints alike, sealed by dmctl
        "sesame|sesame",
        "123456|123456",
        "123456|\"cp6KSFGaByrLKYsh0ay/6UB08hWpAto=\"",
        "it's|\"it's\"",
        "p#ss|'p#ss'",
      })
  void aStoredFormThatOpensToThePasswordStays(String password, String stored) {
    String line = "w1 mysql_host=new.example mysql_port=3307 mysql_password=" + stored;
    assertEquals(line, line(line, password(password)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // cut at the comment; sixteen; thousand; a TOML escape
        "p#ss|p#ss",
        "0x10|0x10",
        "1_000|1_000",
        "a\\b|'a\\b'",
        "a\"b|'a\"b'",
      })
  void aStoredFormThatReachesDmAsSomethingElseIsWrittenAnew(String password, String stored) {
    String line = "w1 mysql_host=new.example mysql_port=3307 mysql_password=" + stored;
    String after = line(line, password(password));
    String value = after.replaceAll(".*mysql_password=['\"]?([\\w+/=]+).*", "$1");
    assertEquals(Secret.of(password), DmPassword.open(value), after);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "w1 mysql_host=a ; comment|line 2 cannot be read by Ansible: ; starts a comment only at",
        "w1 mysql_host=\"a|line 2",
        "w1 mysql_host=a\\|line 2",
        "w1 mysql_host|line 2 cannot be read by Ansible: a word after the alias is not name=value",
        "[dm worker]|line 2 cannot be read by Ansible: not a section header",
        // Ansible reads nothing after such a header, not even the next section.
        "`[x:hosts_of]\n[dm_worker_servers]`|line 2 cannot be read by Ansible: an unknown kind",
        "w[1:|line 2",
        "w[01:3]|line 2",
      })
  void aLineThatAnsibleCannotReadIsNamed(String line, String named) {
    Problem problem = refusal("[dm_worker_servers]\n" + line + "\nw1 mysql_host=a\n", NEW);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(named), problem.found());
  }

  @Test
  void aSectionOfVariablesWithoutEqualsCannotBeRead() {
    Problem problem = refusal("[dm_worker_servers]\nw1\n[all:vars]\nfoo\n", NEW);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("line 4"), problem.found());
  }

  @Test
  void anUnknownAliasIsWrongUseAndTheKnownOnesAreNamed() {
    Problem problem = refusal("[dm_worker_servers]\nw2 mysql_host=a\nw[4:5]\n[x]\nw3\n", NEW);
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.next().startsWith("give one of w2;"), problem.next());
  }

  @Test
  void aHostThatIsNoWorkerIsWrongUse() {
    Problem problem = refusal("[dm_master_servers]\nw1\n", NEW);
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains("not a host of [dm_worker_servers]"), problem.found());
  }

  @Test
  void aVariableShowsNoValue() throws IOException {
    Path path = Files.writeString(folder.resolve("inventory.ini"), "w1 mysql_password=s3cret\n");
    HostVariable variable =
        InventoryFile.read(path)
            .host("w1")
            .flatMap(host -> host.variable("mysql_password"))
            .orElseThrow();
    assertEquals("mysql_password=" + Secret.MASK + " (line 1)", variable.toString());
  }
}
