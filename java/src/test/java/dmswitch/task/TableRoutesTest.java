package dmswitch.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.mysql.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases marked "tidb-tools" are those of its own router test. */
class TableRoutesTest {
  private static final String ROUTES =
      """
      routes:
        one: {schema-pattern: "Test_1_*", table-pattern: "abc*", target-schema: T1, target-table: ABC}
        two: {schema-pattern: "test_1_*", table-pattern: "test*", target-schema: t2, target-table: test}
        schema: {schema-pattern: "test_1_*", target-schema: test}
        three: {schema-pattern: "test_2_*", table-pattern: "abc*", target-schema: t1, target-table: ~}
        again: {schema-pattern: "test_3_*", target-schema: other}
        broader: {schema-pattern: "test_*_", target-schema: bad}
        third: {schema-pattern: "test_?_x", target-schema: third}
        noTarget: {schema-pattern: "test_4_*"}
        noPattern: {target-schema: t}
        umlaut: {schema-pattern: "ä?", target-schema: t}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    // tidb-tools: a rule with a table-pattern goes before one of the schema.
    "false, test_1_a, abc1,  T1.ABC",
    "false, test_1_a, test1, t2.test",
    "false, test_1_a, xyz,   test.xyz",
    // tidb-tools: case counts where the task file says so.
    "true,  test_1_a, abc1,  test.abc1",
    "true,  test_1_a, xyz,   test.xyz",
    // What the rule leaves open keeps the upstream's name as it is written.
    "false, TEST_2_a, AbC2,  t1.AbC2",
    "false, test_2_a, other, test_2_a.other",
    "false, shop,     abc,   shop.abc",
    // Two rules of one kind: DM logs an error and does not route.
    "false, test_3_x, t,     test_3_x.t",
    "false, test_3_y, t,     other.t"
  })
  void routesAsDmDoes(String caseSensitive, String schema, String table, String target)
      throws Exception {
    TableRoutes routes = routes(caseSensitive, "[one, two, schema, three, again, third]");

    assertEquals(
        Optional.of(target),
        routes.target(new Table(schema, table)).map(to -> to.schema() + "." + to.name()));
  }

  @ParameterizedTest
  @CsvSource({"[broader]", "[noTarget]", "[noPattern]", "[absent]", "[umlaut]", "text"})
  void rulesThatDmDoesNotTakeTellNothing(String names) throws Exception {
    assertEquals(Optional.empty(), routes("false", names).target(new Table("test_1_a", "t")));
  }

  @Test
  void withoutRulesEveryTableKeepsItsName() throws Exception {
    Table table = new Table("Ä", "日本");

    assertEquals(Optional.of(table), routes("false", "[]").target(table));
    assertEquals(Optional.of(table), routes("false", "~").target(table));
  }

  @Test
  void namesThatDmMatchesByteByByteAreNotTold() throws Exception {
    assertEquals(Optional.empty(), routes("false", "[schema]").target(new Table("test_1_ä", "t")));
  }

  private TableRoutes routes(String caseSensitive, String names) throws Exception {
    Path file = folder.resolve("task.yaml");
    Files.writeString(
        file,
        "name: t\ntask-mode: all\ncase-sensitive: "
            + caseSensitive
            + "\nmysql-instances:\n- source-id: s\n  route-rules: "
            + names
            + "\n"
            + ROUTES);
    return TaskFileReader.read(file).orElseThrow().sources().get("s").routes();
  }
}
