package dmswitch.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableFilterTest {
  @TempDir Path folder;

  /**
   * Lists and names drawn at random, and what the filter package of DM 1.0.7 itself said to them;
   * "invalid" are lists that it refuses, which we take for "replicated".
   */
  @Test
  void agreesWithDm() throws Exception {
    List<String> lines;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                TableFilterTest.class.getResourceAsStream("/filter/dm-1.0.7.tsv"),
                StandardCharsets.UTF_8))) {
      lines = reader.lines().skip(1).toList();
    }
    assertEquals(640, lines.size());
    for (String line : lines) {
      String[] cell = line.split("\t", -1);
      String list =
          names("do-dbs", cell[1])
              + tables("do-tables", cell[2])
              + names("ignore-dbs", cell[3])
              + tables("ignore-tables", cell[4]);
      boolean replicates = filter(cell[0], list).replicates(cell[5], cell[6]);
      assertEquals(!cell[7].equals("false"), replicates, line);
    }
  }

  @Test
  void withoutAListEverythingButSystemSchemasIsReplicated() throws Exception {
    TableFilter filter = filter("false", "");
    assertTrue(filter.replicates("shop", "orders"));
    assertFalse(filter.replicates("mysql", "user"));
    assertFalse(filter.replicates("SYS", "sys_config"));
    assertFalse(filter.replicates("dm_heartbeat", "heartbeat"));
  }

  @Test
  void systemSchemasAreNeverReplicated() throws Exception {
    assertFalse(filter("false", "    do-dbs: ['*']\n").replicates("mysql", "user"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    do-dbs: ['müll']\n",
        "    do-dbs: nothing\n",
        "    do-dbs: [['nothing']]\n",
        "    do-dbs: ['']\n",
        "    do-tables: [{db-name: nothing}]\n",
        "    do-tables: [nothing]\n",
        "    ignore-dbs: ['shop', 'a*b']\n",
        "    ignore-dbs: ['shop', '~(?=x)']\n"
      })
  void whatCannotBeToldIsReplicated(String list) throws Exception {
    assertTrue(filter("false", list).replicates("shop", "orders"));
  }

  @Test
  void namesOutsideAsciiAreReplicated() throws Exception {
    TableFilter filter = filter("false", "    do-dbs: ['shop']\n");
    assertTrue(filter.replicates("müll", "t"));
    assertTrue(filter.replicates("shop", "bücher"));
    assertFalse(filter.replicates("mull", "t"));
  }

  @Test
  void aListThatIsNotThereLeavesEverything() throws Exception {
    Path file = folder.resolve("task.yaml");
    Files.writeString(
        file,
        """
        name: t
        task-mode: all
        mysql-instances:
        - source-id: s
          black-white-list: other
        black-white-list:
          list:
            do-dbs: [x]
        """);
    TableFilter filter = TaskFileReader.read(file).orElseThrow().sources().get("s").filter();
    assertTrue(filter.replicates("shop", "orders"));
  }

  private TableFilter filter(String caseSensitive, String list) throws Exception {
    Path file = folder.resolve("task.yaml");
    write(file, caseSensitive, list);
    return TaskFileReader.read(file).orElseThrow().sources().get("source").filter();
  }

  private static void write(Path file, String caseSensitive, String list) throws IOException {
    Files.writeString(
        file,
        "name: task\ntask-mode: all\ncase-sensitive: "
            + caseSensitive
            + "\nmysql-instances:\n- source-id: source\n  black-white-list: list\n"
            + "black-white-list:\n  list:\n"
            + list);
  }

  private static String names(String key, String cell) {
    if (cell.isEmpty()) {
      return "";
    }
    return "    " + key + ": ['" + cell.replace(",", "', '") + "']\n";
  }

  private static String tables(String key, String cell) {
    if (cell.isEmpty()) {
      return "";
    }
    return Arrays.stream(cell.split(","))
        .map(table -> table.split(" "))
        .map(
            parts ->
                String.format("    - db-name: '%s'\n      tbl-name: '%s'\n", parts[0], parts[1]))
        .collect(Collectors.joining("", "    " + key + ":\n", ""));
  }
}
