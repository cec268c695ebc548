package dmswitch.sandbox.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.process.RecordedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  @Test
  void whatAnEndedProcessLeftIsRemovedAndNothingElse() throws IOException {
    RecordedProcess self = RecordedProcess.of(ProcessHandle.current().pid());
    String alive = "dm-switch-mysql-" + self.pid() + "-" + self.startTicks() + "-1";
    String ended = "dm-switch-mysql-" + self.pid() + "-" + (self.startTicks() + 1) + "-1";
    for (String name : Set.of(alive, ended, "dm-switch-mysql-mine", "others")) {
      Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("file"), "x");
    }
    DataFolder.removeLeftBehind(folder);
    assertEquals(Set.of(alive, "dm-switch-mysql-mine", "others"), names(folder));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void removesWhatLiesInMemoryTooAndALinkLeadsThereOnlyWhereThereIsRoom() throws IOException {
    Path data = folder.resolve("data");
    DataFolder.make(data, MySqlInstance.Life.WITH_JVM);
    assertEquals(DataFolder.hasRoom(), Files.isSymbolicLink(data));
    Path real = data.toRealPath();
    Files.writeString(data.resolve("file"), "x");
    DataFolder.remove(data);
    assertFalse(Files.exists(real));
    assertFalse(Files.isSymbolicLink(data));
  }

  @Test
  void aServerThatOutlivesThisJvmIsNotInMemory() throws IOException {
    Path data = folder.resolve("data");
    DataFolder.make(data, MySqlInstance.Life.UNTIL_STOPPED);
    assertFalse(Files.isSymbolicLink(data));
    assertTrue(Files.isDirectory(data));
  }
}
