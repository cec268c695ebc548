package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits as the planner must never make them. */
class EditProofTest {
  private static final String BEFORE =
      """
      [dm_worker_servers]
      w1 source_id="a" mysql_host=old mysql_port=3306
      w2 source_id="b" mysql_host=old2 mysql_port=3306

      [all:vars]
      cluster_name = test
      """;

  private static final String RIGHT = BEFORE.replace("mysql_host=old ", "mysql_host=new ");

  @TempDir private Path folder;

  private void check(String after) throws IOException {
    InventoryFile before =
        InventoryFile.read(Files.writeString(folder.resolve("inventory.ini"), BEFORE));
    EditProof.check(
        before,
        before.with(after.getBytes(StandardCharsets.UTF_8)),
        "w1",
        List.of(new UpstreamVariable.Text("mysql_host", "new")),
        List.of("mysql_host"));
  }

  @Test
  void theWantedValueAndNoOther() throws IOException {
    check(RIGHT);
  }

  @ParameterizedTest
  @CsvSource({"new, other", "mysql_host=new , ''"})
  void notTheWantedValue(String part, String instead) {
    requireDefect(part, instead, "mysql_host does not read back from its line");
  }

  @ParameterizedTest
  @CsvSource({
    "source_id=\"a\", source_id=\"b\"",
    "source_id=\"a\" , ''",
    "new mysql_port, new relay_dir=x mysql_port",
    "old2, new",
    "w2, w3",
    "cluster_name = test, cluster_name = other",
  })
  void somethingElseAsWell(String part, String instead) {
    requireDefect(
        part,
        instead,
        "the edit would touch other variables of " + folder.resolve("inventory.ini"));
  }

  private void requireDefect(String part, String instead, String message) {
    String after = RIGHT.replace(part, instead);
    assertNotEquals(RIGHT, after);
    IllegalStateException defect = assertThrows(IllegalStateException.class, () -> check(after));
    assertEquals(message, defect.getMessage());
  }
}
