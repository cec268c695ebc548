package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ansible's own parser judges the edit of many random inventories. */
class AnsibleOracleIT {
  private static final int COUNT = 1200;

  private record Edited(RandomInventory inventory, Path before, Path after) {}

  private static final List<Edited> EDITED = new ArrayList<>();

  @BeforeAll
  static void edit(@TempDir Path folder) throws IOException {
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      RandomInventory inventory = new RandomInventory(i);
      Path dir = Files.createDirectory(folder.resolve("inventory" + i));
      Path path = inventory.writeTo(dir);
      byte[] bytes = Files.readAllBytes(path);
      Map<String, Object> attributes = attributes(path);
      String name = "inventory of seed " + i;
      try {
        InventoryEdit edit =
            InventoryEdit.of(InventoryFile.read(path), inventory.alias, inventory.changes);
        assertFalse(inventory.mustRefuse(), name);
        Path before = Files.write(dir.resolve("before.ini"), bytes);
        edit.apply();
        EDITED.add(new Edited(inventory, before, path));
      } catch (Problem problem) {
        assertTrue(inventory.mustRefuse(), () -> name + " is refused: " + problem.found());
        assertEquals(ExitCode.REFUSED, problem.exitCode(), name);
        assertArrayEquals(bytes, Files.readAllBytes(path), name);
        refused++;
      }
      assertEquals(attributes, attributes(path), name);
      checkBytes(name, bytes, Files.readAllBytes(path), inventory.linesAllowed());
    }
    assertTrue(EDITED.size() >= 1000, "edited " + EDITED.size());
    assertTrue(refused >= 20, "refused " + refused);
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    Map<String, Object> all =
        new LinkedHashMap<>(Files.readAttributes(path, "unix:mode,uid,gid,nlink"));
    all.put("symbolic link", Files.isSymbolicLink(path));
    return all;
  }

  private static void checkBytes(String name, byte[] before, byte[] after, int allowed) {
    // ISO 8859-1 keeps bytes apart; all our line ends hold a \n.
    List<String> from = lines(before);
    List<String> to = lines(after);
    assertEquals(from.size(), to.size(), name);
    int differ = 0;
    for (int i = 0; i < from.size(); i++) {
      differ += from.get(i).equals(to.get(i)) ? 0 : 1;
    }
    assertTrue(differ <= allowed, name + ": " + differ + " lines differ");
  }

  private static List<String> lines(byte[] bytes) {
    return Arrays.asList(new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1));
  }

  @ParameterizedTest
  @EnumSource(Pythons.class)
  void onlyTheWantedValuesDiffer(Pythons python) throws IOException {
    List<String> paths = new ArrayList<>();
    for (Edited one : EDITED) {
      paths.add(one.before().toString());
      paths.add(one.after().toString());
    }
    List<JsonNode> read = python.ask("ansible_reads.py", paths);
    int changed = 0;
    for (int i = 0; i < EDITED.size(); i++) {
      RandomInventory inventory = EDITED.get(i).inventory();
      String name = EDITED.get(i).after().toString();
      ObjectNode before = (ObjectNode) read.get(2 * i);
      ObjectNode after = (ObjectNode) read.get(2 * i + 1);
      assertFalse(before.has("error"), () -> name + " before: " + before);
      assertFalse(after.has("error"), () -> name + " after: " + after);
      ObjectNode hostBefore = (ObjectNode) before.get(inventory.alias);
      ObjectNode hostAfter = (ObjectNode) after.get(inventory.alias);
      Changes changes = inventory.changes;
      changed += checkValue(name, "mysql_host", "str", changes.mysqlHost(), hostBefore, hostAfter);
      String port = Integer.toString(changes.mysqlPort());
      changed += checkValue(name, "mysql_port", "int", port, hostBefore, hostAfter);
      if (changes.mysqlUser().isPresent()) {
        String user = changes.mysqlUser().get();
        changed += checkValue(name, "mysql_user", "str", user, hostBefore, hostAfter);
      }
      if (changes.mysqlPassword().isPresent()) {
        changed += checkPassword(name, changes.mysqlPassword().get(), hostBefore, hostAfter);
      }
      assertEquals(before, after, name);
    }
    assertTrue(changed > EDITED.size(), "changed " + changed);
  }

  // Checks one variable and takes it away, so that all others can be compared at once.
  private static int checkValue(
      String name,
      String variable,
      String type,
      String wanted,
      ObjectNode before,
      ObjectNode after) {
    Optional<JsonNode> from = Optional.ofNullable(before.remove(variable));
    JsonNode to = after.remove(variable);
    assertEquals(wanted, to.get(1).asText(), name);
    if (from.filter(to::equals).isPresent()) {
      return 0;
    }
    assertEquals(type, to.get(0).asText(), name + " " + variable);
    return 1;
  }

  private static int checkPassword(
      String name, Secret wanted, ObjectNode before, ObjectNode after) {
    JsonNode from = before.remove("mysql_password");
    JsonNode to = after.remove("mysql_password");
    assertTrue(DmPassword.opensTo(to.get(1).asText(), wanted), name);
    if (to.equals(from)) {
      return 0;
    }
    // 007 is 7 to a Python 2 and itself to a Python 3: written anew, to be sure.
    assertFalse(
        from.get(0).asText().equals("str")
            && !from.get(1).asText().equals("007")
            && DmPassword.opensTo(from.get(1).asText(), wanted),
        () -> name + ": the password was right already");
    assertEquals("str", to.get(0).asText(), name);
    assertFalse(to.get(1).asText().equals(wanted.reveal()), name + ": not sealed");
    return 1;
  }
}
