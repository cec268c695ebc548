package dmswitch.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Endpoint;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskFilesTest {
  private static final String PASSWORD = "hunter2";

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void realFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  @Test
  void findsATaskByItsNameAndNotByItsFile() throws IOException {
    Path file = write("conf/other.yaml", task("app", "source-1", "source-2"));
    write("conf/app.yaml", task("other", "source-1"));
    TaskFile found = find("conf").startable("app", "source-2");
    assertEquals(file, found.path());
    assertEquals("app", found.name());
    assertEquals(List.of("source-1", "source-2"), List.copyOf(found.sourceIds()));
  }

  /** Names: checking_item.go of DM 1.0.7's config package. */
  @ParameterizedTest
  @CsvSource({
    "dump_privilege, DUMP_PRIVILEGE",
    "replication_privilege, REPLICATION_PRIVILEGE",
    "version, VERSION",
    "binlog_enable, BINLOG_ENABLE",
    "binlog_format, BINLOG_FORMAT",
    "binlog_row_image, BINLOG_ROW_IMAGE",
    "table_schema, TABLE_SCHEMA",
    "schema_of_shard_tables, SCHEMA_OF_SHARD_TABLES",
    "auto_increment_ID, AUTO_INCREMENT_ID",
  })
  void anIgnoredCheckingItemIsNotChecked(String name, CheckingItem item) throws IOException {
    write("conf/a.yaml", "ignore-checking-items: [\"" + name + "\"]\n" + task("a", "s"));
    Set<CheckingItem> checked = find("conf").startable("a", "s").checked();
    assertEquals(EnumSet.complementOf(EnumSet.of(item)), checked);
    assertEquals(name, item.dmName());
  }

  @Test
  void checkingItemsThatAreAllIgnored() throws IOException {
    write("conf/a.yaml", "ignore-checking-items: [version, all]\n" + task("a", "s"));
    assertEquals(Set.of(), find("conf").startable("a", "s").checked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ignore-checking-items: []\n", "ignore-checking-items: ~\n"})
  void withoutIgnoredItemsAllAreChecked(String ignored) throws IOException {
    write("conf/a.yaml", ignored + task("a", "s"));
    assertEquals(EnumSet.allOf(CheckingItem.class), find("conf").startable("a", "s").checked());
  }

  /** CheckSyncConfig in cmd.go of DM 1.0.7's checker package. */
  @Test
  void theTaskModeLeavesItemsOutToo() throws IOException {
    write("conf/a.yaml", task("a", "s").replace("task-mode: all", "task-mode: incremental"));
    write("conf/b.yaml", task("b", "s").replace("task-mode: all", "task-mode: full"));
    assertEquals(
        EnumSet.complementOf(EnumSet.of(CheckingItem.DUMP_PRIVILEGE)),
        find("conf").startable("a", "s").checked());
    assertEquals(
        EnumSet.of(
            CheckingItem.DUMP_PRIVILEGE,
            CheckingItem.VERSION,
            CheckingItem.TABLE_SCHEMA,
            CheckingItem.SCHEMA_OF_SHARD_TABLES,
            CheckingItem.AUTO_INCREMENT_ID),
        find("conf").startable("b", "s").checked());
  }

  /** DM refuses the whole file. */
  @ParameterizedTest
  @ValueSource(strings = {"[vers]", "[Version]", "[ALL]", "version", "{version: true}"})
  void checkingItemsThatDmDoesNotTake(String items) throws IOException {
    write("conf/a.yaml", "ignore-checking-items: " + items + "\n" + task("a", "s"));
    Problem problem = refusal("a", "s", "conf");
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("ignore-checking-items"), problem.found());
  }

  /** With the password in either of DM's forms, and DM's default for the schema. */
  @Test
  void target() throws IOException {
    String sealed = DmPassword.seal(Secret.of(PASSWORD));
    write(
        "conf/a.yaml",
        task("a", "s").replace("  password", "  host: h\n  port: 4000\n  user: root\n  password"));
    write(
        "conf/b.yaml",
        "meta-schema: 12\n"
            + task("b", "s")
                .replace(
                    "  password: \"" + PASSWORD,
                    "  {host: h, port: '4000', user: root, password: \"" + sealed)
                .replace(sealed + "\"", sealed + "\"}"));
    Endpoint wanted = new Endpoint("h", 4000, "root", Secret.of(PASSWORD));
    assertEquals(new TargetDatabase(wanted, "dm_meta"), find("conf").target("a"));
    assertEquals(new TargetDatabase(wanted, "12"), find("conf").target("b"));
    assertFalse(find("conf").target("a").toString().contains(PASSWORD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: y",
        "host: h\n  user: u",
        "host: h\n  port: abc",
        "host: h\n  port: 0",
        "port: 4000"
      })
  void aTaskWithoutATargetIsATaskStill(String database) throws IOException {
    Path file =
        write("conf/a.yaml", task("a", "s").replace("password: \"" + PASSWORD + "\"", database));
    assertEquals(file, find("conf").startable("a", "s").path());
    Problem problem = assertThrows(Problem.class, () -> find("conf").target("a"));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("target-database"), problem.found());
  }

  @Test
  void usualPlacesAreThoseThatExist() throws IOException {
    assertEquals(List.of(folder), TaskFiles.usualPlaces(folder));
    write("conf/a.yaml", task("a", "s"));
    write("tasks/b.YML", task("b", "s"));
    Path root = write("c.yaml", task("c", "s"));
    List<Path> places = TaskFiles.usualPlaces(folder);
    assertEquals(List.of(folder.resolve("conf"), folder.resolve("tasks"), folder), places);
    TaskFiles files = TaskFiles.find(places);
    files.startable("a", "s");
    files.startable("b", "s");
    assertEquals(root, files.startable("c", "s").path());
  }

  @Test
  void foldersBelowAndFilesWithOtherEndingsDoNotCount() throws IOException {
    write("conf/deeper/app.yaml", task("app", "s"));
    write("conf/app.yaml.example", task("app", "s"));
    write("conf/app.yaml~", task("app", "s"));
    assertEquals(ExitCode.REFUSED, refusal("app", "s", "conf").exitCode());
  }

  @Test
  void aFileThatIsGivenItselfMayEndAsItLikes() throws IOException {
    Path file = write("app.task", task("app", "s"));
    assertEquals(file, find("app.task").startable("app", "s").path());
  }

  @Test
  void oneRealPathCountsOnce() throws IOException {
    Path file = write("tasks/app.yaml", task("app", "s"));
    Files.createDirectories(folder.resolve("conf"));
    Files.createSymbolicLink(folder.resolve("conf/link.yaml"), file);
    Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("tasks"));
    assertEquals(
        file, find("conf", "linked", "tasks", "tasks/app.yaml").startable("app", "s").path());
  }

  @Test
  void twoFilesAreRefusedAndNamed() throws IOException {
    Path first = write("conf/a.yaml", task("app", "s"));
    Path second = write("tasks/b.yaml", task("app", "s"));
    Problem problem = refusal("app", "s", "conf", "tasks");
    assertTrue(problem.found().contains(first + ", " + second), problem.found());
  }

  @Test
  void noFileIsRefusedAndSaysWhereItLooked() throws IOException {
    write("conf/a.yaml", task("other", "s"));
    Problem problem = refusal("app", "s", "conf");
    assertTrue(problem.found().contains("name: app"), problem.found());
    assertTrue(problem.found().contains("1 task files in " + folder.resolve("conf")));
    assertTrue(problem.next().contains("set task_files"), problem.next());
    assertTrue(problem.next().contains("task_mode: pause"), problem.next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "True", "yes", "on", "y", "1", "[]", "'true'", "!!bool yes"})
  void removeMetaIsRefused(String value) throws IOException {
    write("conf/app.yaml", task("app", "s") + "remove-meta: " + value + "\n");
    Problem problem = refusal("app", "s", "conf");
    assertTrue(problem.found().contains("app.yaml has remove-meta: true"), problem.found());
    assertTrue(problem.next().contains("set remove-meta: false"), problem.next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "no", "off", "n", "", "~", "null"})
  void removeMetaThatSaysNoIsFine(String value) throws IOException {
    write("conf/app.yaml", task("app", "s") + "remove-meta: " + value + "\n");
    assertFalse(find("conf").startable("app", "s").removeMeta());
  }

  @Test
  void aFileWithoutTheWorkersSourceIsRefused() throws IOException {
    Path file = write("conf/app.yaml", task("app", "source-1", "source-2"));
    Problem problem = refusal("app", "source-3", "conf");
    assertTrue(problem.found().startsWith(file.toString()), problem.found());
    assertTrue(problem.found().contains("only source-1, source-2"), problem.found());
  }

  @ParameterizedTest
  @CsvSource({
    "0123,0123",
    "1e3,1e3",
    "yes,yes",
    "1_000,1_000",
    "'\"app\"',app",
    "2020-01-01,2020-01-01"
  })
  void aNameIsTheTextThatStandsThere(String written, String name) throws IOException {
    write("conf/app.yaml", task(written, "s"));
    assertEquals(name, find("conf").startable(name, "s").name());
  }

  @Test
  void anchorsAndMergeKeysAreFollowed() throws IOException {
    write(
        "conf/app.yaml",
        """
        name: app
        task-mode: all
        common: &common
          black-white-list: list
        mysql-instances:
        - <<: *common
          source-id: s
        black-white-list:
          list: {do-dbs: [shop]}
        """);
    TableFilter filter = find("conf").startable("app", "s").sources().get("s").filter();
    assertTrue(filter.replicates("shop", "t"));
    assertFalse(filter.replicates("blog", "t"));
  }

  @Test
  void onlyTheFirstDocumentCounts() throws IOException {
    write("conf/app.yaml", task("app", "s") + "---\n" + task("second", "s"));
    find("conf").startable("app", "s");
    assertEquals(ExitCode.REFUSED, refusal("second", "s", "conf").exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- name: app\n- task-mode: all\n- mysql-instances: []\n",
        "name: app\ntask-mode: all\n# mysql-instances\n",
        "name: app\nmysql-instances: [{source-id: s}]\n",
        "task-mode: all\nmysql-instances: [{source-id: s}]\n",
        "mysql-instances",
        ""
      })
  void otherFilesDoNotCount(String content) throws IOException {
    write("conf/app.yaml", content);
    assertTrue(refusal("app", "s", "conf").found().contains(" 0 task files"));
    Problem named = assertThrows(Problem.class, () -> find("conf/app.yaml"));
    assertEquals(ExitCode.WRONG_USE, named.exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql-instances: [\npassword: hunter2",
        "mysql-instances: *hunter2",
        "name: app\nname: hunter2\ntask-mode: all\nmysql-instances: []",
        "mysql-instances: !!javax.script.ScriptEngineManager [hunter2]",
        "mysql-instances: !!int hunter2",
        "mysql-instances: !!timestamp hunter2",
        "name: app\ntask-mode: all\nmysql-instances: hunter2",
        "name: app\ntask-mode: all\nmysql-instances: [hunter2]",
        "name: app\ntask-mode: all\nmysql-instances: [{id: hunter2}]",
        "name: app\ntask-mode: all\nmysql-instances: [{source-id: s}, {source-id: s}]",
        "mysql-instances: \u0000 hunter2",
      })
  void oddFilesAreToldWithoutTheirContent(String content) throws IOException {
    assertOdd(write("conf/odd.yaml", content));
  }

  @Test
  void hugeDeepAndExplodingFilesAreToldToo() throws IOException {
    assertOdd(write("conf/odd.yaml", "mysql-instances: " + "x".repeat(1 << 20)));
    assertOdd(write("conf/odd.yaml", "mysql-instances: " + "[".repeat(100_000)));
    StringBuilder bomb = new StringBuilder("mysql-instances: &l0 [x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a").append(i).append(": &l").append(i).append(" [");
      bomb.append(("*l" + (i - 1) + ",").repeat(9)).append("]\n");
    }
    assertOdd(write("conf/odd.yaml", bomb.toString()));
    Path binary = folder.resolve("conf/odd.yaml");
    Files.write(binary, "mysql-instances: \u00ff".getBytes(StandardCharsets.ISO_8859_1));
    assertOdd(binary);
  }

  /** Reading /proc/self/mem from its start is an I/O error for every user, root too. */
  @Test
  void anUnreadableFileIsTold() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Path link =
        Files.createSymbolicLink(folder.resolve("conf/odd.yaml"), Path.of("/proc/self/mem"));
    assertOdd(link);
  }

  @Test
  void anOddFileDoesNotHideAGoodOne() throws IOException {
    write("conf/odd.yaml", "mysql-instances: [");
    Path file = write("conf/app.yaml", task("app", "s"));
    assertEquals(file, find("conf").startable("app", "s").path());
  }

  @Test
  void aPathThatIsNotThereIsWrongUse() {
    Problem problem = assertThrows(Problem.class, () -> find("nowhere"));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains(folder.resolve("nowhere").toString()));
  }

  private void assertOdd(Path file) throws IOException {
    write("conf/good.yaml", task("good", "s"));
    Problem inFolder = refusal("app", "s", "conf");
    assertTrue(inFolder.found().contains("not understood: " + file + " "), inFolder.found());
    Problem named = assertThrows(Problem.class, () -> TaskFiles.find(List.of(file)));
    assertEquals(ExitCode.REFUSED, named.exitCode());
    for (Problem problem : List.of(inFolder, named)) {
      assertFalse(problem.toString().contains(PASSWORD), problem.toString());
      assertEquals(null, problem.getCause());
    }
  }

  private Problem refusal(String task, String sourceId, String... paths) {
    Problem problem = assertThrows(Problem.class, () -> find(paths).startable(task, sourceId));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertFalse(problem.toString().contains(PASSWORD), problem.toString());
    return problem;
  }

  private TaskFiles find(String... paths) {
    return TaskFiles.find(List.of(paths).stream().map(folder::resolve).toList());
  }

  private Path write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static String task(String name, String... sourceIds) {
    StringBuilder text =
        new StringBuilder("name: " + name + "\ntask-mode: all\ntarget-database:\n")
            .append("  password: \"" + PASSWORD + "\"\nmysql-instances:\n");
    for (String sourceId : sourceIds) {
      text.append("- source-id: \"").append(sourceId).append("\"\n");
    }
    return text.toString();
  }
}
