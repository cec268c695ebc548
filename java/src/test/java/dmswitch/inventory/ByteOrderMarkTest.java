package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ansible takes a section header after a byte order mark for a host. */
class ByteOrderMarkTest {
  private static final String MARK = "\uFEFF";
  private static final String INVENTORY = "[dm_worker_servers]\nw1 mysql_host=a mysql_port=1\n";

  @TempDir Path folder;

  private Problem unreadable(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("inventory.ini"), text);
    Problem problem = assertThrows(Problem.class, () -> InventoryFile.read(file));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    return problem;
  }

  @Test
  void beforeTheFirstSectionItIsNamed() throws IOException {
    Problem problem = unreadable(MARK + INVENTORY);
    assertTrue(problem.found().contains("line 1 begins with a byte order mark"), problem.found());
  }

  @Test
  void beforeALaterSectionToo() throws IOException {
    Problem problem = unreadable("# two files in one\n" + MARK + INVENTORY);
    assertTrue(problem.found().contains("line 2 "), problem.found());
  }

  /** As printed. */
  @Test
  void theTextTellsHowToTakeItOut() throws Exception {
    String next = unreadable("\n" + MARK + INVENTORY).next();
    String command = next.substring(next.indexOf("LC_ALL"), next.indexOf("; nothing"));
    assertEquals(0, new ProcessBuilder("sh", "-c", command).start().waitFor());
    assertEquals("\n" + INVENTORY, Files.readString(folder.resolve("inventory.ini")));
  }

  /** There it is its own host, which is in nobody's way. */
  @Test
  void beforeACommentItDoesNoHarm() throws IOException {
    Path file = Files.writeString(folder.resolve("i.ini"), MARK + "# DM\n" + INVENTORY);
    assertEquals(Set.of("w1"), InventoryFile.read(file).workers());
  }
}
