package dmswitch.inventory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.IOException;
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
  private static final int COUNT = 500;
  private static final int DAMAGED = 200;

  private record Edited(RandomInventory inventory, Path before, Path after, boolean damaged) {
    /** The whole inventory, since the folder is gone when a failure is read. */
    String shown() throws IOException {
      return after + " was\n" + Files.readString(before, ISO_8859_1);
    }
  }

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
            InventoryEdit.of(InventoryFile.read(path), inventory.alias, inventory.upstream);
        assertFalse(inventory.mustRefuse(), name);
        Path before = Files.write(dir.resolve("before.ini"), bytes);
        write(edit, path, i);
        EDITED.add(new Edited(inventory, before, path, false));
      } catch (Problem problem) {
        assertTrue(inventory.mustRefuse(), () -> name + " is refused: " + problem.found());
        assertEquals(ExitCode.REFUSED, problem.exitCode(), name);
        assertArrayEquals(bytes, Files.readAllBytes(path), name);
        refused++;
      }
      assertEquals(attributes, attributes(path), name);
      List<String> changed = changedLines(name, bytes, Files.readAllBytes(path));
      assertTrue(changed.size() <= inventory.linesAllowed(), name + ": " + changed);
      assertTrue(changed.stream().allMatch(inventory::isOwnLine), name + ": " + changed);
    }
    assertTrue(EDITED.size() >= 400, "edited " + EDITED.size());
    assertTrue(refused >= 10, "refused " + refused);
    editDamaged(folder);
  }

  /** A replacement takes long, since a program copies the attributes: not for each. */
  private static void write(InventoryEdit edit, Path path, int number) throws IOException {
    if (number % 50 == 0) {
      edit.apply();
    } else {
      Files.write(path, edit.bytes());
    }
  }

  /** As a slip of the hand leaves them: whatever is edited all the same must be edited right. */
  private static void editDamaged(Path folder) throws IOException {
    int edited = 0;
    for (int i = 0; i < DAMAGED; i++) {
      RandomInventory inventory = new RandomInventory(COUNT + i);
      Path dir = Files.createDirectory(folder.resolve("damaged" + i));
      Path path = inventory.writeTo(dir);
      byte[] bytes = inventory.damaged(Files.readAllBytes(path));
      Files.write(path, bytes);
      String name = "damaged inventory of seed " + (COUNT + i);
      int lines = 0;
      try {
        InventoryEdit edit =
            InventoryEdit.of(InventoryFile.read(path), inventory.alias, inventory.upstream);
        Path before = Files.write(dir.resolve("before.ini"), bytes);
        write(edit, path, i);
        lines = edit.changed().size();
        edited++;
        EDITED.add(new Edited(inventory, before, path, true));
      } catch (Problem problem) {
        assertNotEquals(ExitCode.DEFECT, problem.exitCode(), name);
      }
      assertTrue(changedLines(name, bytes, Files.readAllBytes(path)).size() <= lines, name);
    }
    assertTrue(edited > DAMAGED / 4, "edited of the damaged ones " + edited);
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    Map<String, Object> all =
        new LinkedHashMap<>(Files.readAttributes(path, "unix:mode,uid,gid,nlink"));
    all.put("symbolic link", Files.isSymbolicLink(path));
    return all;
  }

  /** The lines that differ, as they are afterwards; no line may come or go. */
  private static List<String> changedLines(String name, byte[] before, byte[] after) {
    List<String> from = lines(before);
    List<String> to = lines(after);
    assertEquals(from.size(), to.size(), name);
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      if (!from.get(i).equals(to.get(i))) {
        changed.add(new String(to.get(i).getBytes(ISO_8859_1), UTF_8));
      }
    }
    return changed;
  }

  private static List<String> lines(byte[] bytes) {
    // ISO 8859-1 keeps bytes apart; all our line ends hold a \n.
    return Arrays.asList(new String(bytes, ISO_8859_1).split("\n", -1));
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
      String name = EDITED.get(i).shown();
      ObjectNode before = (ObjectNode) read.get(2 * i);
      ObjectNode after = (ObjectNode) read.get(2 * i + 1);
      if (EDITED.get(i).damaged() && before.has("error")) {
        continue;
      }
      assertFalse(before.has("error"), () -> name + " before: " + before);
      assertFalse(after.has("error"), () -> name + " after: " + after);
      ObjectNode hostBefore = (ObjectNode) before.get(inventory.alias);
      ObjectNode hostAfter = (ObjectNode) after.get(inventory.alias);
      UpstreamVariables upstream = inventory.upstream;
      changed += checkValue(name, "mysql_host", "str", upstream.mysqlHost(), hostBefore, hostAfter);
      String port = Integer.toString(upstream.mysqlPort());
      changed += checkValue(name, "mysql_port", "int", port, hostBefore, hostAfter);
      if (upstream.mysqlUser().isPresent()) {
        String user = upstream.mysqlUser().get();
        changed += checkValue(name, "mysql_user", "str", user, hostBefore, hostAfter);
      }
      if (upstream.mysqlPassword().isPresent()) {
        changed += checkPassword(name, upstream.mysqlPassword().get(), hostBefore, hostAfter);
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
    assertNotNull(to, name);
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
    assertNotNull(to, name);
    assertTrue(DmPassword.opensTo(to.get(1).asText(), wanted), name);
    if (to.equals(from)) {
      return 0;
    }
    // 007 is 7 to a Python 2 and itself to a Python 3: written again, to be sure.
    assertFalse(
        from != null
            && from.get(0).asText().equals("str")
            && !from.get(1).asText().equals("007")
            && DmPassword.opensTo(from.get(1).asText(), wanted),
        () -> name + ": the password was right already");
    assertEquals("str", to.get(0).asText(), name);
    assertFalse(to.get(1).asText().equals(wanted.reveal()), name + ": not sealed");
    return 1;
  }
}
