package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An edit taken back. */
class InventoryRestoreTest {
  private static final UpstreamVariables TO_NEW =
      new UpstreamVariables("new", 3307, Optional.empty(), Optional.of(Secret.of("n3w-Secret")));

  @TempDir private Path folder;
  private Path inventory;
  private Path backup;

  @BeforeEach
  void paths() {
    inventory = folder.resolve("inventory.ini");
    backup = folder.resolve("inventory.before");
  }

  private void switched(String before) throws IOException {
    Files.writeString(inventory, before);
    InventoryEdit edit = InventoryEdit.of(InventoryFile.read(inventory), "w1", TO_NEW);
    edit.backupTo(backup);
    edit.apply();
  }

  private InventoryRestore restore() {
    return InventoryRestore.of(inventory, backup, "w1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[dm_worker_servers]\nw1 mysql_host=old mysql_port=3306 mysql_password=\"a b\"\nw2 x=1\n",
        "[dm_worker_servers]\r\nw1 mysql_host=old mysql_port=3306 mysql_password=p # c\r\n\r\n# end",
        "# ü\n[dm_worker_servers]\nw2\n  w1 mysql_host=old\n[other]\nw1 mysql_password=p",
        "w1 mysql_password='p'\n[dm_worker_servers]\nw1 mysql_host=old mysql_port=3306\t\n",
        "[dm_worker_servers]\nw1\n",
      })
  void everyByteIsBack(String before) throws IOException {
    switched(before);
    assertTrue(restore().isChange());

    restore().apply();

    assertEquals(before, Files.readString(inventory));
    assertFalse(restore().isChange());
  }

  @Test
  void theWorkersLineMayHaveBeenChangedByHandSince() throws IOException {
    String before = "[dm_worker_servers]\nw1 mysql_host=old mysql_password=p\n";
    switched(before);
    Files.writeString(inventory, "[dm_worker_servers]\nw1 mysql_host=third\n");

    restore().apply();

    assertEquals(before, Files.readString(inventory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[dm_worker_servers]\nw1 mysql_host=new\nw2 mysql_host=other\n",
        "[dm_worker_servers]\nw1 mysql_host=new\nw2 mysql_host=b\nw3\n",
        "[dm_worker_servers]\nw2 mysql_host=b\nw1 mysql_host=new\n",
        "[dm_worker_servers]\n",
        "[dm_worker_servers]\nw1 mysql_host=new\nw2 mysql_host=b",
        "[dm_worker_servers]\r\nw1 mysql_host=new\r\nw2 mysql_host=b\r\n",
      })
  void otherLinesThatHaveChangedSince(String now) throws IOException {
    switched("[dm_worker_servers]\nw1 mysql_host=a mysql_password=p\nw2 mysql_host=b\n");
    Files.writeString(inventory, now);

    Problem problem = assertThrows(Problem.class, this::restore);

    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.next().contains("by hand"), problem.next());
    assertEquals(now, Files.readString(inventory));
  }

  @Test
  void withoutABackupNothingWasWritten() throws IOException {
    Files.writeString(inventory, "[dm_worker_servers]\nw1 mysql_host=a\n");

    assertFalse(restore().isChange());
    restore().apply();
    assertEquals("", restore().unifiedDiff());
  }

  @Test
  void thePasswordOfBeforeIsKnownAndNotShown() throws IOException {
    switched("[dm_worker_servers]\nw1 mysql_host=old mysql_password=0ld-Secret\n");

    assertEquals(Optional.of(Secret.of("0ld-Secret")), restore().password());

    String diff = restore().unifiedDiff();
    assertTrue(diff.contains("+w1 mysql_host=old"), diff);
    assertTrue(diff.contains("-w1 mysql_host=new"), diff);
    assertFalse(diff.contains("Secret"), diff);
  }

  @Test
  void aFileThatChangesMeanwhileIsLeft() throws IOException {
    switched("[dm_worker_servers]\nw1 mysql_host=old mysql_password=p\n");
    InventoryRestore restore = restore();
    String now = Files.readString(inventory) + "w2\n";
    Files.writeString(inventory, now);

    assertEquals(ExitCode.REFUSED, assertThrows(Problem.class, restore::apply).exitCode());

    assertEquals(now, Files.readString(inventory));
  }
}
